//! Plain data of an exchange: calls and replies, endpoints and groups, the cards that describe them, and the one
//! reader of request fields. It knows HTTP's words, but no server, no session and no vendor.

pub(crate) mod call;
pub(crate) mod callback;
pub(crate) mod callback_digest;
pub(crate) mod card;
pub(crate) mod catalogue;
pub(crate) mod code;
pub(crate) mod codes;
pub(crate) mod endpoint;
pub(crate) mod fields;
pub(crate) mod fleet_file;
pub(crate) mod generate;
pub(crate) mod group;
pub(crate) mod language;
pub(crate) mod misfit;
pub(crate) mod openapi;
pub(crate) mod overlay;
pub(crate) mod passwd;
pub(crate) mod percent;
pub(crate) mod plain_text;
pub(crate) mod signature_words;
pub(crate) mod sim_words;
pub(crate) mod syntax;
pub(crate) mod wording;
pub(crate) mod world_file;
pub(crate) mod written;
