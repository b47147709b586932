//! What a group puts around its answers, found by looking at what it writes: no group has to say it a second time.

use serde_json::{Map, Value, json};

use super::schema_ref;
use super::shape::{self, Notes};
use crate::contract::card::Evidence;
use crate::contract::catalogue::Shelf;
use crate::contract::codes::CodeRow;
use crate::contract::endpoint::Data;
use crate::domain::language::Language;
use crate::domain::policy::Messages;

/// Texts that no envelope writes by itself.
const DATA: &str = "the data goes here";
const MESSAGE: &str = "the message goes here";

/// A group's envelope.
pub(super) struct Envelope {
    /// The group.
    pub(super) group: &'static str,
    /// A success around `DATA`, and the member that holds its code.
    success: Value,
    code: Option<String>,
    /// All refusals.
    refusals: Vec<Value>,
}

impl Envelope {
    /// Writes every code of the group's table, and looks where it went.
    pub(super) fn of(shelf: &Shelf) -> Self {
        let rows: Vec<Value> =
            shelf.codes.rows.iter().map(|row| written(shelf, row, None, MESSAGE)).collect();
        let success = shelf.row(shelf.group.success);
        let name = |member: &&String| {
            let all = || rows.iter().filter_map(|body| body.get(member.as_str()));
            let each_has_its_own =
                all().enumerate().all(|(at, value)| all().skip(at + 1).all(|other| other != value));
            all().count() == rows.len() && each_has_its_own && rows.len() > 1
        };
        let members = rows.first().and_then(Value::as_object);
        let code = members.and_then(|members| members.keys().find(name)).cloned();
        let refusals = shelf.codes.rows.iter().zip(&rows).filter(|(row, _)| row.name != success.name);
        Self {
            group: shelf.group.id,
            success: written(shelf, success, Some(&Data::new(DATA)), MESSAGE),
            code,
            refusals: refusals.map(|(_, body)| body.clone()).collect(),
        }
    }

    /// The name of the schema of the group's codes.
    pub(super) fn code_schema_name(&self) -> String {
        format!("{}_code", self.group)
    }

    /// The name of the schema of a refusal.
    pub(super) fn refusal_name(&self) -> String {
        format!("{}_refusal", self.group)
    }

    /// The codes as a schema. It is open, since a scenario may send a number that no page has.
    pub(super) fn code_schema(&self, shelf: &Shelf) -> Value {
        let rows = &shelf.codes.rows;
        let codes: Vec<Value> = rows.iter().map(|row| self.code_of(shelf, row)).collect();
        let mut schema = shape::schema(&codes.iter().collect::<Vec<_>>(), &Notes::default());
        let line = |(row, code): (&CodeRow, &Value)| {
            format!("- {code} {}: {} ({})", row.name, row.texts.en, row.evidence)
        };
        let lines: Vec<String> = rows.iter().zip(&codes).map(line).collect();
        let view = |(row, code): (&CodeRow, &Value)| {
            json!({
                "code": code, "name": row.name, "meaning": row.texts.en, "printed": row.texts.printed,
                "evidence": row.evidence, "source": row.source,
            })
        };
        let views: Vec<Value> = rows.iter().zip(&codes).map(view).collect();
        schema.insert("description".to_owned(), json!(format!("The business code.\n\n{}", lines.join("\n"))));
        schema.insert("examples".to_owned(), json!(codes));
        schema.insert("x-sandbox-codes".to_owned(), json!(views));
        Value::Object(schema)
    }

    /// What a refusal looks like, whatever its code.
    pub(super) fn refusal_schema(&self) -> Value {
        let mut schema = shape::schema(&self.refusals.iter().collect::<Vec<_>>(), &Notes::default());
        if let Some(code) = &self.code {
            let mut other = schema_ref(&self.code_schema_name());
            other["not"] = json!({ "const": self.success[code.as_str()] });
            set(&mut schema, code, other);
        }
        schema.insert("description".to_owned(), json!("A refusal: its code is any but that of a success."));
        Value::Object(schema)
    }

    /// What a success looks like, from the answers that the card shows; without any, the data is open.
    pub(super) fn success_schema(&self, bodies: &[Value], notes: &Notes<'_>) -> Map<String, Value> {
        let shown: Vec<&Value> =
            if bodies.is_empty() { vec![&self.success] } else { bodies.iter().collect() };
        let mut schema = shape::schema(&shown, notes);
        if bodies.is_empty()
            && let Some((data, _)) =
                self.success.as_object().and_then(|all| all.iter().find(|(_, v)| **v == DATA))
        {
            set(&mut schema, data, json!({ "description": "not known", "x-evidence": Evidence::Replica }));
        }
        if let Some(code) = &self.code {
            let mut one = schema_ref(&self.code_schema_name());
            one["const"] = self.success[code.as_str()].clone();
            set(&mut schema, code, one);
        }
        schema
    }

    /// The answer of a code with its own text.
    pub(super) fn refusal(shelf: &Shelf, row: &CodeRow, printed: Option<&String>) -> Value {
        let text = printed.map_or_else(|| row.text(Language::Printed, Messages::Printed), String::as_str);
        written(shelf, row, None, text)
    }

    /// A code as it is written on the wire.
    pub(super) fn code_of(&self, shelf: &Shelf, row: &CodeRow) -> Value {
        let body = written(shelf, row, None, MESSAGE);
        self.code.as_ref().map_or(json!(row.code), |code| body[code.as_str()].clone())
    }
}

fn written(shelf: &Shelf, row: &CodeRow, data: Option<&Data>, message: &str) -> Value {
    serde_json::from_slice(&(shelf.group.envelope)(row, data, message)).unwrap_or_default()
}

/// Puts another schema in the place of a member's.
fn set(schema: &mut Map<String, Value>, member: &str, other: Value) {
    if let Some(place) = schema.get_mut("properties").and_then(|members| members.get_mut(member)) {
        *place = other;
    }
}
