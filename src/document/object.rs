//! The keys of an object: known or misspelt, missing, excluding each other, or a remark.

use std::ops::Range;

use jsonc_parser::ast::{Object, ObjectProp, Value as Node};
use jsonc_parser::common::Ranged;
use serde_json::{Map, Value as Json};

use super::diagnostic::quoted;
use super::schema::{ASIDES, is_closed};
use super::shape::{ANYTHING, Walk, described, list_of, names};
use super::suggest::nearest;
use super::syntax::{key, span};

impl<'s> Walk<'s> {
    /// Judges an object. `rivals` are keys that are known, but exclude what stands here already.
    pub(super) fn object(
        &mut self,
        object: &Object<'_>,
        rules: &'s Map<String, Json>,
        rivals: &[&str],
    ) -> Json {
        let closed = is_closed(rules);
        let properties = rules.get("properties").and_then(Json::as_object);
        let mut kept = Map::new();
        let mut unknown = Vec::new();
        for property in &object.properties {
            let key = key(&property.name);
            let named = properties.and_then(|properties| properties.get(key));
            let schema = match named.or_else(|| self.by_pattern(key, rules)) {
                Some(schema) => schema,
                None if closed && ASIDES.contains(&key) => {
                    self.under(key, |walk| walk.aside(&property.value));
                    continue;
                }
                None if closed => {
                    unknown.push(property);
                    continue;
                }
                None => rules.get("additionalProperties").unwrap_or(&ANYTHING),
            };
            let value = self.under(key, |walk| walk.value(&property.value, schema));
            kept.insert(key.to_owned(), value);
        }
        let known: Vec<&str> = properties.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        let absent: Vec<&str> = known.iter().copied().filter(|key| object.get(key).is_none()).collect();
        let mut meant = Vec::new();
        for property in unknown {
            let key = key(&property.name);
            if rivals.contains(&key) {
                self.under(key, |walk| walk.excluded(property, &known, rivals));
            } else {
                meant.extend(self.unknown_key(property, &absent, &known, rules));
            }
        }
        // A key that stands here misspelt is not missing as well.
        for missing in names(rules, "required").filter(|key| absent.contains(key) && !meant.contains(key)) {
            let about = properties
                .and_then(|properties| properties.get(missing))
                .and_then(|schema| self.about(schema));
            let help = about.map(|about| format!("`{missing}`: {about}"));
            self.report("missing-key", opening(object), format!("the key `{missing}` is missing"), help);
        }
        self.one_of_keys(object, rules, &meant);
        Json::Object(kept)
    }

    /// Reports a key that is not known; returns the one that was meant.
    pub(super) fn unknown_key<'k>(
        &mut self,
        property: &ObjectProp<'_>,
        absent: &[&'k str],
        known: &[&'k str],
        rules: &Map<String, Json>,
    ) -> Option<&'k str> {
        let key = key(&property.name);
        // Only a key that is not there yet can have been meant.
        let meant = nearest(key, absent.iter().copied());
        let patterns =
            rules.get("patternProperties").and_then(Json::as_object).into_iter().flat_map(Map::keys);
        let forms: Vec<&str> = patterns.map(String::as_str).collect();
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if !forms.is_empty() => format!("a key here has the form {}", list_of(&forms)),
            None if known.is_empty() => "this object takes no keys".to_owned(),
            None => format!("known keys: {}", list_of(known)),
        };
        let message = format!("unknown key {}", quoted(key));
        self.under(key, |walk| {
            walk.report("unknown-key", span(&property.name), message, Some(help));
        });
        meant
    }

    fn excluded(&mut self, property: &ObjectProp<'_>, known: &[&str], rivals: &[&str]) {
        let message = format!("{} cannot stand beside {}", quoted(key(&property.name)), list_of(known));
        let help = format!("keep one of {}", list_of(rivals));
        self.report("exclusive-keys", span(&property.name), message, Some(help));
    }

    /// Keys of which one may, or has to, stand here. A list within the list holds keys that may stand together.
    fn one_of_keys(&mut self, object: &Object<'_>, rules: &'s Map<String, Json>, meant: &[&str]) {
        for (keyword, needed) in [("x-atMostOne", false), ("x-exactlyOne", true)] {
            let choices: Vec<Vec<&str>> = choices(rules, keyword);
            let choice = |name: &str| choices.iter().position(|choice| choice.contains(&name));
            let mut present = object.properties.iter().filter_map(|property| {
                let name = key(&property.name);
                Some((property, name, choice(name)?))
            });
            let first = present.next();
            // Of keys that may stand together, one that stands here is told of.
            let told = |choice: &Vec<&'s str>| {
                choice.iter().copied().find(|key| object.get(key).is_some()).or(choice.first().copied())
            };
            let heads: Vec<&str> = choices.iter().filter_map(told).collect();
            for (property, name, _) in
                present.filter(|(.., at)| first.is_some_and(|(.., chosen)| *at != chosen))
            {
                let one = first.map_or("", |(_, name, _)| name);
                let message = format!("{} cannot stand beside {}", quoted(name), quoted(one));
                let help = format!("keep one of {}", list_of(&heads));
                self.under(name, |walk| {
                    walk.report("exclusive-keys", span(&property.name), message, Some(help));
                });
            }
            let keys: Vec<&str> = choices.concat();
            if needed && !keys.is_empty() && first.is_none() && !keys.iter().any(|key| meant.contains(key)) {
                let message = format!("one of the keys {} is missing", list_of(&keys));
                self.report("missing-key", opening(object), message, None);
            }
        }
    }

    fn aside(&mut self, node: &Node<'_>) {
        if !matches!(node, Node::StringLit(_)) {
            let message = format!("expected a string, found {}", described(node));
            self.report("wrong-type", span(node), message, Some("a remark is one string".to_owned()));
        }
    }

    fn by_pattern(&mut self, key: &str, rules: &'s Map<String, Json>) -> Option<&'s Json> {
        let mut patterns = rules.get("patternProperties")?.as_object()?.iter();
        patterns.find(|(pattern, _)| self.matches(pattern, key)).map(|(_, schema)| schema)
    }
}

/// The keys of a choice, those that may stand together in one list.
fn choices<'s>(rules: &'s Map<String, Json>, keyword: &str) -> Vec<Vec<&'s str>> {
    let choices = rules.get(keyword).and_then(Json::as_array).into_iter().flatten();
    let together = |choice: &'s Json| match choice {
        Json::Array(keys) => keys.iter().filter_map(Json::as_str).collect(),
        key => key.as_str().into_iter().collect(),
    };
    choices.map(together).collect()
}

/// Of an object that lacks something, its opening brace is marked.
pub(super) fn opening(object: &Object<'_>) -> Range<usize> {
    object.start()..object.start() + 1
}

#[cfg(test)]
mod tests {
    use crate::document::sample::{check, check_rule};

    #[test]
    fn a_key_is_missing() {
        insta::assert_snapshot!(check_rule("\"times\": {\"first\": 1}"), @r#"
        error[missing-key]: the key `per` is missing
         --> file.json:1:24
          |
        1 | { "rules": [{ "times": {"first": 1} }] }
          |                        ^
          |
          = note: at /rules/0/times
          = help: `per`: Of whom the calls are counted.
        "#);
    }

    #[test]
    fn keys_exclude_each_other() {
        insta::assert_snapshot!(check_rule("\"times\": {\"first\": 1, \"every\": 2, \"per\": \"x\"}"), @r#"
        error[exclusive-keys]: `every` cannot stand beside `first`
         --> file.json:1:37
          |
        1 | { "rules": [{ "times": {"first": 1, "every": 2, "per": "x"} }] }
          |                                     ^^^^^^^
          |
          = note: at /rules/0/times/every
          = help: keep one of `first`, `next`, `every`
        "#);
        insta::assert_snapshot!(check_rule("\"where\": {\"line\": 1, \"file\": \"x\"}"), @r#"
        error[exclusive-keys]: `file` cannot stand beside `line`
         --> file.json:1:36
          |
        1 | { "rules": [{ "where": {"line": 1, "file": "x"} }] }
          |                                    ^^^^^^
          |
          = note: at /rules/0/where/file
          = help: keep one of `line`, `file`
        "#);
        insta::assert_snapshot!(check_rule("\"where\": {}"), @r#"
        error[missing-key]: one of the keys `line`, `file` is missing
         --> file.json:1:24
          |
        1 | { "rules": [{ "where": {} }] }
          |                        ^
          |
          = note: at /rules/0/where
        "#);
        insta::assert_snapshot!(check_rule("\"where\": {\"fiel\": \"x\"}"), @r#"
        error[unknown-key]: unknown key `fiel`
         --> file.json:1:25
          |
        1 | { "rules": [{ "where": {"fiel": "x"} }] }
          |                         ^^^^^^
          |
          = note: at /rules/0/where/fiel
          = help: did you mean `file`?
        "#);
    }

    #[test]
    fn a_key_is_unknown() {
        insta::assert_snapshot!(check_rule("\"times\": {\"per\": \"x\", \"limit\": 1}"), @r#"
        error[unknown-key]: unknown key `limit`
         --> file.json:1:37
          |
        1 | { "rules": [{ "times": {"per": "x", "limit": 1} }] }
          |                                     ^^^^^^^
          |
          = note: at /rules/0/times/limit
          = help: known keys: `first`, `next`, `every`, `per`
        "#);
        insta::assert_snapshot!(check_rule("\"fault\": {\"stall\": {\"a\": 1}}"), @r#"
        error[unknown-key]: unknown key `a`
         --> file.json:1:35
          |
        1 | { "rules": [{ "fault": {"stall": {"a": 1}} }] }
          |                                   ^^^
          |
          = note: at /rules/0/fault/stall/a
          = help: this object takes no keys
        "#);
        insta::assert_snapshot!(check_rule("\"codes\": {\"two\": 1}"), @r#"
        error[unknown-key]: unknown key `two`
         --> file.json:1:25
          |
        1 | { "rules": [{ "codes": {"two": 1} }] }
          |                         ^^^^^
          |
          = note: at /rules/0/codes/two
          = help: a key here has the form `^\d+$`
        "#);
    }

    #[test]
    fn asides_of_pasted_data_stay() {
        let text = "{\"data\": {\"note\": 1, \"$schema\": [2]}, \"more\": {\"note\": {\"line\": 1, \"note\": \"gone\"}}}";
        insta::assert_snapshot!(check(text), @r#"fine: File { rules: [], more: {"note": Where { line: Some(1), file: None }}, data: Some(Object {"note": Number(1), "$schema": Array [Number(2)]}) }"#);
        insta::assert_snapshot!(check_rule("\"note\": [\"a\"]"), @r#"
        error[wrong-type]: expected a string, found a list
         --> file.json:1:23
          |
        1 | { "rules": [{ "note": ["a"] }] }
          |                       ^^^^^
          |
          = note: at /rules/0/note
          = help: a remark is one string
        "#);
        insta::assert_snapshot!(check_rule("\"open\": {\"id\": 1, \"note\": 2}"), @"fine: [Rule { on: None, times: None, when: None, fault: None, weight: None, chance: None, tags: None, codes: None, pair: None, open: Some(Open { id: 1 }), place: None }]");
    }
}
