//! The public API: puts all layers together, and is the only place that knows them all.

mod blueprint;
mod builder;
mod coverage;
mod error;
mod handle;
mod listing;
mod qr;
mod server;

pub use blueprint::{check_scenario, scenario_schema};
pub use builder::{Builder, Limit};
pub use coverage::{Coverage, CoverageLine};
pub use error::{Error, ErrorKind};
pub use handle::{Clock, DemoUser, SessionHandle, SessionOptions, parse_duration};
pub use listing::{
    CodeLine, EndpointLine, FaultLine, FieldLine, Listing, MagicLine, PackageLine, ScenarioLine, SettingLine,
};
pub use qr::QrCode;
pub use server::{Finished, Sandbox};
