//! The door of the fuzz targets: each entry takes bytes, and panics if something does not hold. It is there for our own tests and with the
//! feature `fuzzing` only; `fuzz/` calls it, and `tests.rs` plays the kept inputs on every machine.

mod call;
mod callback;
mod dispatch;
mod guard;
mod scenario;
mod signature;
mod store;
#[cfg(any(feature = "cli", feature = "fuzzing"))]
#[path = "../cli/style.rs"]
mod style;
#[cfg(test)]
mod tests;

/// What a target does with an input.
type Entry = fn(&[u8]);

/// The targets: what the folder of a target's inputs is called, and its entry.
const TARGETS: [(&str, Entry); 6] = [
    ("dispatch", dispatch::run),
    ("scenario", scenario::run),
    ("guard", guard::run),
    ("callback", callback::run),
    ("signature", signature::run),
    ("store", store::run),
];

/// Runs the target of this name.
pub fn run(target: &str, input: &[u8]) {
    let entry = TARGETS.iter().find(|(name, _)| *name == target).map(|(_, entry)| entry);
    entry.unwrap_or_else(|| panic!("no target is called {target}"))(input);
}
