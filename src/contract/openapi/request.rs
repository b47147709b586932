//! What a call takes: headers and query as parameters, the body as a schema of its own.

use serde_json::{Map, Value, json};

use super::schema_ref;
use crate::contract::card::{Card, HeaderCard};
use crate::contract::catalogue::Served;
use crate::contract::fields::{FieldSpec, FieldType, Format, Place};

/// A header that OpenAPI writes as the media type of the body instead.
const CONTENT_TYPE: &str = "content-type";

/// The parameters of a call: its headers, then its query.
pub(super) fn parameters(served: &Served, example: &Value) -> Vec<Value> {
    let card = &served.card;
    let is_parameter = |header: &&HeaderCard| !header.name.eq_ignore_ascii_case(CONTENT_TYPE);
    let headers = card.request.headers.iter().filter(is_parameter).map(|header| {
        json!({
            "name": header.name, "in": "header", "required": false,
            "description": format!("({}) {}", header.evidence, header.meaning),
            "schema": { "type": "string" }, "x-evidence": header.evidence,
        })
    });
    let query = card.request.fields.iter().filter(|field| field.place == Place::Query).map(|field| {
        let mut schema = field_schema(field);
        let mut parameter = json!({ "name": field.name, "in": "query", "required": field.required });
        for key in ["description", "x-evidence"] {
            parameter[key] = schema.shift_remove(key).unwrap_or_default();
        }
        parameter["schema"] = Value::Object(schema);
        if let Some(value) = example.get(&field.name) {
            parameter["example"] = value.clone();
        }
        parameter
    });
    headers.chain(query).collect()
}

/// The body of a call, if it takes one; its schema gets a place among the named ones.
pub(super) fn body(
    name: &str,
    served: &Served,
    example: &Value,
    schemas: &mut Map<String, Value>,
) -> Option<Value> {
    let card = &served.card;
    if served.fields.place() != Place::Body {
        return None;
    }
    let name = format!("{name}_request");
    schemas.insert(name.clone(), body_schema(&card.request.fields));
    let media = card.request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(CONTENT_TYPE));
    let mut body = json!({
        "required": card.request.fields.iter().any(|field| field.required || field.required_unless.is_some()),
        "content": { "application/json": {
            "schema": schema_ref(&name),
            "examples": { "shown": {
                "summary": "as the card shows it, mended where the printed one is not JSON", "value": example,
            } },
        } },
    });
    if let Some(header) = media {
        body["description"] = json!(format!("Content-Type: ({}) {}", header.evidence, header.meaning));
    }
    Some(body)
}

fn body_schema(fields: &[FieldSpec]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.clone(), Value::Object(field_schema(field)))).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let mut pairs: Vec<[&str; 2]> = Vec::new();
    for field in fields {
        if let Some(other) = &field.required_unless {
            let pair = [field.name.as_str(), other.as_str()];
            if !pairs.contains(&[pair[1], pair[0]]) {
                pairs.push(pair);
            }
        }
    }
    let one_of_two = |pair: &[&str; 2]| json!({ "anyOf": pair.map(|name| json!({ "required": [name] })) });
    match &pairs[..] {
        [] => {}
        [pair] => schema["anyOf"] = one_of_two(pair)["anyOf"].take(),
        several => schema["allOf"] = several.iter().map(one_of_two).collect(),
    }
    schema
}

/// A field as the documents have it. What passes besides is said in words.
fn field_schema(field: &FieldSpec) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut add = |key: &str, value: Value| _ = schema.insert(key.to_owned(), value);
    match (field.kind, field.loose) {
        (FieldType::Any, false) => {}
        (FieldType::Any, true) => add("type", json!(["string", "number"])),
        (FieldType::Integer, _) => {
            add("type", json!("integer"));
            add("format", json!("int64"));
        }
        (FieldType::Number, _) => add("type", json!("number")),
        (FieldType::String, _) => add("type", json!("string")),
        (FieldType::Texts, _) => {
            add("type", json!("array"));
            let mut items = json!({ "type": "string", "minLength": 1 });
            if let Some(longest) = field.max_length {
                items["maxLength"] = json!(longest);
            }
            add("items", items);
            add("minItems", json!(1));
        }
    }
    let is_text = field.kind == FieldType::String || field.loose;
    match field.format {
        Some(Format::Email) => add("format", json!("email")),
        Some(Format::Digits) if field.empty.is_some() => add("pattern", json!("^[0-9]*$")),
        Some(Format::Digits) => add("pattern", json!("^[0-9]+$")),
        None if field.secret => add("format", json!("password")),
        None => {}
    }
    if is_text && field.empty.is_none() && (field.required || field.format.is_none()) {
        add("minLength", json!(1));
    }
    // Of a text of digits the limits are said in words.
    let is_number = !is_text || field.kind != FieldType::String;
    let limits = [
        ("minimum", field.min.filter(|_| is_number).map(|min| json!(min))),
        ("maximum", field.max.filter(|_| is_number).map(|max| json!(max))),
    ];
    let longest = [("maxLength", field.max_length.filter(|_| is_text).map(|longest| json!(longest)))];
    for (key, limit) in limits.into_iter().chain(longest) {
        if let Some(limit) = limit {
            add(key, limit);
        }
    }
    if let Some(default) = field.default.as_deref().and_then(|text| typed_default(field, text)) {
        add("default", default);
    }
    add("description", json!(meaning(field)));
    add("x-evidence", json!(field.evidence));
    if let Some(addresses) = field.addresses {
        add("x-sandbox-addresses", json!(addresses));
    }
    schema
}

/// A default that is a value; others are words, such as "the account's address".
fn typed_default(field: &FieldSpec, text: &str) -> Option<Value> {
    match field.kind {
        FieldType::Integer | FieldType::Number => serde_json::from_str(text).ok().filter(Value::is_number),
        FieldType::String | FieldType::Texts | FieldType::Any => None,
    }
}

fn meaning(field: &FieldSpec) -> String {
    let also = match field.kind {
        FieldType::String if field.loose || field.format == Some(Format::Digits) => {
            Some("A number passes too, and is noted")
        }
        FieldType::Number | FieldType::Integer if field.loose => Some("A text passes too, and is noted"),
        _ => None,
    };
    let parts = [
        Some(format!("({}) {}", field.evidence, field.meaning)),
        field.required_unless.as_ref().map(|other| format!("Needed unless {other} is sent")),
        field.yields_to.as_ref().map(|other| format!("Counts for nothing beside {other}")),
        field.default.as_ref().map(|default| format!("If missing: {default}")),
        (field.empty.is_some() || !field.required && field.format == Some(Format::Email))
            .then(|| "Empty counts as not sent".to_owned()),
        also.map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(". ")
}

/// The example of a card.
pub(super) fn example(card: &Card) -> Value {
    serde_json::from_str(card.request.example.get()).unwrap_or_default()
}
