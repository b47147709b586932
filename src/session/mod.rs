//! A session: a whole sandbox in miniature, with its own world, clock, script, journal and seed.

pub(crate) mod alarm;
pub(crate) mod archive;
pub(crate) mod asked;
mod attend;
mod backlog;
mod bell;
pub(crate) mod callbacks;
pub(crate) mod census;
pub(crate) mod claims;
pub(crate) mod clock;
pub(crate) mod core;
pub(crate) mod coverage;
mod decide;
mod explain;
pub(crate) mod gate;
pub(crate) mod gathering;
mod gone;
mod heads;
pub(crate) mod journal;
pub(crate) mod keeping;
pub(crate) mod letter;
pub(crate) mod loaded;
mod look;
pub(crate) mod mishap;
pub(crate) mod name;
pub(crate) mod plan;
mod prepared;
pub(crate) mod recorded;
pub(crate) mod registry;
pub(crate) mod rehearsal;
pub(crate) mod reload;
mod render;
#[expect(clippy::module_inception, reason = "the file is named after the type that the layer is named after")]
pub(crate) mod session;
pub(crate) mod snapshot;
pub(crate) mod steer;
pub(crate) mod steps;
mod sweeper;
#[cfg(test)]
mod tests;
pub(crate) mod turn;
pub(crate) mod verify;
pub(crate) mod view;
