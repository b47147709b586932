//! What a call says in some fields of its card, before anybody judges it.

use super::reading::Slot;
use super::{FieldSpec, FieldTable, Notes, pass, query};

impl FieldTable {
    /// What a call has for the fields that are asked for, in the card's order: from the query, else from the body, wherever the
    /// card says that they travel. Texts come without their quotes, numbers as they were written; of a body that is broken, what
    /// stands before the fault.
    pub(crate) fn said(
        &self,
        query: &str,
        body: &[u8],
        is_asked_for: impl Fn(&FieldSpec) -> bool,
    ) -> Vec<(&FieldSpec, String)> {
        if !self.specs.iter().any(&is_asked_for) {
            return Vec::new();
        }
        let from_query = query::slots(&self.specs, query, &mut Notes::default());
        let from_body = pass::as_far_as_it_goes(&self.specs, body);
        let places = self.specs.iter().zip(from_query.into_iter().zip(from_body));
        let asked_for = places.filter(|(spec, _)| is_asked_for(spec));
        asked_for
            .filter_map(|(spec, (one, other))| Some((spec, text(&one).or_else(|| text(&other))?)))
            .collect()
    }
}

fn text(slot: &Slot<'_>) -> Option<String> {
    let raw = slot.text()?;
    match serde_json::from_str(raw).ok()? {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(_) => Some(raw.to_owned()),
        _ => None,
    }
}
