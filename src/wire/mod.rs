//! The wire: hyper's half. It turns connections into calls and replies into bytes, and keeps every limit.

pub(crate) mod accept;
mod claim;
mod cors;
mod deliver;
mod door;
mod hold;
pub(crate) mod intake;
pub(crate) mod limits;
mod lookout;
mod order;
pub(crate) mod pick;
#[cfg(test)]
mod pick_tests;
mod plan;
#[cfg(test)]
mod plan_tests;
mod play;
mod ports;
mod queue;
mod service;
mod stop;
mod stream;
mod timekeeper;
mod usage;

pub(crate) use door::Door;
pub(crate) use service::Wire;
pub(crate) use usage::Usage;
