//! The OpenAPI 3.1 document of all that is served: assembled from catalogue, cards and code tables when somebody asks for it.
//! It writes down what they say and knows no group, endpoint or code by itself.

mod answer;
mod envelope;
mod operation;
mod outside;
mod request;
mod shape;

use serde_json::{Map, Value, json};

use super::card::Evidence;
use super::catalogue::{Catalogue, Shelf};
use envelope::Envelope;

/// What is said of the whole.
const ABOUT: &str = "\
A local stand-in for the Demo UAT environment of the Linksfield Developer portal. This document is made from the cards that the \
sandbox itself reads.

`x-evidence` says how well something is known: `documented` is on a vendor page, `partial` has a documented path or fields and the \
rest is inferred, `replica` is known by name only, `assumed` is the sandbox's own choice. `x-assumptions` lists what no page says \
and what was taken.

Business answers come in HTTP 200 and tell by their code whether the call succeeded. Other statuses are the sandbox's own and carry \
the header `x-sandbox-error`; a scenario can make it answer anything else.

The sandbox is more lenient than the schemas of requests: numeric strings and integral floats pass for whole numbers, null counts as \
not sent, unknown fields pass, and whatever passed so is noted in the journal. What is refused is refused by code, with every bad \
field named.";

/// The document, as text; the same catalogue gives the same text.
pub(crate) fn text(catalogue: &Catalogue) -> String {
    // A document of text keys and finite numbers always has a JSON form.
    serde_json::to_string_pretty(&document(catalogue)).unwrap_or_default() + "\n"
}

fn document(catalogue: &Catalogue) -> Value {
    let envelopes: Vec<Envelope> = catalogue.groups.iter().map(Envelope::of).collect();
    let mut paths: Map<String, Value> = Map::new();
    let mut components = Components::default();
    for (shelf, envelope) in catalogue.groups.iter().zip(&envelopes) {
        components.schemas.insert(envelope.code_schema_name(), envelope.code_schema(shelf));
        components.schemas.insert(envelope.refusal_name(), envelope.refusal_schema());
        components.responses.extend(outside::responses(envelope));
    }
    for served in &catalogue.endpoints {
        let shelf = catalogue.shelf(served);
        let Some(envelope) = envelopes.iter().find(|envelope| envelope.group == shelf.group.id) else {
            continue;
        };
        let operation = operation::operation(served, shelf, envelope, &mut components.schemas);
        let entry = paths.entry(served.card.path.clone()).or_insert_with(|| json!({}));
        entry[served.card.method.to_lowercase()] = operation;
    }
    let server = if catalogue.base_path.is_empty() { "/" } else { &catalogue.base_path };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Linksfield Demo UAT, as linksfield-sandbox answers it",
            "summary": "Documented calls with their evidence; what is ours is marked.",
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{ "url": server, "description": "the sandbox that this document was asked of" }],
        // Lenient sandboxes let everybody in. Tokens and signatures travel in headers, which each call lists.
        "security": [],
        "tags": catalogue.groups.iter().map(tag).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": components.schemas,
            "responses": components.responses,
            "headers": outside::headers(),
        },
    })
}

/// What calls have in common, or is worth a name of its own.
#[derive(Default)]
struct Components {
    schemas: Map<String, Value>,
    responses: Map<String, Value>,
}

fn tag(shelf: &Shelf) -> Value {
    let title = shelf.group.title;
    json!({ "name": title, "description": format!("The portal's group \"{title}\""), "x-sandbox-group": shelf.group.id })
}

/// What an evidence word says of a call.
fn standing(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "path, method and a printed example are on a vendor page",
        Evidence::Partial => "the path or some fields are documented, the rest is inferred",
        Evidence::Replica => "only the name is known, path or shape are the sandbox's",
        Evidence::Assumed => "the sandbox's own choice",
    }
}

/// Adds a list, unless it is empty.
fn list(object: &mut Map<String, Value>, key: &str, items: &[String]) {
    if !items.is_empty() {
        object.insert(key.to_owned(), json!(items));
    }
}

/// Where a named schema is.
fn schema_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[cfg(test)]
mod tests;
