//! The one integration crate: everything here goes through the public API, a socket, or the binary.

mod architecture;
mod conformance;
mod control;
mod determinism;
mod diagnostics;
mod esim_qr_mall;
mod layering;
mod overlay;
mod process;
mod readme;
mod scenarios;
mod support;
mod tidy;
mod wire;
