//! The one style of scenario files: two spaces, lines of up to 120 columns; an object stays on one line if it was begun on one and fits.

use std::path::Path;

use dprint_plugin_json::configuration::{ConfigurationBuilder, TrailingCommaKind};
use dprint_plugin_json::format_text;

/// A text in that style, comments kept; `None` if it is in it already. An error says where it is no JSON.
pub(super) fn styled(text: &str) -> Result<Option<String>, String> {
    let mut style = ConfigurationBuilder::new();
    let style = style.line_width(120).indent_width(2).trailing_commas(TrailingCommaKind::Never).build();
    format_text(Path::new("scenario.jsonc"), text, &style).map_err(|error| error.to_string())
}
