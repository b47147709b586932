//! Callbacks: what the vendor posts to the partner's server. Kinds, and what their bodies look like.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::card::Evidence;
use super::misfit::Misfit;
use crate::document::nearest;

/// A kind of callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// An order for a SIM changed.
    OrderStatus,
    /// So much of a quota is used.
    UsageWarning,
    /// A text to a SIM arrived, or did not.
    DownlinkSms,
    /// A text came from a SIM.
    UplinkSms,
}

/// One row of the table of kinds.
pub(crate) struct Row {
    /// The kind.
    pub kind: Kind,
    /// What a rule's `on` calls it; behind the slash, what the control surface does.
    pub place: &'static str,
    /// What a body can be filled with, beside `partnerCode`, `simId`, `imsi` and `at`.
    pub fields: &'static [&'static str],
}

/// What the target of callbacks is called that is no URL: a partner's server that the sandbox plays itself.
pub(crate) const STAND_IN: &str = "stand-in";

/// All kinds, in their order.
pub(crate) const KINDS: [Row; 4] = [
    Row { kind: Kind::OrderStatus, place: "callback/order-status", fields: &["orderId", "event"] },
    Row {
        kind: Kind::UsageWarning,
        place: "callback/usage-warning",
        fields: &["orderId", "percent", "used", "quota"],
    },
    Row {
        kind: Kind::DownlinkSms,
        place: "callback/downlink-sms",
        fields: &["messageId", "text", "outcome", "sentAt"],
    },
    Row { kind: Kind::UplinkSms, place: "callback/uplink-sms", fields: &["messageType", "text"] },
];

/// What every body can be filled with.
const COMMON: [&str; 4] = ["partnerCode", "simId", "imsi", "at"];

impl Kind {
    /// Its row.
    pub(crate) fn row(self) -> &'static Row {
        &KINDS[self.at()]
    }

    /// Its place in the table.
    pub(crate) fn at(self) -> usize {
        match self {
            Self::OrderStatus => 0,
            Self::UsageWarning => 1,
            Self::DownlinkSms => 2,
            Self::UplinkSms => 3,
        }
    }

    /// Its name, such as `uplink-sms`.
    pub(crate) fn word(self) -> &'static str {
        self.row().place.trim_start_matches("callback/")
    }

    /// All names, in words.
    pub(crate) fn words() -> String {
        KINDS.map(|row| row.kind.word()).join(", ")
    }

    /// The kind of this name.
    pub(crate) fn named(word: &str) -> Option<Self> {
        KINDS.iter().map(|row| row.kind).find(|kind| kind.word() == word)
    }
}

/// What a body looks like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    /// The page's title.
    pub title: String,
    /// How well the body is known.
    pub evidence: Evidence,
    /// Pages.
    pub sources: Vec<String>,
    /// What is ours.
    pub note: String,
    /// The body: `${field}` in a text is filled in, once.
    pub body: Map<String, Value>,
}

/// `csss/callbacks/<kind>.json` of an overlay.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplatePatch {
    /// How well the body is known.
    evidence: Option<Evidence>,
    /// Where it was read.
    sources: Option<Vec<String>>,
    /// The body in the place of ours.
    body: Map<String, Value>,
}

/// What a body is filled with.
pub(crate) type Filling = Vec<(&'static str, String)>;

impl TemplatePatch {
    /// Puts a body in the place of another, or says what cannot be filled in.
    pub(crate) fn apply(self, kind: Kind, template: &mut Template) -> Vec<Misfit> {
        let known: Vec<&str> = COMMON.iter().chain(kind.row().fields).copied().collect();
        let mut found = Vec::new();
        for (key, value) in &self.body {
            judge(value, &format!("/body/{}", key.replace('~', "~0").replace('/', "~1")), &known, &mut found);
        }
        template.evidence = self.evidence.unwrap_or(template.evidence);
        template.sources = self.sources.unwrap_or_else(|| std::mem::take(&mut template.sources));
        template.body = self.body;
        found
    }
}

/// Finds what cannot be filled in.
fn judge(value: &Value, pointer: &str, known: &[&str], found: &mut Vec<Misfit>) {
    match value {
        Value::String(text) => {
            for name in names(text) {
                if known.contains(&name) {
                    continue;
                }
                let help = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean ${{{near}}}?"),
                    None => format!("there are {}", known.join(", ")),
                };
                let message = format!("nothing fills in ${{{name}}}");
                found.push(Misfit { pointer: pointer.to_owned(), message, help });
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                judge(item, &format!("{pointer}/{at}"), known, found);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                judge(member, &format!("{pointer}/{key}"), known, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The names in a text that are to be filled in.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

impl Template {
    /// A body. A member whose value stands for something that `filling` has not is left out.
    pub(crate) fn fill(&self, filling: &Filling) -> Map<String, Value> {
        object(&self.body, filling)
    }
}

fn object(members: &Map<String, Value>, filling: &Filling) -> Map<String, Value> {
    members.iter().filter_map(|(key, value)| Some((key.clone(), filled(value, filling)?))).collect()
}

fn filled(value: &Value, filling: &Filling) -> Option<Value> {
    Some(match value {
        Value::String(text) => Value::String(fill(text, filling)?.into_owned()),
        Value::Array(items) => Value::Array(items.iter().filter_map(|item| filled(item, filling)).collect()),
        Value::Object(members) => Value::Object(object(members, filling)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    })
}

/// What is filled in is never looked at again: a text from a SIM may hold `${at}`.
fn fill<'t>(text: &'t str, filling: &Filling) -> Option<Cow<'t, str>> {
    if !text.contains("${") {
        return Some(Cow::Borrowed(text));
    }
    let mut rest = text;
    let mut whole = String::new();
    while let Some((before, after)) = rest.split_once("${") {
        whole.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            whole.push_str("${");
            rest = after;
            continue;
        };
        let (_, value) = filling.iter().find(|(known, _)| *known == name)?;
        whole.push_str(value);
        rest = behind;
    }
    whole.push_str(rest);
    Some(Cow::Owned(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(body: Value) -> Template {
        let Value::Object(body) = body else { panic!("an object") };
        let (title, sources, note) = Default::default();
        Template { title, evidence: Evidence::Replica, sources, note, body }
    }

    #[test]
    fn each_kind_stands_at_its_place() {
        for (at, row) in KINDS.iter().enumerate() {
            assert_eq!(row.kind.at(), at);
            assert_eq!(Kind::named(row.kind.word()), Some(row.kind));
        }
        assert_eq!(Kind::named("webhook"), None);
    }

    #[test]
    fn a_body_is_filled_once_and_what_is_not_there_is_left_out() {
        let template = template(serde_json::json!({
            "a": "${text}", "b": "x ${at}!", "gone": "${messageType}", "n": 3, "list": [{ "id": "${simId}" }], "odd": "${",
        }));
        let filling = vec![("text", "${at}".to_owned()), ("at", "7".to_owned()), ("simId", "89".to_owned())];
        let body = Value::Object(template.fill(&filling));
        assert_eq!(body.to_string(), r#"{"a":"${at}","b":"x 7!","n":3,"list":[{"id":"89"}],"odd":"${"}"#);
    }

    #[test]
    fn what_nothing_fills_in_is_told_with_its_place() {
        let mut template = template(serde_json::json!({}));
        let Value::Object(body) = serde_json::json!({ "a": ["${orderID}"], "b": { "c": "${imsi}" } }) else {
            return;
        };
        let patch = TemplatePatch { evidence: None, sources: None, body };
        let found = patch.apply(Kind::OrderStatus, &mut template);
        assert_eq!(found.len(), 1);
        assert_eq!((&*found[0].pointer, &*found[0].help), ("/body/a/0", "did you mean ${orderId}?"));
    }
}
