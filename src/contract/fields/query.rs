//! What a query string has for each field. In a query everything is text, so a number there is no oddity worth a note.

use super::reading::Slot;
use super::value::Raw;
use super::{FieldSpec, FieldType, Notes};
use crate::contract::percent;

/// What a query has for each field, as JSON text.
pub(super) fn slots(specs: &[FieldSpec], query: &str, notes: &mut Notes) -> Vec<Slot<'static>> {
    let mut slots = vec![Slot::default(); specs.len()];
    for (name, value) in percent::pairs(query) {
        let Some(at) = specs.iter().position(|spec| spec.name == name) else { continue };
        let is_number = specs[at].kind != FieldType::String && value.parse::<f64>().is_ok();
        let text = if is_number { value } else { serde_json::Value::String(value).to_string() };
        if slots[at].raw.replace(Raw::new(text)).is_some() {
            notes.add(format!("{name}: sent more than once, the last one counts"));
        }
    }
    slots
}
