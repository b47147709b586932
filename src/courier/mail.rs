//! A letter as the mail that is sent: the same letter is the same bytes.
//!
//! What mail libraries draw by chance or read from the clock (date, message id, boundaries, content id) is made of the
//! letter here.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::{Address, AddressError, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};

pub(crate) use super::wording::{html, subject, text};

use super::picture;

use crate::session::letter::{Content, Letter};

/// The invented host that mails come from: reserved for tests, so no answer ever reaches anybody.
pub(crate) const HOST: &str = "mail.sandbox.test";

/// Why no mail can be made of a letter.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CannotBeSent {
    /// Not exactly one address.
    #[error("{to:?} is not one mail address: {source}")]
    Address {
        /// What was given.
        to: String,
        /// What is wrong with it.
        source: AddressError,
    },
    /// The QR text is longer than any QR code holds.
    #[error("a QR code does not hold so long a text: {length} bytes")]
    Picture {
        /// Its length.
        length: usize,
    },
    /// The mail library refused what it was handed: a bug of ours.
    #[error("the mail cannot be put together: {0}")]
    Compose(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The mail, as it goes over the wire and into an `.eml` file.
pub(crate) fn eml(letter: &Letter) -> Result<Vec<u8>, CannotBeSent> {
    message(letter).map(|message| message.formatted())
}

/// The mail with its envelope.
pub(super) fn message(letter: &Letter) -> Result<Message, CannotBeSent> {
    let to = recipient(&letter.to)?;
    // Both parts are constant, so there is nothing to check.
    let from = Address::new_dangerous("noreply", HOST);
    // The epoch is the earliest moment, so no millisecond is negative.
    let since_epoch = Duration::from_millis(u64::try_from(letter.at.millis()).unwrap_or(0));
    let builder = Message::builder()
        // Given and not read back from the headers, which would parse the address a second time.
        .envelope(Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(compose)?)
        .from(Mailbox::new(Some("eSIM QR Mall (sandbox)".to_owned()), from))
        .to(Mailbox::new(None, to))
        .subject(subject(letter))
        .date(UNIX_EPOCH + since_epoch)
        .message_id(Some(format!("<{}>", unique(letter))));
    builder.multipart(body(letter)?).map_err(compose)
}

/// The picture's name within the mail, and of no other mail: clients keep pictures by it.
pub(super) fn content_id(letter: &Letter) -> String {
    format!("qr.{}", unique(letter))
}

/// Text and HTML as alternatives, and the picture beside them, so that a reader of the text has it too.
fn body(letter: &Letter) -> Result<MultiPart, CannotBeSent> {
    let id = letter.id;
    let bodies = MultiPart::alternative()
        .boundary(format!("=_alternative_{id}"))
        .singlepart(part(ContentType::TEXT_PLAIN, text(letter)))
        .singlepart(part(ContentType::TEXT_HTML, html(letter)));
    let Content::Qr { iccid, qr_text, .. } = &letter.content else { return Ok(bodies) };
    let picture = picture::png(qr_text).ok_or(CannotBeSent::Picture { length: qr_text.len() })?;
    // Part of a file's name: nothing that leads out of a folder.
    let iccid: String = iccid.chars().filter(char::is_ascii_alphanumeric).collect();
    let attachment = Attachment::new_inline_with_name(content_id(letter), format!("esim-{iccid}.png"))
        .body(picture, ContentType::parse("image/png").map_err(compose)?);
    let all = MultiPart::related().boundary(format!("=_related_{id}"));
    Ok(all.multipart(bodies).singlepart(attachment))
}

/// Always quoted-printable: it has no `=_`, so no text can hold a boundary.
fn part(kind: ContentType, text: String) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(text)
}

fn recipient(to: &str) -> Result<Address, CannotBeSent> {
    let parsed = if to.contains(char::is_control) { Err(AddressError::InvalidInput) } else { to.parse() };
    parsed.map_err(|source| CannotBeSent::Address { to: to.to_owned(), source })
}

/// `<id>.<millis>.<session>@<host>`. A session's name holds nothing that may not stand there; if one did, it would not.
fn unique(letter: &Letter) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let session: String = letter.session.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    format!("{}.{}.{session}@{HOST}", letter.id, letter.at.millis())
}

fn compose(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CannotBeSent {
    CannotBeSent::Compose(error.into())
}
