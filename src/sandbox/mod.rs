//! The public API: puts all layers together, and is the only place that knows them all.

mod assembly;
mod blueprint;
mod builder;
mod callbacks;
mod check;
mod coverage;
mod differ;
mod error;
mod excerpt;
mod files;
mod folder;
mod handle;
mod limit;
mod listen;
mod listing;
mod openapi;
mod options;
mod qr;
mod recording;
mod server;
mod setting;
mod sign;
mod test_session;
mod watch;

pub use blueprint::scenario_schema;
pub use builder::Builder;
pub use check::{Checked, check_scenario, check_scenarios};
pub use coverage::{Coverage, CoverageLine};
pub use error::{Error, ErrorKind};
pub use excerpt::line_of_entry;
pub use handle::{Clock, DemoUser, SessionHandle, parse_duration};
pub use limit::Limit;
pub use listing::{
    CodeLine, EndpointLine, FaultLine, FieldLine, Listing, MagicLine, PackageLine, ScenarioLine, SettingLine,
};
pub use openapi::openapi_document;
pub use options::SessionOptions;
pub use qr::QrCode;
pub use recording::{Recording, Replayed};
pub use server::{Finished, Sandbox};
pub use sign::{SentSign, SignedBody, callback_digest, sign_body};
pub use test_session::{TestSession, name_of_function};

pub use crate::session::reload::{Reloaded, Renewed};
