//! `PUT /__sandbox/sessions/{s}/scenario`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::{Ask, refused};
use crate::control::reply;
use crate::document::Document;
use crate::scenario::script::Script;
use crate::session::loaded::Unfit;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

pub(super) const ACTION: Action = Action {
    method: Method::PUT,
    path: "sessions/{s}/scenario",
    access: Access::Guarded,
    about: "another scenario: name or document, world fresh or keep",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["name", "document"]))]
struct Wanted {
    /// The name of a scenario, or several as `a,b`.
    name: Option<String>,
    /// A whole scenario, as in a file.
    document: Option<serde_json::Map<String, Value>>,
    /// `fresh` begins a new epoch; `keep` takes rules, settings and expectations over the world as it is.
    world: Option<WorldWord>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum WorldWord {
    Fresh,
    Keep,
}

/// A scenario by name, or a whole one.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Scenario {
    /// Its name, or several as `a,b`. Over the control surface nothing names a file.
    Name(String),
    /// The scenario itself.
    Document(serde_json::Map<String, Value>),
}

impl Scenario {
    /// Its meaning, or the refusal; `pointer` is where it stands in the request.
    pub(super) fn read(self, ask: &Ask<'_>, pointer: &str) -> Result<Arc<Script>, Reply> {
        let loaded = ask.registry.plan().loaded();
        match self {
            Self::Document(document) => {
                let text = Value::Object(document).to_string();
                let document = Document::parse("scenario", &text);
                document.and_then(|document| loaded.read(&document)).map_err(|mut found| {
                    for one in &mut found {
                        one.pointer.insert_str(0, pointer);
                    }
                    refused(&found)
                })
            }
            Self::Name(name) => loaded.named(&name).map_err(|why| match why {
                Unfit::Unknown { name, help } => {
                    let message = format!("no scenario is called {name:?}");
                    reply::error_at(StatusCode::NOT_FOUND, "unknown-scenario", &message, pointer, &help)
                }
                Unfit::Invalid(mut found, _) => {
                    // The caller wrote names, and no `uses`.
                    for one in &mut found {
                        pointer.clone_into(&mut one.pointer);
                    }
                    refused(&found)
                }
            }),
        }
    }
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(put(ask).unwrap_or_else(|refused| refused))
}

fn put(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { name, document, world } = ask.body()?;
    let script = match (name, document) {
        (Some(name), _) => Scenario::Name(name).read(ask, "/name")?,
        (None, document) => Scenario::Document(document.unwrap_or_default()).read(ask, "/document")?,
    };
    let session = ask.session();
    let name = script.name.clone();
    if world == Some(WorldWord::Keep) {
        // What belongs to the beginning of a world cannot be laid over one that has begun.
        let not_taken = script.belongs_to_the_beginning();
        session.keep_world(script, ask.real);
        return Ok(reply::json(&serde_json::json!({ "name": name, "world": "keep", "notTaken": not_taken })));
    }
    // A session has one seed for all of its life.
    let keeps_its_seed = script.seed.is_some_and(|seed| seed != session.seed().0);
    let not_taken: &[&str] = if keeps_its_seed { &["seed"] } else { &[] };
    ask.registry.sweep_up(session.begin_anew(script, ask.real));
    Ok(reply::json(&serde_json::json!({ "name": name, "world": "fresh", "notTaken": not_taken })))
}
