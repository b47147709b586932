#![doc = include_str!("../ARCHITECTURE.md")]

mod contract;
mod control;
mod courier;
mod document;
mod domain;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod sandbox;
mod scenario;
mod session;
mod store;
mod vendor;
mod wire;

pub use document::nearest;
pub use sandbox::{
    Builder, Checked, Clock, CodeLine, Coverage, CoverageLine, DemoUser, EndpointLine, Error, ErrorKind,
    FaultLine, FieldLine, Finished, Limit, Listing, MagicLine, PackageLine, QrCode, Recording, Reloaded,
    Renewed, Replayed, Sandbox, ScenarioLine, SentSign, SessionHandle, SessionOptions, SettingLine,
    SignedBody, TestSession, callback_digest, check_scenario, check_scenarios, line_of_entry,
    name_of_function, openapi_document, parse_duration, scenario_schema, sign_body,
};

/// The path of the test that it stands in, such as `orders::pays_twice`; known when it is compiled, whatever thread runs it.
#[macro_export]
macro_rules! test_name {
    () => {{
        fn here() {}
        $crate::name_of_function(here)
    }};
}

/// A [`TestSession`] named after the test that it stands in.
///
/// ```
/// # use linksfield_sandbox::{Sandbox, test_session};
/// # fn doc() {
/// let session = test_session!(); // in Sandbox::shared()
/// let other = test_session!(Sandbox::shared(), scenario: "sold-out", name: "the other one");
/// # drop((session, other));
/// # }
/// # doc();
/// ```
#[macro_export]
macro_rules! test_session {
    () => { $crate::test_session!($crate::Sandbox::shared()) };
    ($sandbox:expr $(, $option:ident: $value:expr)* $(,)?) => {
        $sandbox.test_session($crate::SessionOptions::named($crate::test_name!())$(.$option($value))*)
    };
}

/// The README's Rust examples, compiled and run with the doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
