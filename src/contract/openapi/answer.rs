//! What a call is answered in HTTP 200: a success as the card shows it, or a refusal of the group.

use serde_json::{Map, Value, json};

use super::envelope::Envelope;
use super::shape::{self, Notes};
use super::{outside, schema_ref};
use crate::contract::card::{Card, Evidence, HeaderCard, ReplyCard};
use crate::contract::catalogue::{Served, Shelf};

/// All answers of a call by status. The schema of its success gets a place among the named ones.
pub(super) fn responses(
    name: &str,
    served: &Served,
    shelf: &Shelf,
    envelope: &Envelope,
    schemas: &mut Map<String, Value>,
) -> Value {
    let card = &served.card;
    let name = format!("{name}_success");
    schemas.insert(name.clone(), success(card, envelope));
    let mut any = vec![schema_ref(&name), schema_ref(&envelope.refusal_name())];
    let refused: Vec<Value> = card.replies.iter().filter(|reply| reply.code.is_some()).map(body).collect();
    if !refused.is_empty() {
        let name = format!("{name}_not");
        let mut schema = shape::schema(&refused.iter().collect::<Vec<_>>(), &notes(card, false));
        schema.insert("description".to_owned(), json!("A refusal that holds data."));
        schemas.insert(name.clone(), Value::Object(schema));
        any.push(schema_ref(&name));
    }
    let mut ok = json!({
        "description": "a success, or a refusal that tells by its code",
        "headers": outside::traces(),
        "content": { "application/json": {
            "schema": { "anyOf": any },
            "examples": examples(card, shelf),
        } },
    });
    for HeaderCard { name, meaning, evidence } in card.replies.iter().flat_map(|reply| &reply.headers) {
        ok["headers"][name.as_str()] = json!({
            "description": format!("({evidence}) {meaning}; not on a refusal"),
            "schema": { "type": "string" }, "x-evidence": evidence,
        });
    }
    let mut responses = json!({ "200": ok });
    for (status, reference) in outside::references(envelope) {
        responses[status.as_str()] = reference;
    }
    responses
}

/// The codes that a call can send, and when.
pub(super) fn codes(card: &Card, shelf: &Shelf, envelope: &Envelope) -> Vec<Value> {
    let known = card.codes.iter().filter_map(|used| Some((used, shelf.codes.by_name(&used.code)?)));
    let view = known.map(|(used, row)| {
        json!({
            "code": envelope.code_of(shelf, row), "name": row.name, "when": used.when, "evidence": used.evidence,
        })
    });
    view.collect()
}

fn success(card: &Card, envelope: &Envelope) -> Value {
    let (bodies, notes) = match &card.pasted {
        // Whoever pasted it has seen it; whether all of its members always come, nobody has.
        Some(pasted) => (vec![read(pasted.get())], Notes::default()),
        None => {
            let successes = card.replies.iter().filter(|reply| reply.code.is_none());
            (successes.map(body).collect(), notes(card, true))
        }
    };
    let mut schema = envelope.success_schema(&bodies, &notes);
    let evidence = notes.evidence.unwrap_or(Evidence::Replica);
    schema.insert("description".to_owned(), json!(format!("A success ({evidence}).")));
    schema.insert("x-evidence".to_owned(), json!(evidence));
    Value::Object(schema)
}

/// What is known of the members of a success, or of a refusal that holds data.
fn notes(card: &Card, of_success: bool) -> Notes<'_> {
    let replies = || card.replies.iter().filter(move |reply| reply.code.is_none() == of_success);
    let members = replies().flat_map(|reply| &reply.members);
    Notes {
        evidence: replies().next().map(|reply| reply.evidence),
        members: members.map(|(way, member)| (way.as_str(), member)).collect(),
    }
}

fn body(reply: &ReplyCard) -> Value {
    read(reply.body.get())
}

fn examples(card: &Card, shelf: &Shelf) -> Map<String, Value> {
    let mut examples = Map::new();
    match &card.pasted {
        Some(pasted) => {
            let shown = json!({ "summary": "as the user's overlay has it", "value": read(pasted.get()) });
            examples.insert("pasted".to_owned(), shown);
        }
        None => {
            for ReplyCard { name, evidence, body, not_reproduced, .. } in &card.replies {
                let mut shown = json!({ "summary": format!("{name} ({evidence})"), "value": read(body.get()), "x-evidence": evidence });
                if !not_reproduced.is_empty() {
                    shown["x-not-reproduced"] = json!(not_reproduced);
                }
                examples.insert(name.clone(), shown);
            }
        }
    }
    for used in card.codes.iter().filter(|used| used.code != shelf.group.success) {
        if let Some(row) = shelf.codes.by_name(&used.code) {
            let value = Envelope::refusal(shelf, row, card.texts.get(&row.name));
            let shown = json!({
                "summary": format!("{} ({})", used.when, used.evidence), "value": value, "x-evidence": used.evidence,
            });
            examples.insert(used.code.clone(), shown);
        }
    }
    examples
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
