//! The walk over a syntax tree by a JSON schema: every mistake of shape, and the value without its asides.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonc_parser::ast::{Array, Value as Node};
use regex_lite::Regex;
use serde_json::{Map, Value as Json};

use super::diagnostic::{Diagnostic, MOST_MISTAKES, Source, quoted};
use super::limits::{allowed, kind_of};
use super::pointer::push;
use super::syntax::{is_whole, key};

/// The keywords that the walk obeys or may pass over. The generator's next version may emit others.
#[rustfmt::skip]
const UNDERSTOOD: [&str; 33] = [
    "$ref", "allOf", "anyOf", "oneOf", "type", "enum", "const", "minimum", "maximum", "minLength", "maxLength",
    "pattern", "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "properties", "patternProperties",
    "required", "additionalProperties", "minProperties", "maxProperties", "x-atMostOne", "x-exactlyOne",
    "title", "description", "default", "$schema", "$defs", "format", "examples", "deprecated",
];

/// Most names listed in a help text.
const MOST_NAMES: usize = 24;

pub(super) static ANYTHING: Json = Json::Bool(true);

/// A walk under way.
pub(super) struct Walk<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) root: &'s Json,
    /// Where the walk is.
    pub(super) pointer: String,
    /// Compiled patterns of the schema.
    patterns: BTreeMap<&'s str, Option<Regex>>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'s> Walk<'s> {
    pub(super) fn new(source: &'s Source<'s>, root: &'s Json, pointer: &str) -> Self {
        Self { source, root, pointer: pointer.to_owned(), patterns: BTreeMap::new(), found: Vec::new() }
    }

    /// Judges a value. Returns it without the asides of our own objects; only if nothing was found is that what serde
    /// shall see.
    pub(super) fn value(&mut self, node: &Node<'_>, schema: &'s Json) -> Json {
        let Some(rules) = schema.as_object() else {
            debug_assert_eq!(schema, &ANYTHING, "a schema that allows nothing");
            return pasted(node);
        };
        understood(rules);
        if let Some(target) = self.target(rules) {
            let value = self.value(node, target);
            self.limits(node, rules);
            return value;
        }
        if rules.contains_key("oneOf") || rules.contains_key("anyOf") {
            debug_assert!(!rules.contains_key("properties"), "a choice beside properties");
            return self.branch(node, schema);
        }
        if !accepts(rules, kind(node)) {
            self.wrong_type(node, &[schema]);
            return pasted(node);
        }
        self.limits(node, rules);
        match node {
            Node::Object(object) => self.object(object, rules, &[]),
            Node::Array(list) => self.list(list, rules),
            _ => pasted(node),
        }
    }

    /// The schema that this one only refers to.
    pub(super) fn target(&self, rules: &'s Map<String, Json>) -> Option<&'s Json> {
        if let Some(reference) = rules.get("$ref").and_then(Json::as_str) {
            let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            debug_assert!(target.is_some(), "the schema has no {reference}");
            return Some(target.unwrap_or(&ANYTHING));
        }
        let all = rules.get("allOf")?.as_array()?;
        debug_assert_eq!(all.len(), 1, "several schemas at once");
        all.first()
    }

    fn list(&mut self, list: &Array<'_>, rules: &'s Map<String, Json>) -> Json {
        let fixed = rules.get("prefixItems").and_then(Json::as_array);
        let every = rules.get("items").unwrap_or(&ANYTHING);
        let walk_element = |(index, element): (usize, &Node<'_>)| {
            let schema = fixed.and_then(|fixed| fixed.get(index)).unwrap_or(every);
            self.under(&index.to_string(), |walk| walk.value(element, schema))
        };
        list.elements.iter().enumerate().map(walk_element).collect()
    }

    /// Whether a text matches a pattern of the schema.
    pub(super) fn matches(&mut self, pattern: &'s str, text: &str) -> bool {
        let compiled = self.patterns.entry(pattern).or_insert_with(|| Regex::new(pattern).ok());
        debug_assert!(compiled.is_some(), "the pattern {pattern} is not understood");
        compiled.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }

    /// What the schema says about a value, in its first line.
    pub(super) fn about(&self, schema: &'s Json) -> Option<&'s str> {
        let rules = schema.as_object()?;
        about(rules).or_else(|| self.about(self.target(rules)?))
    }

    pub(super) fn under<R>(&mut self, token: &str, inside: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.pointer.len();
        push(&mut self.pointer, token);
        let result = inside(self);
        self.pointer.truncate(length);
        result
    }

    pub(super) fn report(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        help: Option<String>,
    ) {
        if self.found.len() < MOST_MISTAKES {
            self.found.push(self.source.error(code, span, &self.pointer, message, help));
        }
    }
}

/// The whole value as it stands in the file.
pub(super) fn pasted(node: &Node<'_>) -> Json {
    match node {
        Node::NullKeyword(_) => Json::Null,
        Node::BooleanLit(literal) => Json::Bool(literal.value),
        Node::StringLit(literal) => Json::String(literal.value.clone().into_owned()),
        Node::NumberLit(number) => {
            let text = number.value;
            let whole = text.parse::<i64>().map(Json::from).or_else(|_| text.parse::<u64>().map(Json::from));
            whole.unwrap_or_else(|_| text.parse::<f64>().map_or(Json::Null, Json::from))
        }
        Node::Array(list) => list.elements.iter().map(pasted).collect(),
        Node::Object(object) => {
            let pairs = object.properties.iter().map(|one| (key(&one.name).to_owned(), pasted(&one.value)));
            Json::Object(pairs.collect())
        }
    }
}

/// The schema's word for the kind of a value.
pub(super) fn kind(node: &Node<'_>) -> &'static str {
    match node {
        Node::NullKeyword(_) => "null",
        Node::BooleanLit(_) => "boolean",
        Node::StringLit(_) => "string",
        // serde takes no `1.0` for a whole number, though the schema's own rules would.
        Node::NumberLit(number) if is_whole(number.value) => "integer",
        Node::NumberLit(_) => "number",
        Node::Array(_) => "array",
        Node::Object(_) => "object",
    }
}

/// A value as a message names it.
pub(super) fn described(node: &Node<'_>) -> String {
    match node {
        Node::NullKeyword(_) => "null".to_owned(),
        Node::BooleanLit(literal) => literal.value.to_string(),
        Node::StringLit(literal) => format!("the string {}", quoted(&literal.value)),
        Node::NumberLit(number) => format!("the number {}", quoted(number.value)),
        Node::Array(_) => "a list".to_owned(),
        Node::Object(_) => "an object".to_owned(),
    }
}

/// The kinds that a schema without references takes; none means any.
pub(super) fn kinds(rules: &Map<String, Json>) -> Vec<&str> {
    match rules.get("type") {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).collect(),
        _ => allowed(rules).map(kind_of).collect(),
    }
}

pub(super) fn accepts(rules: &Map<String, Json>, kind: &str) -> bool {
    let kinds = kinds(rules);
    kinds.is_empty() || kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"))
}

/// The first line of a schema's description.
pub(super) fn about(rules: &Map<String, Json>) -> Option<&str> {
    rules.get("description").and_then(Json::as_str).and_then(|text| text.lines().next())
}

/// The texts of a list in the schema.
pub(super) fn names<'s>(rules: &'s Map<String, Json>, keyword: &str) -> impl Iterator<Item = &'s str> {
    rules.get(keyword).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

/// Names in backticks, not too many.
pub(super) fn list_of(names: &[&str]) -> String {
    let mut shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| quoted(name)).collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("and {} more", names.len() - MOST_NAMES));
    }
    shown.join(", ")
}

fn understood(rules: &Map<String, Json>) {
    let strange = rules.keys().find(|keyword| !UNDERSTOOD.contains(&keyword.as_str()));
    debug_assert_eq!(strange, None, "the walk does not know this schema keyword");
}

#[cfg(test)]
mod tests {
    use crate::document::sample::{check, check_rule};

    #[test]
    fn everything_right() {
        insta::assert_snapshot!(check("\u{feff}// remark\r\n{\r\n  \"$schema\": \"x\", \"note\": \"why\",\r\n  \"rules\": [\r\n    {\"note\": \"n\", \"weight\": 10, \"codes\": {\"200\": 1}, \"pair\": [\"a\", -1], \"tags\": [\"x\"]},\r\n  ],\r\n}\r\n"), @r#"fine: File { rules: [Rule { on: None, times: None, when: None, fault: None, weight: Some(10), chance: None, tags: Some({"x"}), codes: Some({200: 1}), pair: Some(("a", -1)), open: None, place: None }], more: {}, data: None }"#);
    }

    #[test]
    fn all_mistakes_in_one_go() {
        let text = "{\r\n  \"größe\": 1,\r\n  \"rules\": [\r\n    { \"note\": \"ä\", \"wieght\": 3 },\r\n    { \"weight\": 11,\r\n      \"times\": { \"frist\": 1, \"pre\": \"x\" } }\r\n  ]\r\n}\r\n";
        insta::assert_snapshot!(check(text), @r#"
        error[unknown-key]: unknown key `größe`
         --> file.json:2:3
          |
        2 |   "größe": 1,
          |   ^^^^^^^
          |
          = note: at /größe
          = help: known keys: `rules`, `more`, `data`

        error[unknown-key]: unknown key `wieght`
         --> file.json:4:20
          |
        4 |     { "note": "ä", "wieght": 3 },
          |                    ^^^^^^^^
          |
          = note: at /rules/0/wieght
          = help: did you mean `weight`?

        error[out-of-range]: 11 is out of range: expected 1 to 10
         --> file.json:5:17
          |
        5 |     { "weight": 11,
          |                 ^^
          |
          = note: at /rules/1/weight

        error[unknown-key]: unknown key `frist`
         --> file.json:6:18
          |
        6 |       "times": { "frist": 1, "pre": "x" } }
          |                  ^^^^^^^
          |
          = note: at /rules/1/times/frist
          = help: did you mean `first`?

        error[unknown-key]: unknown key `pre`
         --> file.json:6:30
          |
        6 |       "times": { "frist": 1, "pre": "x" } }
          |                              ^^^^^
          |
          = note: at /rules/1/times/pre
          = help: did you mean `per`?
        "#);
    }

    #[test]
    fn null_is_no_way_to_leave_a_key_out() {
        insta::assert_snapshot!(check_rule("\"times\": null"), @r#"
        error[wrong-type]: expected an object, found null
         --> file.json:1:24
          |
        1 | { "rules": [{ "times": null }] }
          |                        ^^^^
          |
          = note: at /rules/0/times
          = help: leave the key out instead
        "#);
    }

    #[test]
    fn nothing_else_but_the_type_is_judged_in_pasted_data() {
        insta::assert_snapshot!(check("{\"data\": {\"b\": [1, 2.5, null, 18446744073709551615], \"a\": -1}}"), @r#"fine: File { rules: [], more: {}, data: Some(Object {"b": Array [Number(1), Number(2.5), Null, Number(18446744073709551615)], "a": Number(-1)}) }"#);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "does not know this schema keyword")]
    fn a_new_schema_keyword_is_noticed() {
        super::understood(
            serde_json::json!({"type": "object", "dependentRequired": {}}).as_object().unwrap(),
        );
    }
}
