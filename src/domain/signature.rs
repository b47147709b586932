//! What can be wrong with a signature, and which known slip would explain it. How one is made is the vendor's business.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::moment::{Moment, Span};

/// What becomes of a call whose signature is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Signatures {
    /// It is refused.
    Check,
    /// It is let in, and the journal says what a check would have said.
    Lenient,
    /// It is let in.
    Off,
}

/// What `sign` holds in the answers to signed calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AnswerSign {
    /// Nothing.
    Null,
    /// The signature of the call.
    Echo,
    /// A signature over the data, made as a call's is.
    Sign,
}

/// Why a signature is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Good {
    /// It is the partner's.
    Signed,
    /// The call is a sample as a page prints it: its secret is on no page, so that nobody can recompute it.
    PrintedSample,
}

/// When a call says that it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// What it comes to; `None` if it is no moment.
    pub moment: Option<Moment>,
    /// As it was sent, clipped.
    pub text: Arc<str>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignatureFault {
    /// The call says of no partner that it is its.
    NoPartner,
    /// No partner of this code is known.
    UnknownPartner {
        /// What was sent, clipped.
        code: Arc<str>,
    },
    /// The partner has no secret to sign with.
    NoSecret {
        /// Its code.
        code: Arc<str>,
    },
    /// The call is not signed.
    Missing {
        /// What was to be signed.
        content: String,
    },
    /// The signature is another one.
    Wrong {
        /// What was to be signed.
        content: String,
        /// What was sent, clipped.
        sent: String,
        /// What was signed in its place, if that can be told.
        slip: Option<Slip>,
    },
    /// The moment of the call is too far away, or none.
    Stale {
        /// What was sent, clipped.
        sent: Arc<str>,
        /// How far away it may be.
        window: Span,
    },
}

/// What clients sign in the place of what they should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// The keys in the order of the body.
    Unsorted,
    /// With blanks behind commas and colons.
    Blanks,
    /// Letters outside of ASCII as `\uXXXX`.
    Escaped,
    /// A slash as `\/`.
    SlashesEscaped,
    /// With empty values.
    EmptyValues,
    /// With `sign` itself.
    SignInside,
    /// With numbers as texts.
    NumbersAsTexts,
    /// The right text, its digest written as hex digits.
    Hex,
    /// The right text, the hex digits of its digest in Base64.
    HexInBase64,
    /// The right text, with the secret that callbacks are signed with.
    NotifySecret,
}
