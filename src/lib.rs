#![doc = include_str!("../ARCHITECTURE.md")]

mod contract;
mod control;
mod courier;
mod document;
mod domain;
mod sandbox;
mod scenario;
mod session;
mod vendor;
mod wire;

pub use document::nearest;
pub use sandbox::{
    Builder, Checked, Clock, CodeLine, Coverage, CoverageLine, DemoUser, EndpointLine, Error, ErrorKind,
    FaultLine, FieldLine, Finished, Limit, Listing, MagicLine, PackageLine, QrCode, Recording, Reloaded,
    Renewed, Replayed, Sandbox, ScenarioLine, SessionHandle, SessionOptions, SettingLine, check_scenario,
    check_scenarios, parse_duration, scenario_schema,
};

/// The README's Rust examples, compiled and run with the doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
