//! Who calls: partners (the vendor's resellers) and the accounts of their customers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::package::Bilingual;
use super::signature::{Good, SignatureFault, Stamp};
use super::token::Token;

/// A reseller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partner {
    /// The partner code, opaque.
    pub code: String,
    /// Its name; invented.
    pub name: String,
    /// Its payment client id; `None` is computed from the seed.
    pub client_id: Option<Arc<str>>,
    /// What it signs its calls with; `None` if it has none.
    pub secret: Option<Arc<str>>,
    /// What callbacks to it are signed with.
    pub notify_secret: Option<Arc<str>>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    /// Its address, which is also its name.
    pub email: String,
    /// The partner it belongs to.
    pub partner: String,
    /// Its password as clients send it: the MD5 text, 32 lower-case hex digits; `None` if it has none.
    pub passwd: Option<Arc<str>>,
    /// Its password in plain, where a fixture or the control API named it: for showing a demo user, never for comparing.
    pub password: Option<Arc<str>>,
    /// What the person is called; invented. `None` of an account that somebody registered.
    pub name: Option<Bilingual>,
}

impl User {
    /// What an address is found by: addresses are compared without regard to ASCII case, and kept as typed.
    pub(crate) fn key(email: &str) -> String {
        email.to_ascii_lowercase()
    }
}

/// What a client says to be let in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Credentials<'a> {
    /// The account's address.
    pub email: &'a str,
    /// The MD5 text of the password, compared as it was sent.
    pub passwd: &'a str,
    /// The partner that the account belongs to.
    pub partner: &'a str,
}

/// Who a call says it comes from, before the world has confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The call needs nobody.
    Nobody,
    /// The sandbox itself calls, in the name of an account.
    InTheNameOf(Arc<str>),
    /// No token, or an empty one.
    NoToken,
    /// A token that no session of this sandbox issued.
    ForeignToken,
    /// A token of a session that is gone.
    TokenOfGoneSession,
    /// A token that has the form of ours.
    Token(Token),
    /// A partner that signs its calls, and what came of looking at the signature.
    Partner {
        /// Its code as it was sent; empty if it was not.
        code: Arc<str>,
        /// What is wrong with the signature.
        signature: Result<Good, Box<SignatureFault>>,
        /// When it says that it was made.
        stamp: Stamp,
    },
}

/// Who the world took a call for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The account's e-mail; empty where the call needs nobody.
    pub email: Arc<str>,
    /// Why it was let in.
    pub admitted: Admitted,
    /// The token by which it was let in.
    pub token: Option<u32>,
    /// The partner that signed the call; empty where calls are not signed.
    pub partner: Arc<str>,
}

/// Why a caller was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admitted {
    /// The call needs nobody.
    Freely,
    /// By a live token.
    ByToken,
    /// As the demo user, since the policy is lenient.
    AsStandIn,
    /// The same, with a token of an older epoch of this session.
    AsStandInForOldToken,
    /// As the partner that it names, by a good signature, or because signatures are not checked.
    AsPartner,
    /// The same, by a sample as a page prints it, which nobody can recompute.
    AsPartnerOfASample,
    /// The same, although the signature is wrong, since the policy is lenient.
    AsPartnerAllTheSame,
}
