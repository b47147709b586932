//! Magic values: triggers that sit where an unmodified app lets a person type or choose something. One table,
//! `fixtures/magic.json`; a row is a trigger and a rule in the language of scenarios, in which `{code}`, `{n}` and `{span}` stand
//! for what was typed.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lower_rule;
use super::rules::MAGIC;
use super::script::Rule;
use crate::contract::catalogue::Catalogue;
use crate::document::Document;
use crate::domain::ids::ordinal_of;
use crate::domain::moment::Span;
use crate::domain::payment::Payer;
use crate::domain::stage::Report;

/// All rows, ready to be looked at.
pub(crate) struct Magic {
    rows: Vec<Row>,
    /// What was typed so far, and what it means: compiled once. Bounded, since anybody can type anything.
    compiled: RwLock<BTreeMap<String, Effect>>,
}

/// One row, as the fixture has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Row {
    /// What is typed: `preorder-{code}`, or of a price the sum `990000+{code}`, or a package's id.
    pub trigger: String,
    /// Where.
    pub at: At,
    /// What happens.
    pub about: String,
    /// Something that somebody could type.
    pub example: String,
    /// The rule that it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Value>,
    /// The payer that it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<PayerRow>,
}

/// Somebody who pays what is ordered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayerRow {
    after: String,
    outcome: String,
}

/// Where a trigger is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum At {
    /// In the local part of an e-mail address, whole or between plus signs: of a login, of the order, of the caller's account.
    Mail,
    /// As the price that a pre-order believes in.
    Price,
    /// By choosing a package.
    Package,
    /// As the whole of a text to a SIM.
    Text,
}

impl At {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Price => "price",
            Self::Package => "package",
            Self::Text => "text",
        }
    }
}

/// What a typed value does.
#[derive(Clone)]
pub(crate) enum Effect {
    /// It is a rule.
    Rule(Arc<Rule>),
    /// It pays.
    Payer(Payer),
    /// It looks like a trigger, and is none: why.
    Nothing(String),
}

/// Where triggers may stand in a call: as far as anything is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clues<'a> {
    /// Addresses: in the call itself, of the caller, of the order's mailbox, of the order's buyer.
    pub mails: [&'a str; 4],
    /// The package that the call or its order is about, if it is one of those with telling names.
    pub package: Option<u32>,
    /// The price that the call believes in.
    pub price: Option<f64>,
    /// The text that is sent to a SIM.
    pub text: &'a str,
}

/// How each trigger in a text begins.
const SMS: &str = "sms-";

/// More than these are forgotten.
const MOST_COMPILED: usize = 1_000;

impl Magic {
    /// Takes the table of the fixture.
    pub(crate) fn read(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self { rows: serde_json::from_str(text)?, compiled: RwLock::default() })
    }

    /// The rows, as the lists show them.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What the clues of a call stand for, each with its row, in the order of the table. Almost always nothing, which costs a look for a hyphen.
    pub(crate) fn effects(&self, clues: &Clues<'_>, catalogue: &Catalogue) -> Vec<(usize, Effect)> {
        let mut found: Vec<(usize, Effect)> = Vec::new();
        for mail in clues.mails.iter().filter(|mail| !mail.is_empty()) {
            for tag in tags(mail) {
                self.add(At::Mail, tag, catalogue, &mut found);
            }
        }
        if let Some(price) =
            clues.price.filter(|price| (990_000.0..1_100_000.0).contains(price) && price.fract() == 0.0)
        {
            self.add(At::Price, &format!("990000+{}", price - 990_000.0), catalogue, &mut found);
        }
        if let Some(package) = clues.package {
            self.add(At::Package, &package.to_string(), catalogue, &mut found);
        }
        if clues.text.get(..SMS.len()).is_some_and(|start| start.eq_ignore_ascii_case(SMS)) {
            self.add(At::Text, clues.text, catalogue, &mut found);
        }
        if found.is_empty() {
            return Vec::new();
        }
        found.sort_by_key(|(row, _)| *row);
        found.dedup_by_key(|(row, _)| *row);
        found
    }

    fn add(&self, at: At, typed: &str, catalogue: &Catalogue, found: &mut Vec<(usize, Effect)>) {
        let typed = typed.to_ascii_lowercase();
        let before = found.len();
        for (place, row) in self.rows.iter().enumerate().filter(|(_, row)| row.at == at) {
            let Some(value) = row.value(&typed) else { continue };
            let key = format!("{place} {typed}");
            let known = self.compiled.read().get(&key).cloned();
            let effect = known.unwrap_or_else(|| {
                let effect = row.compile(&typed, value, catalogue);
                let mut compiled = self.compiled.write();
                if compiled.len() >= MOST_COMPILED {
                    compiled.clear();
                }
                compiled.insert(key, effect.clone());
                effect
            });
            found.push((place, effect));
        }
        // `poll-0x3` looks like `poll-{code}` as well: nothing is missed when it is something else.
        let is_nothing = |effect: &Effect| matches!(effect, Effect::Nothing(_));
        if found[before..].iter().any(|(_, effect)| !is_nothing(effect)) {
            let of_this = found.split_off(before);
            found.extend(of_this.into_iter().filter(|(_, effect)| !is_nothing(effect)));
        }
    }
}

impl Row {
    /// What stands in the place of the placeholder; `None` if this is another trigger.
    fn value<'t>(&self, typed: &'t str) -> Option<&'t str> {
        match self.trigger.split_once('{') {
            None => (self.trigger == typed).then_some(""),
            Some((before, _)) => typed.strip_prefix(before).filter(|value| !value.is_empty()),
        }
    }

    /// The rule or payer; what was typed may make none, such as a code that the table does not have.
    fn compile(&self, typed: &str, value: &str, catalogue: &Catalogue) -> Effect {
        let nothing =
            |why: &str| Effect::Nothing(format!("{typed} is no magic value: {why}; {} is one", self.example));
        if let Some(payer) = &self.payer {
            let report = if payer.outcome == "fail" { Report::Failed } else { Report::Succeeded };
            return match Span::parse(&payer.after.replace("{span}", value)) {
                Some(after) => Effect::Payer(Payer { after, report }),
                None => nothing("it needs a length of time"),
            };
        }
        // A success that was not carried out would be a lie that nobody ordered.
        if self.trigger.ends_with("{code}") && value.parse() == Ok(0) {
            return nothing("0 is no failure");
        }
        let takes_number = self.trigger.ends_with("{code}") || self.trigger.ends_with("{n}");
        if takes_number && value.parse::<u64>().is_err() {
            return nothing("it needs a number");
        }
        let mut rule = self.rule.clone().unwrap_or_default();
        fill(&mut rule, value);
        let text = rule.to_string();
        let id = format!("magic-{}", typed.replace('+', "-"));
        let lowered =
            Document::parse("magic", &text).and_then(|document| lower_rule(&document, catalogue, &id));
        match lowered {
            Ok(mut rule) => {
                rule.key = MAGIC | (ordinal_of(typed) >> 1);
                Effect::Rule(Arc::new(rule))
            }
            Err(found) => nothing(found.first().map_or("it cannot be read", |first| &first.message)),
        }
    }
}

/// Puts what was typed in the place of the placeholders: as a number where nothing else stands in the text.
fn fill(value: &mut Value, typed: &str) {
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| fill(value, typed)),
        Value::Array(list) => list.iter_mut().for_each(|value| fill(value, typed)),
        Value::String(text) if ["{code}", "{n}"].contains(&text.as_str()) => {
            *value = typed.parse::<u64>().map_or(Value::Null, Value::from);
        }
        Value::String(text) => *text = text.replace("{span}", typed),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The pieces of a local part that could be triggers: each has a hyphen.
fn tags(mail: &str) -> impl Iterator<Item = &str> {
    // Nearly all addresses end here: this is asked of every call.
    let local = if mail.as_bytes().contains(&b'-') {
        mail.rsplit_once('@').map_or("", |(local, _)| local)
    } else {
        ""
    };
    local.split('+').filter(|tag| tag.contains('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_in_local_parts_whole_or_between_plus_signs() {
        let tags = |mail| tags(mail).collect::<Vec<_>>();
        assert_eq!(tags("webhook-10009@x.example"), ["webhook-10009"]);
        assert_eq!(tags("mei+poll-0x3+paid-3s@x.example"), ["poll-0x3", "paid-3s"]);
        assert!(tags("test@test-host.example").is_empty());
        assert!(tags("test@test.com").is_empty());
        assert!(tags("no address").is_empty());
    }

    #[test]
    fn placeholders_become_numbers_or_parts_of_texts() {
        let mut rule = serde_json::json!({ "answer": { "code": "{code}" }, "fault": { "delay": "{span}" } });
        fill(&mut rule, "7");
        assert_eq!(rule, serde_json::json!({ "answer": { "code": 7 }, "fault": { "delay": "7" } }));
    }
}
