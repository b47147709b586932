//! A small grammar with every form that the walk knows, for the tests of this layer.

#![expect(dead_code, reason = "many fields are seen by derived Debug alone")]

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{Document, draw};

/// Every mistake of a text, drawn; or `fine` and the value.
pub(super) fn check(text: &str) -> String {
    let read = Document::parse("file.json", text).and_then(|document| document.read::<File>());
    read.map_or_else(|found| draw(&found, text), |file| format!("fine: {file:?}"))
}

/// As [`check`], of one rule.
pub(super) fn check_rule(rule: &str) -> String {
    let text = format!("{{ \"rules\": [{{ {rule} }}] }}");
    let drawn = check(&text);
    assert_eq!(drawn.contains("at /rules/0"), !drawn.starts_with("fine"), "{drawn}");
    drawn.replace("File { rules: ", "").replace(", more: {}, data: None }", "")
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) rules: Vec<Rule>,
    /// Numbers by name.
    #[serde(default)]
    pub(super) more: BTreeMap<String, Where>,
    /// Pasted as it is.
    pub(super) data: Option<Json>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct Rule {
    on: Option<On>,
    times: Option<Times>,
    when: Option<BTreeMap<String, Matcher>>,
    fault: Option<Fault>,
    #[schemars(range(min = 1, max = 10))]
    weight: Option<u8>,
    #[schemars(range(min = 0.0, max = 1.0))]
    chance: Option<f64>,
    #[schemars(length(min = 1, max = 2))]
    tags: Option<BTreeSet<String>>,
    codes: Option<BTreeMap<u16, u32>>,
    pair: Option<(String, i64)>,
    open: Option<Open>,
    #[serde(rename = "where")]
    place: Option<Where>,
}

/// No `deny_unknown_fields`: what is not named belongs to the writer.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Open {
    id: u32,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["line", "file"]))]
pub(super) struct Where {
    pub(super) line: Option<u32>,
    pub(super) file: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum On {
    Text(Name),
    List(Vec<Name>),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Name {
    Login,
    PreOrder,
    Payment,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = ["first", "next", "every"]))]
struct Times {
    first: Option<u32>,
    next: Option<u32>,
    every: Option<u32>,
    /// Of whom the calls are counted.
    per: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Matcher {
    Ops(Box<Ops>),
    Is(Scalar),
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Ops {
    at_least: Option<f64>,
    is: Option<Json>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(f64),
    Flag(bool),
    Null(()),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Fault {
    /// No answer.
    Lost,
    /// The answer later.
    Delay(Span),
    /// The answer ends early.
    Cut(Cut),
    Stall(Empty),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Cut {
    /// Where the answer ends.
    at: At,
    how: How,
}

/// A number and a unit.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("examples" = ["3s", "250ms"]))]
struct Span(#[schemars(regex(pattern = r"^[0-9]+(ms|s|m)$"))] String);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum At {
    Edge(Edge),
    Bytes(u32),
    Percent(#[schemars(regex(pattern = r"^[0-9]+%$"))] String),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Edge {
    BeforeHead,
    AfterHead,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum How {
    /// With a reset.
    Rst,
    /// In good order.
    Fin,
}
