//! What a schema says of a single value: its type, the values allowed, ranges, patterns, sizes.

use std::fmt::Display;

use jsonc_parser::ast::Value as Node;
use serde_json::{Map, Value as Json};

use super::diagnostic::quoted;
use super::shape::{Walk, about, described, kinds, list_of, names, pasted};
use super::suggest::nearest;
use super::syntax::span;

impl<'s> Walk<'s> {
    /// Judges everything but the type.
    pub(super) fn limits(&mut self, node: &Node<'_>, rules: &'s Map<String, Json>) {
        let values: Vec<&Json> = allowed(rules).collect();
        if !values.is_empty() && !values.contains(&&pasted(node)) {
            self.not_allowed(node, &values, None);
        }
        match node {
            Node::NumberLit(number) => self.number(node, number.value, rules),
            Node::StringLit(literal) => {
                self.size(
                    node,
                    literal.value.chars().count(),
                    rules,
                    ["minLength", "maxLength"],
                    "character",
                );
                self.pattern(node, &literal.value, rules);
            }
            Node::Array(list) => {
                self.size(node, list.elements.len(), rules, ["minItems", "maxItems"], "element");
                if rules.get("uniqueItems") == Some(&Json::Bool(true)) {
                    self.repeated(&list.elements);
                }
            }
            Node::Object(object) => {
                self.size(node, object.properties.len(), rules, ["minProperties", "maxProperties"], "key");
            }
            Node::BooleanLit(_) | Node::NullKeyword(_) => {}
        }
    }

    /// None of these schemas takes a value of this kind.
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, schemas: &[&'s Json]) {
        let schemas = || schemas.iter().filter_map(|schema| schema.as_object());
        let mut expected: Vec<&str> = Vec::new();
        for word in schemas().flat_map(kinds).map(in_words) {
            if !expected.contains(&word) {
                expected.push(word);
            }
        }
        let values: Vec<String> = schemas().flat_map(allowed).map(shown).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let help = match node {
            Node::NullKeyword(_) => Some("leave the key out instead".to_owned()),
            Node::NumberLit(number) if schemas().any(|rules| self.takes_text(rules, number.value)) => {
                Some(format!("put it in quotes: \"{}\"", number.value))
            }
            Node::StringLit(literal) if is_bare(&literal.value, &expected) => {
                Some(format!("write it without quotes: {}", literal.value))
            }
            _ if !values.is_empty() => Some(format!("allowed: {}", list_of(&values))),
            _ => schemas().find_map(about).map(str::to_owned),
        };
        let expected = match expected.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
            _ => expected.concat(),
        };
        self.report(
            "wrong-type",
            span(node),
            format!("expected {expected}, found {}", described(node)),
            help,
        );
    }

    /// Whether a string with this text would be right.
    fn takes_text(&mut self, rules: &'s Map<String, Json>, text: &str) -> bool {
        let listed = allowed(rules).next().is_none() || allowed(rules).any(|value| value == text);
        let pattern = rules.get("pattern").and_then(Json::as_str);
        kinds(rules).contains(&"string")
            && listed
            && pattern.is_none_or(|pattern| self.matches(pattern, text))
    }

    /// The value is none of those allowed. `form` is what else could stand here.
    pub(super) fn not_allowed(&mut self, node: &Node<'_>, values: &[&Json], form: Option<&str>) {
        let words: Vec<String> = values.iter().map(|value| shown(value)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = shown(&pasted(node));
        let mut help = match nearest(&found, words.iter().copied()) {
            Some(meant) => format!("did you mean {}?", quoted(meant)),
            None => format!("allowed: {}", list_of(&words)),
        };
        if let Some(form) = form {
            help = format!("{help}\nor {form}");
        }
        let message = format!("{} is not allowed here", quoted(&found));
        self.report("not-allowed-value", span(node), message, Some(help));
    }

    fn number(&mut self, node: &Node<'_>, text: &str, rules: &Map<String, Json>) {
        let (least, most) = (rules.get("minimum"), rules.get("maximum"));
        let Json::Number(number) = pasted(node) else {
            return;
        };
        if least.is_some_and(|least| below(&number, least)) || most.is_some_and(|most| above(&number, most)) {
            let message =
                format!("{text} is out of range: expected {}", range(least.map(plain), most.map(plain)));
            self.report("out-of-range", span(node), message, None);
        }
    }

    fn size(
        &mut self,
        node: &Node<'_>,
        size: usize,
        rules: &Map<String, Json>,
        words: [&str; 2],
        unit: &str,
    ) {
        let limit = |word: &str| rules.get(word).and_then(Json::as_u64);
        let [least, most] = words.map(limit);
        let counted = u64::try_from(size).unwrap_or(u64::MAX);
        if least.is_some_and(|least| counted < least) || most.is_some_and(|most| counted > most) {
            let message = format!("expected {} {unit}s, found {size}", range(least, most));
            self.report("out-of-range", span(node), message, None);
        }
    }

    fn pattern(&mut self, node: &Node<'_>, text: &str, rules: &'s Map<String, Json>) {
        let Some(pattern) = rules.get("pattern").and_then(Json::as_str) else {
            return;
        };
        if !self.matches(pattern, text) {
            let help = form(rules).map(|form| format!("expected {form}"));
            self.report(
                "bad-pattern",
                span(node),
                format!("{} does not have the right form", quoted(text)),
                help,
            );
        }
    }

    fn repeated(&mut self, elements: &[Node<'_>]) {
        let values: Vec<Json> = elements.iter().map(pasted).collect();
        for (index, element) in elements.iter().enumerate() {
            if values[..index].contains(&values[index]) {
                self.under(&index.to_string(), |walk| {
                    let message = format!("{} stands in this list already", described(element));
                    walk.report("duplicate-element", span(element), message, None);
                });
            }
        }
    }
}

/// The form that a pattern asks for, in the words of the type's documentation if it has any.
pub(super) fn form(rules: &Map<String, Json>) -> Option<String> {
    let pattern = rules.get("pattern").and_then(Json::as_str)?;
    let examples: Vec<&str> = names(rules, "examples").collect();
    let mut form = match about(rules) {
        Some(words) => format!("a string of this kind: {}", words.trim_end_matches('.')),
        None => format!("a string of the form `{pattern}`"),
    };
    if !examples.is_empty() {
        form = format!("{form} (for example {})", list_of(&examples));
    }
    Some(form)
}

/// The values that a schema lists.
pub(super) fn allowed(rules: &Map<String, Json>) -> impl Iterator<Item = &Json> {
    rules.get("const").into_iter().chain(rules.get("enum").and_then(Json::as_array).into_iter().flatten())
}

/// The schema's word for the kind of a value that it lists.
pub(super) fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "boolean" => "true/false",
        "string" => "a string",
        "integer" => "a whole number",
        "number" => "a number",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// Whether a string holds what should have stood without quotes.
fn is_bare(text: &str, expected: &[&str]) -> bool {
    (expected.contains(&"a whole number") && text.parse::<i64>().is_ok())
        || (expected.contains(&"a number") && serde_json::from_str::<f64>(text).is_ok())
        || (expected.contains(&"true/false") && text.parse::<bool>().is_ok())
}

fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whole numbers are compared as such: beyond 2^53 a float no longer tells neighbours apart.
fn below(number: &serde_json::Number, limit: &Json) -> bool {
    match (number.as_i128(), limit.as_number().and_then(serde_json::Number::as_i128)) {
        (Some(number), Some(limit)) => number < limit,
        _ => number.as_f64() < limit.as_f64(),
    }
}

fn above(number: &serde_json::Number, limit: &Json) -> bool {
    match (number.as_i128(), limit.as_number().and_then(serde_json::Number::as_i128)) {
        (Some(number), Some(limit)) => number > limit,
        _ => number.as_f64() > limit.as_f64(),
    }
}

/// A limit without the `.0` that the schema gives to every float.
fn plain(limit: &Json) -> String {
    let text = limit.to_string();
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

fn range<N: Display + PartialEq>(least: Option<N>, most: Option<N>) -> String {
    match (least, most) {
        (Some(least), Some(most)) if least == most => format!("exactly {least}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} or more"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "anything".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::document::sample::{check, check_rule};

    #[test]
    fn wrong_types() {
        insta::assert_snapshot!(check("[]"), @r#"
        error[wrong-type]: expected an object, found a list
         --> file.json:1:1
          |
        1 | []
          | ^^
        "#);
        insta::assert_snapshot!(check_rule("\"weight\": \"3\", \"chance\": true, \"times\": {\"per\": 5}"), @r#"
        error[wrong-type]: expected a whole number, found the string `3`
         --> file.json:1:25
          |
        1 | { "rules": [{ "weight": "3", "chance": true, "times": {"per": 5} }] }
          |                         ^^^
          |
          = note: at /rules/0/weight
          = help: write it without quotes: 3

        error[wrong-type]: expected a number, found true
         --> file.json:1:40
          |
        1 | { "rules": [{ "weight": "3", "chance": true, "times": {"per": 5} }] }
          |                                        ^^^^
          |
          = note: at /rules/0/chance

        error[wrong-type]: expected a string, found the number `5`
         --> file.json:1:63
          |
        1 | { "rules": [{ "weight": "3", "chance": true, "times": {"per": 5} }] }
          |                                                               ^
          |
          = note: at /rules/0/times/per
          = help: put it in quotes: "5"
        "#);
        insta::assert_snapshot!(check_rule("\"weight\": 3.0"), @r#"
        error[wrong-type]: expected a whole number, found the number `3.0`
         --> file.json:1:25
          |
        1 | { "rules": [{ "weight": 3.0 }] }
          |                         ^^^
          |
          = note: at /rules/0/weight
        "#);
        insta::assert_snapshot!(check_rule("\"pair\": [\"a\", \"b\"]"), @r#"
        error[wrong-type]: expected a whole number, found the string `b`
         --> file.json:1:29
          |
        1 | { "rules": [{ "pair": ["a", "b"] }] }
          |                             ^^^
          |
          = note: at /rules/0/pair/1
        "#);
    }

    #[test]
    fn ranges() {
        insta::assert_snapshot!(check_rule("\"weight\": 0, \"chance\": 1.5, \"times\": {\"first\": 4294967296, \"per\": \"\"}"), @r#"
        error[out-of-range]: 0 is out of range: expected 1 to 10
         --> file.json:1:25
          |
        1 | { "rules": [{ "weight": 0, "chance": 1.5, "times": {"first": 4294967296, "per": ""} }] }
          |                         ^
          |
          = note: at /rules/0/weight

        error[out-of-range]: 1.5 is out of range: expected 0 to 1
         --> file.json:1:38
          |
        1 | { "rules": [{ "weight": 0, "chance": 1.5, "times": {"first": 4294967296, "per": ""} }] }
          |                                      ^^^
          |
          = note: at /rules/0/chance

        error[out-of-range]: 4294967296 is out of range: expected 0 to 4294967295
         --> file.json:1:62
          |
        1 | { "rules": [{ "weight": 0, "chance": 1.5, "times": {"first": 4294967296, "per": ""} }] }
          |                                                              ^^^^^^^^^^
          |
          = note: at /rules/0/times/first
        "#);
        insta::assert_snapshot!(check_rule("\"tags\": []"), @r#"
        error[out-of-range]: expected 1 to 2 elements, found 0
         --> file.json:1:23
          |
        1 | { "rules": [{ "tags": [] }] }
          |                       ^^
          |
          = note: at /rules/0/tags
        "#);
        insta::assert_snapshot!(check_rule("\"pair\": [\"a\"]"), @r#"
        error[out-of-range]: expected exactly 2 elements, found 1
         --> file.json:1:23
          |
        1 | { "rules": [{ "pair": ["a"] }] }
          |                       ^^^^^
          |
          = note: at /rules/0/pair
        "#);
        insta::assert_snapshot!(check_rule("\"tags\": [\"a\", \"a\"]"), @r#"
        error[duplicate-element]: the string `a` stands in this list already
         --> file.json:1:29
          |
        1 | { "rules": [{ "tags": ["a", "a"] }] }
          |                             ^^^
          |
          = note: at /rules/0/tags/1
        "#);
    }

    #[test]
    fn patterns_speak_of_the_type() {
        insta::assert_snapshot!(check_rule("\"fault\": {\"delay\": \"3 sec\\u001b[31m\"}"), @r#"
        error[bad-pattern]: `3 sec�[31m` does not have the right form
         --> file.json:1:34
          |
        1 | { "rules": [{ "fault": {"delay": "3 sec\u001b[31m"} }] }
          |                                  ^^^^^^^^^^^^^^^^^
          |
          = note: at /rules/0/fault/delay
          = help: expected a string of this kind: A number and a unit (for example `3s`, `250ms`)
        "#);
    }

    #[test]
    fn values() {
        insta::assert_snapshot!(check_rule("\"fault\": {\"cut\": {\"at\": 4, \"how\": \"rts\"}}"), @r#"
        error[not-allowed-value]: `rts` is not allowed here
         --> file.json:1:49
          |
        1 | { "rules": [{ "fault": {"cut": {"at": 4, "how": "rts"}} }] }
          |                                                 ^^^^^
          |
          = note: at /rules/0/fault/cut/how
          = help: did you mean `rst`?
        "#);
        insta::assert_snapshot!(check_rule("\"on\": \"logn\""), @r#"
        error[not-allowed-value]: `logn` is not allowed here
         --> file.json:1:21
          |
        1 | { "rules": [{ "on": "logn" }] }
          |                     ^^^^^^
          |
          = note: at /rules/0/on
          = help: did you mean `login`?
        "#);
    }
}
