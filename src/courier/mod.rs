//! The courier: what the vendor would send out. Mails, as pictures, as text, as bytes, and to a catcher; callbacks to the partner's
//! server.
//!
//! Composing is pure: the same letter makes the same bytes, with no clock and no random source. Only `smtp.rs` and `http.rs` open
//! connections: to this machine, callbacks also to where `--callback-allow` lets them go.

pub(crate) mod callbacks;
mod http;
pub(crate) mod mail;
#[cfg(test)]
mod mail_tests;
pub(crate) mod picture;
#[cfg(test)]
mod reader;
pub(crate) mod smtp;
#[cfg(test)]
mod smtp_tests;
pub(crate) mod target;
#[cfg(test)]
mod target_tests;
mod wording;
