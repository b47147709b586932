//! A call that somebody describes: by the card's example, or whole.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Uri};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::rehearsal::example;
use crate::contract::call::Call;
use crate::contract::catalogue::Catalogue;
use crate::document::nearest;
use crate::domain::stock::Stock;

/// A call in words.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["on", "path"]))]
pub(crate) struct Asked {
    /// The example on the card of this operation word or endpoint; `body` or `query` then changes it.
    on: Option<String>,
    /// Path and query of a whole call.
    path: Option<String>,
    /// Its method; without it, POST if there is a body, else GET.
    method: Option<String>,
    /// Headers.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Changes of the example's fields; of a whole call a text as it is, or anything else as JSON.
    body: Option<Value>,
    /// Changes of the example's fields where the call takes them in the query.
    query: Option<Map<String, Value>>,
}

/// Why it describes no call.
#[derive(Debug)]
pub(crate) struct NoCall {
    /// A stable word.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub pointer: &'static str,
    /// The remedy.
    pub help: String,
}

impl Asked {
    /// The call.
    pub(crate) fn call(self, catalogue: &Catalogue, stock: &Stock) -> Result<Call, NoCall> {
        let Self { on, path, method, headers, body, query } = self;
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
                (Ok(name), Ok(value)) => {
                    sent.append(name, value);
                }
                _ => {
                    return Err(no(
                        "bad-header",
                        format!("the header {name:?} cannot be sent"),
                        "/headers",
                        "visible ASCII characters",
                    ));
                }
            }
        }
        if let Some(on) = on {
            let endpoints = || catalogue.endpoints.iter();
            let found = catalogue.newest(&on).or_else(|| endpoints().find(|served| served.endpoint.id == on));
            let Some(served) = found else {
                let words =
                    endpoints().flat_map(|served| [served.card.operation.as_str(), served.endpoint.id]);
                let help = match nearest(&on, words) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => "an operation word or an id of `list endpoints`".to_owned(),
                };
                return Err(no("unknown-endpoint", format!("no endpoint is called {on:?}"), "/on", &help));
            };
            let changes = match (query, body) {
                (Some(query), _) => query,
                (None, Some(Value::Object(body))) => body,
                (None, None) => Map::new(),
                (None, Some(_)) => {
                    let help = "write an object, or give the `path` of a whole call";
                    return Err(no(
                        "wrong-type",
                        "the example's fields are changed by an object".to_owned(),
                        "/body",
                        help,
                    ));
                }
            };
            let seal = catalogue.shelf(served).group.seal.map(|seal| (seal, stock));
            return Ok(example(served, &changes, sent, seal));
        }
        let path = path.unwrap_or_default();
        let target: Uri = path.parse().map_err(|_| {
            no(
                "bad-path",
                format!("{path:?} is no path"),
                "/path",
                "it begins with a slash: /v1.2/package/preOrderPackage",
            )
        })?;
        let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
        let method: Method = method
            .parse()
            .map_err(|_| no("bad-method", format!("{method:?} is no method"), "/method", "GET, POST, …"))?;
        let body = match body {
            None => Bytes::new(),
            Some(Value::String(text)) => Bytes::from(text),
            Some(value) => {
                sent.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                Bytes::from(value.to_string())
            }
        };
        let mut call = http::Request::new(body);
        (*call.method_mut(), *call.uri_mut(), *call.headers_mut()) = (method, target, sent);
        Ok(call.into())
    }
}

fn no(code: &'static str, message: String, pointer: &'static str, help: &str) -> NoCall {
    NoCall { code, message, pointer, help: help.to_owned() }
}
