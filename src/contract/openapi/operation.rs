//! One endpoint as an operation.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::envelope::Envelope;
use super::{answer, list, request, standing};
use crate::contract::card::{Card, Effect};
use crate::contract::catalogue::{Served, Shelf};

/// The operation; schemas of its own get a place among the named ones.
pub(super) fn operation(
    served: &Served,
    shelf: &Shelf,
    envelope: &Envelope,
    schemas: &mut Map<String, Value>,
) -> Value {
    let card = &served.card;
    let id = served.endpoint.id;
    let name = id.replace('/', "_");
    let example = request::example(card);
    let mut operation = Map::new();
    let mut add = |key: &str, value: Value| _ = operation.insert(key.to_owned(), value);
    add("operationId", json!(name));
    add("tags", json!([shelf.group.title]));
    add("summary", json!(card.title));
    add("description", json!(about(card)));
    add("parameters", json!(request::parameters(served, &example)));
    if let Some(body) = request::body(&name, served, &example, schemas) {
        add("requestBody", body);
    }
    add("responses", answer::responses(&name, served, shelf, envelope, schemas));
    add("x-evidence", json!(card.evidence));
    add("x-sources", json!(card.sources));
    list(&mut operation, "x-quirks", &card.quirks);
    list(&mut operation, "x-assumptions", &card.assumed);
    let mut add = |key: &str, value: Value| _ = operation.insert(key.to_owned(), value);
    add("x-sandbox-codes", json!(answer::codes(card, shelf, envelope)));
    add("x-sandbox-endpoint", json!(id));
    add("x-sandbox-operation", json!(card.operation));
    add("x-sandbox-effect", json!(if card.effect == Effect::Writes { "writes" } else { "reads" }));
    list(&mut operation, "x-sandbox-after", &card.after);
    Value::Object(operation)
}

/// The evidence in words, for readers whose tool shows no extensions.
fn about(card: &Card) -> String {
    let mut text = format!("Evidence: **{}**: {}.", card.evidence, standing(card.evidence));
    let lists = [
        ("Sources", &card.sources),
        ("Kept on purpose", &card.quirks),
        ("Assumed by the sandbox, not by any page", &card.assumed),
    ];
    for (title, lines) in lists.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n\n{title}:\n");
        for line in lines {
            let _ = write!(text, "\n- {line}");
        }
    }
    text
}
