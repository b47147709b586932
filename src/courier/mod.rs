//! The courier: what the vendor would send out. So far these are mails, as pictures, as text, as bytes, and to a catcher.
//!
//! Composing is pure: the same letter makes the same bytes, with no clock and no random source. Only `smtp.rs` opens a
//! connection, and only to this machine.

pub(crate) mod mail;
#[cfg(test)]
mod mail_tests;
pub(crate) mod picture;
#[cfg(test)]
mod reader;
pub(crate) mod smtp;
#[cfg(test)]
mod smtp_tests;
mod wording;
