//! A session: a whole sandbox in miniature, with its own world, clock, script, journal and seed.

pub(crate) mod clock;
pub(crate) mod journal;
pub(crate) mod mishap;
pub(crate) mod registry;
pub(crate) mod rehearsal;
mod render;
#[expect(clippy::module_inception, reason = "the file is named after the type that the layer is named after")]
pub(crate) mod session;
#[cfg(test)]
mod tests;
pub(crate) mod view;
