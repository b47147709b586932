//! Mails are read back by a parser that is not ours, and their pictures by a QR reader.

use mail_parser::{Address, HeaderName, Message, MessageParser, MessagePart, MimeHeaders};

use super::mail::{CannotBeSent, eml, html, subject, text};
use super::reader;
use crate::session::letter::{Content, Letter};

use crate::domain::dice::Seed;
use crate::domain::ids::{iccid, qr_text};
use crate::domain::language::Language;
use crate::domain::moment::Moment;

pub(super) fn letter(content: Content) -> Letter {
    Letter {
        id: 7,
        session: "check-out_2.a".to_owned(),
        at: Moment::from_millis(1_670_210_090_958),
        to: "ada@shop.example".to_owned(),
        language: Language::English,
        content,
    }
}

pub(super) fn esim(package: &str) -> Letter {
    letter(Content::Qr {
        order_no: "ESIM_L202212050000042".to_owned(),
        package: package.to_owned(),
        iccid: iccid(Seed(7), 0),
        qr_text: qr_text(Seed(7), 0),
        amount: "4.5".to_owned(),
        currency: "USD".to_owned(),
    })
}

fn parse(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).expect("a mail")
}

/// Subject, recipient and both bodies are what they were before they were encoded.
#[track_caller]
fn check_envelope(letter: &Letter) {
    let bytes = eml(letter).expect("a mail");
    assert!(bytes.is_ascii(), "any catcher takes it");
    let mail = parse(&bytes);
    assert_eq!(mail.subject(), Some(&*subject(letter)));
    let address = |address: Option<&Address<'_>>| -> Vec<(Option<String>, Option<String>)> {
        let each = address.expect("an address").iter();
        each.map(|one| (one.name.as_deref().map(str::to_owned), one.address.as_deref().map(str::to_owned)))
            .collect()
    };
    assert_eq!(address(mail.to()), [(None, Some(letter.to.clone()))]);
    let sender = (Some("eSIM QR Mall (sandbox)".to_owned()), Some("noreply@mail.sandbox.test".to_owned()));
    assert_eq!(address(mail.from()), [sender]);
    let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(mail.body_text(0).map(|body| lines(&body)), Some(lines(&text(letter))));
    assert_eq!(mail.body_html(0).map(|body| lines(&body)), Some(lines(&html(letter))));
    assert_eq!(bytes, eml(letter).expect("a mail"), "the same letter is the same bytes");
}

#[test]
fn the_esim_mail_says_what_was_bought_in_both_languages() {
    for (language, sandbox, package) in [
        (Language::Printed, "this eSIM cannot be installed", "Europe 30 days"),
        (Language::English, "this eSIM cannot be installed", "Europe 30 days"),
        (Language::Chinese, "此 eSIM 无法安装", "欧洲三十日流量套餐，含漫游"),
    ] {
        let letter = Letter { language, ..esim(package) };
        check_envelope(&letter);
        assert!(subject(&letter).contains(package));
        for body in [text(&letter), html(&letter)] {
            for part in [package, "ESIM_L202212050000042", "4.5 USD", &iccid(Seed(7), 0), sandbox] {
                assert!(body.contains(part), "{part}: {body}");
            }
            assert!(body.contains(&qr_text(Seed(7), 0)));
        }
    }
}

#[test]
fn the_picture_is_shown_in_the_mail_can_be_saved_and_holds_the_qr_text() {
    let letter = esim("Europe 30 days");
    let bytes = eml(&letter).expect("a mail");
    let mail = parse(&bytes);
    let pictures: Vec<&MessagePart<'_>> = mail.attachments().collect();
    assert_eq!(pictures.len(), 1);
    let picture = pictures[0];
    assert_eq!(picture.attachment_name(), Some(&*format!("esim-{}.png", iccid(Seed(7), 0))));
    let kind = picture.content_type().expect("a type");
    assert_eq!((kind.ctype(), kind.subtype()), ("image", Some("png")));
    let id = picture.content_id().expect("an id");
    assert!(html(&letter).contains(&format!("src=\"cid:{id}\"")), "{id}");
    assert_eq!(reader::png(picture.contents()), qr_text(Seed(7), 0));
}

#[test]
fn the_mail_with_a_code_has_the_code_and_no_picture() {
    for language in [Language::English, Language::Chinese] {
        let letter = Letter { language, ..letter(Content::Code { code: "320614".to_owned() }) };
        check_envelope(&letter);
        for body in [subject(&letter), text(&letter), html(&letter)] {
            assert!(body.contains("320614"), "{body}");
        }
        let bytes = eml(&letter).expect("a mail");
        assert_eq!(parse(&bytes).attachment_count(), 0);
        assert!(!html(&letter).contains("cid:"));
    }
}

#[test]
fn date_and_ids_come_from_the_letter() {
    let bytes = eml(&esim("Europe")).expect("a mail");
    let mail = parse(&bytes);
    assert_eq!(mail.header_raw(HeaderName::Date).map(str::trim), Some("Mon, 05 Dec 2022 03:14:50 +0000"));
    assert_eq!(mail.message_id(), Some("7.1670210090958.check-out_2.a@mail.sandbox.test"));
    for at in [Moment::EPOCH, Moment::LAST] {
        let letter = Letter { at, ..esim("Europe") };
        let bytes = eml(&letter).expect("a mail");
        let date = parse(&bytes).date().expect("a date").to_timestamp();
        assert_eq!(date, at.millis() / 1000);
    }
}

#[test]
fn letters_that_differ_are_told_apart() {
    let first = esim("Europe");
    let ids = |letter: &Letter| {
        let bytes = eml(letter).expect("a mail");
        let mail = parse(&bytes);
        let picture = mail.attachments().next().and_then(|part| part.content_id()).map(str::to_owned);
        (mail.message_id().map(str::to_owned), picture)
    };
    let (message, picture) = ids(&first);
    let others = [
        Letter { id: 8, ..first.clone() },
        Letter { session: "other".to_owned(), ..first.clone() },
        Letter { at: Moment::from_millis(1), ..first.clone() },
    ];
    for other in others {
        let (other_message, other_picture) = ids(&other);
        assert_ne!(other_message, message);
        assert_ne!(other_picture, picture);
    }
}

#[test]
fn an_address_is_one_address_and_never_a_header() {
    for to in [
        "",
        " ",
        "ada",
        "@shop.example",
        "ada@",
        "ada@shop.example\r\nBcc: eve@shop.example",
        "ada@shop.example\n",
        "\"ada\r\nBcc: eve\"@shop.example",
        "ada@shop.example\u{0}",
        "ada@shop.example, eve@shop.example",
        "ada@shop.example;eve@shop.example",
        "ada@shop.example eve@shop.example",
        "Ada <ada@shop.example>",
        "<ada@shop.example>",
    ] {
        let refused = eml(&Letter { to: to.to_owned(), ..esim("Europe") });
        assert!(matches!(&refused, Err(CannotBeSent::Address { to: named, .. }) if named == to), "{to:?}");
        let message = refused.expect_err("an address").to_string();
        assert!(!message.contains(['\r', '\n']), "{message}");
    }
    for to in ["a+b.c_d@shop.example", "o'hara@mail.shop.example", "a@127.0.0.1"] {
        check_envelope(&Letter { to: to.to_owned(), ..esim("Europe") });
    }
}

#[test]
fn a_name_from_outside_is_text_in_html_and_one_line_in_the_subject() {
    let letter = esim("<script>alert(\"1 & 2's\")</script>");
    let html = html(&letter);
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(&quot;1 &amp; 2&#39;s&quot;)&lt;/script&gt;"), "{html}");
    assert!(text(&letter).contains("<script>alert(\"1 & 2's\")</script>"));
    check_envelope(&letter);

    let letter = esim("A\r\nBcc: eve@shop.example\r\n\r\n--=_alternative_7\r\n\u{1b}[31m");
    check_envelope(&letter);
    let bytes = eml(&letter).expect("a mail");
    let mail = parse(&bytes);
    assert!(mail.bcc().is_none());
    assert_eq!((mail.text_body_count(), mail.html_body_count(), mail.attachment_count()), (1, 1, 1));
    assert!(!text(&letter).contains('\u{1b}'));
}

#[test]
fn long_and_dotted_lines_survive() {
    check_envelope(&esim(&["欧洲"; 200].join(" ")));
    check_envelope(&esim(&"x".repeat(2_000)));
    check_envelope(&esim(".\u{2028}."));
}

#[test]
fn the_page_loads_nothing_and_names_no_foreign_host() {
    let letter = esim("Europe");
    let html = html(&letter);
    for mark in ["http", "//", "<link", "<script", "url(", "@import"] {
        assert!(!html.contains(mark), "{mark}: {html}");
    }
}

#[test]
fn a_qr_text_that_no_code_holds_is_refused() {
    let mut letter = esim("Europe");
    let Content::Qr { qr_text, .. } = &mut letter.content else { panic!("an eSIM") };
    *qr_text = "x".repeat(3_000);
    assert!(matches!(eml(&letter), Err(CannotBeSent::Picture { length: 3_000 })));
}

#[test]
fn names_from_outside_lead_out_of_no_folder_and_break_no_id() {
    let mut letter = Letter { session: "a b>\r\n\"é".to_owned(), ..esim("Europe") };
    let Content::Qr { iccid, .. } = &mut letter.content else { panic!("an eSIM") };
    *iccid = "../../89\\85\"\r\n".to_owned();
    let bytes = eml(&letter).expect("a mail");
    let mail = parse(&bytes);
    assert_eq!(mail.message_id(), Some("7.1670210090958.a-b-----@mail.sandbox.test"));
    let picture = mail.attachments().next().expect("a picture");
    assert_eq!(picture.attachment_name(), Some("esim-8985.png"));
}
