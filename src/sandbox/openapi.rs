//! The OpenAPI document without a running server.

use std::path::Path;

use super::assembly::check_base_path;
use super::blueprint::Blueprint;
use super::error::Error;
use crate::contract::openapi;

/// The OpenAPI 3.1 document of all that is served, as JSON text, each part with its evidence; `GET /__sandbox/openapi.json` of a
/// server says the same. `fixtures` is an overlay folder and `base_path` what stands before every path, as for the server.
pub fn openapi_document(fixtures: Option<&Path>, base_path: &str) -> Result<String, Error> {
    check_base_path(base_path)?;
    Ok(openapi::text(&Blueprint::with(fixtures, base_path)?.catalogue))
}
