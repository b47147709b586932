//! What failing on command costs: a call under a thousand rules beside one under none, and a reset while answers are held.
//!
//! `cargo bench --bench failures` takes some seconds. Figures are wall clock; no figure is a test.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
#![allow(clippy::print_stdout, missing_docs)]

mod held;
mod rules;

fn main() {
    // `cargo test --all-targets` runs this too: then a hundredth is enough to see that it works.
    let (calls, rounds, resets) = if cfg!(debug_assertions) { (20, 1, 1) } else { (2_000, 21, 20) };
    rules::measure(calls, rounds);
    held::measure(resets);
}
