//! What the vendor's world is: packages, partners, accounts, a pool of eSIM profiles, orders, and the rules between them.
//!
//! Invariants, each held by a test:
//! - An order number and an order id are given once, and both rise strictly.
//! - An order reserves exactly one profile, and no profile belongs to two open or paid orders; free, reserved and assigned ones
//!   are together what the pool began with.
//! - No order is paid twice, and its limit frees its profile exactly once.
//! - A refusal leaves the world as it was: no number, no profile, no order is taken.
//! - Time never falls.
//!
//! What is absent on purpose: HTTP, JSON text, a clock, a random source, hash maps. A moment is passed in, chance is
//! `f(seed, kind, ordinal)`, and all collections are ordered, so that the same calls make the same world.

pub(crate) mod browse;
pub(crate) mod dice;
pub(crate) mod digits;
pub(crate) mod ids;
pub(crate) mod language;
pub(crate) mod ledger;
pub(crate) mod mail;
pub(crate) mod moment;
pub(crate) mod money;
pub(crate) mod notify;
pub(crate) mod order;
pub(crate) mod package;
pub(crate) mod payment;
pub(crate) mod policy;
pub(crate) mod profile;
pub(crate) mod refusal;
pub(crate) mod settings;
pub(crate) mod signature;
#[expect(dead_code, reason = "the endpoints of the CSSS group and the courier are built on it next")]
pub(crate) mod sim;
pub(crate) mod stage;
pub(crate) mod stock;
pub(crate) mod token;
pub(crate) mod user;
pub(crate) mod world;
