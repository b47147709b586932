//! Which branch of a choice (`oneOf`, `anyOf`) a value was meant to be, so that its mistakes are told in that branch's
//! words and never as "no variant matches".

use std::cmp::Reverse;

use jsonc_parser::ast::{Object, Value as Node};
use serde_json::{Map, Value as Json};

use super::diagnostic::quoted;
use super::limits::{allowed, form};
use super::object::opening;
use super::schema::{ASIDES, is_closed};
use super::shape::{Walk, accepts, kind, list_of, names, pasted};
use super::syntax::{key, span};

impl<'s> Walk<'s> {
    /// Judges a value by the branch of its kind.
    pub(super) fn branch(&mut self, node: &Node<'_>, schema: &'s Json) -> Json {
        let mut leaves = Vec::new();
        self.leaves(schema, &mut leaves);
        let kind = kind(node);
        let takes = |leaf: &&Json| leaf.as_object().is_none_or(|rules| accepts(rules, kind));
        let fitting: Vec<&'s Json> = leaves.iter().copied().filter(takes).collect();
        if let Node::Object(object) = node
            && !fitting.is_empty()
        {
            return self.object_branch(node, object, &fitting);
        }
        let before = self.found.len();
        let mut first = Vec::new();
        for leaf in &fitting {
            let value = self.value(node, leaf);
            if self.found.len() == before {
                return value;
            }
            let mistakes = self.found.split_off(before);
            if first.is_empty() {
                first = mistakes;
            }
        }
        let rules: Vec<&Map<String, Json>> = fitting.iter().filter_map(|leaf| leaf.as_object()).collect();
        let values: Vec<&Json> = rules.iter().flat_map(|rules| allowed(rules)).collect();
        if let Some(tag) = bare_tag(node, &leaves) {
            let message = format!("{} needs an object with its details", quoted(tag));
            let help = format!("write {{\"{tag}\": …}}");
            self.report("wrong-type", span(node), message, Some(help));
        } else if fitting.is_empty() {
            self.wrong_type(node, &leaves);
        } else if fitting.len() == 1 || values.is_empty() {
            self.found.append(&mut first);
        } else {
            let form = rules.iter().find_map(|rules| form(rules));
            self.not_allowed(node, &values, form.as_deref());
        }
        pasted(node)
    }

    /// Judges an object by the branch that knows most of its keys.
    fn object_branch(&mut self, node: &Node<'_>, object: &Object<'_>, fitting: &[&'s Json]) -> Json {
        if let [only] = fitting {
            return self.value(node, only);
        }
        let has =
            |leaf: &Json, key: &str| leaf.get("properties").is_some_and(|known| known.get(key).is_some());
        let keys: Vec<&str> = object.properties.iter().map(|property| key(&property.name)).collect();
        // Of branches that know equally many keys, that of the key written first was meant.
        let rank = |leaf: &Json| {
            let known = keys.iter().filter(|key| has(leaf, key)).count();
            (known, Reverse(keys.iter().position(|key| has(leaf, key))))
        };
        let knowing = fitting.iter().filter(|leaf| rank(leaf).0 > 0).max_by_key(|leaf| rank(leaf));
        let open = fitting.iter().find(|leaf| leaf.as_object().is_none_or(|rules| !is_closed(rules)));
        let best = knowing.or(open);
        let tags: Vec<&str> = fitting.iter().filter_map(|leaf| tag(leaf)).collect();
        if let Some(best) = best {
            return match best.as_object() {
                Some(rules) if tag(best).is_some() => self.object(object, rules, &tags),
                _ => self.value(node, best),
            };
        }
        let branches = fitting.iter().filter_map(|leaf| leaf.get("properties")?.as_object());
        let known: Vec<&str> = branches.flat_map(Map::keys).map(String::as_str).collect();
        let mut empty = true;
        for property in object.properties.iter().filter(|property| !ASIDES.contains(&key(&property.name))) {
            empty = false;
            self.unknown_key(property, &known, &known, &Map::new());
        }
        if empty {
            let message = format!("one of the keys {} is missing", list_of(&known));
            self.report("missing-key", opening(object), message, None);
        }
        pasted(node)
    }

    /// All branches, those of nested choices too, behind their references.
    fn leaves(&self, schema: &'s Json, leaves: &mut Vec<&'s Json>) {
        let rules = schema.as_object();
        if let Some(target) = rules.and_then(|rules| self.target(rules)) {
            return self.leaves(target, leaves);
        }
        let choice = rules.and_then(|rules| rules.get("oneOf").or_else(|| rules.get("anyOf")));
        match choice.and_then(Json::as_array) {
            Some(branches) => branches.iter().for_each(|branch| self.leaves(branch, leaves)),
            None => leaves.push(schema),
        }
    }
}

/// The variant that a plain string names, though it needs an object.
fn bare_tag<'s>(node: &Node<'_>, leaves: &[&'s Json]) -> Option<&'s str> {
    let Node::StringLit(literal) = node else {
        return None;
    };
    leaves.iter().filter_map(|leaf| tag(leaf)).find(|tag| *tag == literal.value)
}

/// The one key of an externally tagged variant.
fn tag(leaf: &Json) -> Option<&str> {
    let rules = leaf.as_object()?;
    let properties = rules.get("properties")?.as_object()?;
    let mut required = names(rules, "required");
    let tag = required.next()?;
    (properties.len() == 1 && required.next().is_none() && is_closed(rules)).then_some(tag)
}

#[cfg(test)]
mod tests {
    use crate::document::sample::check_rule;

    #[test]
    fn every_branch_can_be_right() {
        let rule = "\"fault\": {\"note\": \"n\", \"delay\": \"3s\"}, \"on\": [\"login\", \"preOrder\"], \
                    \"when\": {\"a\": 1, \"b\": null, \"note\": {\"atLeast\": 2, \"note\": \"gone\"}, \"c\": {\"is\": {\"note\": 1}}}";
        insta::assert_snapshot!(check_rule(rule), @r#"fine: [Rule { on: Some(List([Login, PreOrder])), times: None, when: Some({"a": Is(Number(1.0)), "b": Is(Null(())), "c": Ops(Ops { at_least: None, is: Some(Object {"note": Number(1)}) }), "note": Ops(Ops { at_least: Some(2.0), is: None })}), fault: Some(Delay(Span("3s"))), weight: None, chance: None, tags: None, codes: None, pair: None, open: None, place: None }]"#);
        for fault in ["\"lost\"", "{\"stall\": {}}", "{\"cut\": {\"at\": \"50%\", \"how\": \"fin\"}}"] {
            assert!(check_rule(&format!("\"fault\": {fault}")).starts_with("fine"), "{fault}");
        }
    }

    #[test]
    fn the_kind_fits_no_branch() {
        insta::assert_snapshot!(check_rule("\"on\": 5"), @r#"
        error[wrong-type]: expected a string or a list, found the number `5`
         --> file.json:1:21
          |
        1 | { "rules": [{ "on": 5 }] }
          |                     ^
          |
          = note: at /rules/0/on
          = help: allowed: `login`, `preOrder`, `payment`
        "#);
        insta::assert_snapshot!(check_rule("\"when\": {\"a\": [1]}"), @r#"
        error[wrong-type]: expected an object, a string, a number, true/false or null, found a list
         --> file.json:1:29
          |
        1 | { "rules": [{ "when": {"a": [1]} }] }
          |                             ^^^
          |
          = note: at /rules/0/when/a
        "#);
    }

    #[test]
    fn within_a_list() {
        insta::assert_snapshot!(check_rule("\"on\": [\"login\", \"checkout\"]"), @r#"
        error[not-allowed-value]: `checkout` is not allowed here
         --> file.json:1:31
          |
        1 | { "rules": [{ "on": ["login", "checkout"] }] }
          |                               ^^^^^^^^^^
          |
          = note: at /rules/0/on/1
          = help: allowed: `login`, `preOrder`, `payment`
        "#);
    }

    #[test]
    fn operators_never_turn_into_a_plain_value() {
        insta::assert_snapshot!(check_rule("\"when\": {\"a\": {\"atLeest\": 50}}"), @r#"
        error[unknown-key]: unknown key `atLeest`
         --> file.json:1:30
          |
        1 | { "rules": [{ "when": {"a": {"atLeest": 50}} }] }
          |                              ^^^^^^^^^
          |
          = note: at /rules/0/when/a/atLeest
          = help: did you mean `atLeast`?
        "#);
    }

    #[test]
    fn tags() {
        insta::assert_snapshot!(check_rule("\"fault\": {\"dealy\": \"3s\"}"), @r#"
        error[unknown-key]: unknown key `dealy`
         --> file.json:1:25
          |
        1 | { "rules": [{ "fault": {"dealy": "3s"} }] }
          |                         ^^^^^^^
          |
          = note: at /rules/0/fault/dealy
          = help: did you mean `delay`?
        "#);
        insta::assert_snapshot!(check_rule("\"fault\": {\"cut\": {\"at\": 1, \"how\": \"rst\"}, \"delay\": \"3s\"}"), @r#"
        error[exclusive-keys]: `delay` cannot stand beside `cut`
         --> file.json:1:57
          |
        1 | { "rules": [{ "fault": {"cut": {"at": 1, "how": "rst"}, "delay": "3s"} }] }
          |                                                         ^^^^^^^
          |
          = note: at /rules/0/fault/delay
          = help: keep one of `delay`, `cut`, `stall`
        "#);
        insta::assert_snapshot!(check_rule("\"fault\": {\"note\": \"none\"}"), @r#"
        error[missing-key]: one of the keys `delay`, `cut`, `stall` is missing
         --> file.json:1:24
          |
        1 | { "rules": [{ "fault": {"note": "none"} }] }
          |                        ^
          |
          = note: at /rules/0/fault
        "#);
        insta::assert_snapshot!(check_rule("\"fault\": \"cut\""), @r#"
        error[wrong-type]: `cut` needs an object with its details
         --> file.json:1:24
          |
        1 | { "rules": [{ "fault": "cut" }] }
          |                        ^^^^^
          |
          = note: at /rules/0/fault
          = help: write {"cut": …}
        "#);
        insta::assert_snapshot!(check_rule("\"fault\": \"lots\""), @r#"
        error[not-allowed-value]: `lots` is not allowed here
         --> file.json:1:24
          |
        1 | { "rules": [{ "fault": "lots" }] }
          |                        ^^^^^^
          |
          = note: at /rules/0/fault
          = help: did you mean `lost`?
        "#);
    }

    #[test]
    fn texts_of_several_branches_are_told_together() {
        insta::assert_snapshot!(check_rule("\"fault\": {\"cut\": {\"at\": \"beforeHaed\", \"how\": \"rst\"}}"), @r#"
        error[not-allowed-value]: `beforeHaed` is not allowed here
         --> file.json:1:39
          |
        1 | { "rules": [{ "fault": {"cut": {"at": "beforeHaed", "how": "rst"}} }] }
          |                                       ^^^^^^^^^^^^
          |
          = note: at /rules/0/fault/cut/at
          = help: did you mean `beforeHead`?
                  or a string of the form `^[0-9]+%$`
        "#);
    }
}
