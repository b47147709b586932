//! The one integration crate: everything here goes through the public API, a socket, or the binary.

mod accounts;
mod architecture;
mod conformance;
mod control;
mod cors;
mod coverage;
mod determinism;
mod diagnostics;
mod embedding;
mod esim_qr_mall;
mod faults;
mod generate;
mod layering;
mod overlay;
mod process;
mod readme;
mod regressions;
mod rules;
mod scenarios;
mod sessions;
mod snapshots;
mod steering;
mod support;
mod tidy;
mod verify;
mod wire;
