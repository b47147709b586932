//! From values to the schema that all of them have, with what a card knows besides.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::contract::card::{Evidence, MemberCard};

/// What is known of an answer besides its example.
#[derive(Default)]
pub(super) struct Notes<'c> {
    /// How well members are known that have no word of their own.
    pub(super) evidence: Option<Evidence>,
    /// Members by their way from the root of the body: `data[].currencyInfos[].price`.
    pub(super) members: BTreeMap<&'c str, &'c MemberCard>,
}

/// The schema of these values.
pub(super) fn schema(values: &[&Value], notes: &Notes<'_>) -> Map<String, Value> {
    at(values, "", notes)
}

fn at(values: &[&Value], way: &str, notes: &Notes<'_>) -> Map<String, Value> {
    let known = notes.members.get(way);
    let mut kinds: Vec<&str> = Vec::new();
    for kind in values.iter().map(|value| kind(value)) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if let Some(kind) = known.and_then(|known| known.kind) {
        kinds = vec![kind.word()];
    }
    if kinds.contains(&"number") {
        kinds.retain(|kind| *kind != "integer");
    }
    if known.is_some_and(|known| known.nullable) && !kinds.contains(&"null") {
        kinds.push("null");
    }
    let mut schema = Map::new();
    match kinds[..] {
        [] => {}
        [one] => _ = schema.insert("type".to_owned(), json!(one)),
        _ => _ = schema.insert("type".to_owned(), json!(kinds)),
    }
    if let Some(meaning) = known.and_then(|known| known.meaning.as_ref()) {
        schema.insert("description".to_owned(), json!(meaning));
    }
    let objects: Vec<&Map<String, Value>> = values.iter().filter_map(|value| value.as_object()).collect();
    if !objects.is_empty() {
        members(&mut schema, &objects, way, notes);
    }
    let lists: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
    if kinds.contains(&"array") {
        schema.insert("items".to_owned(), Value::Object(at(&lists, &format!("{way}[]"), notes)));
    }
    schema
}

fn members(schema: &mut Map<String, Value>, objects: &[&Map<String, Value>], way: &str, notes: &Notes<'_>) {
    let mut properties: Map<String, Value> = Map::new();
    let mut required: Vec<&String> = Vec::new();
    for name in objects.iter().flat_map(|object| object.keys()) {
        if properties.contains_key(name) {
            continue;
        }
        let values: Vec<&Value> = objects.iter().filter_map(|object| object.get(name)).collect();
        if values.len() == objects.len() {
            required.push(name);
        }
        let way = if way.is_empty() { name.clone() } else { format!("{way}.{name}") };
        let mut member = at(&values, &way, notes);
        let own = notes.members.get(way.as_str()).and_then(|known| known.evidence);
        if let Some(evidence) = own.or(notes.evidence) {
            member.insert("x-evidence".to_owned(), json!(evidence));
        }
        properties.insert(name.clone(), Value::Object(member));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(required));
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
