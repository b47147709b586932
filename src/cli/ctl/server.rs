//! The server that is steered: calls of its control API, and its errors as a person reads them.

use anyhow::{Context, anyhow};
use bytes::Bytes;
use clap::Subcommand;
use http::{Method, Request, StatusCode, Uri};
use serde_json::Value;

use super::super::client;

/// A session of a running server.
pub(super) struct Server {
    base: String,
    token: Option<String>,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(super) fn new(url: &str, session: &str, token: Option<String>) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let base = format!("{}/__sandbox/sessions/{session}", url.trim_end_matches('/'));
        Ok(Self { base, token, runtime })
    }

    pub(super) fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.ask(Method::GET, path, String::new())
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.ask(Method::POST, path, body.to_string())
    }

    pub(super) fn put(&self, path: &str, body: &str) -> anyhow::Result<Value> {
        self.ask(Method::PUT, path, body.to_owned())
    }

    fn ask(&self, method: Method, path: &str, body: String) -> anyhow::Result<Value> {
        let (status, value) = self.send(method, path, body)?;
        if status.is_success() { Ok(value) } else { Err(refused(status, &value)) }
    }

    /// What a session comes to, held against these expectations; whether it is what was expected.
    pub(super) fn verify(&self, body: String) -> anyhow::Result<(bool, Value)> {
        let (status, value) = self.send(Method::POST, "verify", body)?;
        // Other conflicts than this one have no diff.
        match status {
            _ if status.is_success() => Ok((true, value)),
            StatusCode::CONFLICT if value["diff"].is_string() => Ok((false, value)),
            _ => Err(refused(status, &value)),
        }
    }

    /// What a path answers, to the character.
    pub(super) fn text(&self, path: &str) -> anyhow::Result<String> {
        let (status, body) = self.bytes(Method::GET, path, String::new())?;
        if !status.is_success() {
            return Err(refused(status, &serde_json::from_slice(&body).unwrap_or_default()));
        }
        String::from_utf8(body.into()).context("the answer is no text: is this a sandbox?")
    }

    fn send(&self, method: Method, path: &str, body: String) -> anyhow::Result<(StatusCode, Value)> {
        let (status, body) = self.bytes(method, path, body)?;
        let value: Value = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).context("the answer is no JSON: is this a sandbox?")?
        };
        Ok((status, value))
    }

    fn bytes(&self, method: Method, path: &str, body: String) -> anyhow::Result<(StatusCode, Bytes)> {
        let url: Uri = format!("{}/{path}", self.base).parse().context("this is no URL")?;
        let mut request = Request::builder().method(method).uri(&url);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = self.runtime.block_on(client::send(&url, request.body(Bytes::from(body))?))?;
        Ok((answer.status(), answer.into_body()))
    }
}

/// An error of the control API as a person reads it.
fn refused(status: StatusCode, value: &Value) -> anyhow::Error {
    let part = |name: &str| value["error"][name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let message = part("message").unwrap_or_else(|| format!("the server answered {status}"));
    match part("help") {
        Some(help) => anyhow!("{message}\n  help: {}", in_our_words(&help)),
        None => anyhow!(message),
    }
}

/// `GET …/sims lists them` is `ctl sims` for whoever is here, if there is such a command.
fn in_our_words(help: &str) -> String {
    let ours = help.strip_prefix("GET …/").and_then(|rest| rest.split_once(' '));
    match ours.filter(|(word, _)| super::Command::has_subcommand(word)) {
        Some((word, rest)) => format!("`ctl {word}` {rest}"),
        None => help.to_owned(),
    }
}
