//! `POST /__sandbox/sessions/{s}/rules`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::{Ask, refused};
use crate::control::reply;
use crate::document::Document;
use crate::scenario::lower_rule;
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/rules",
    access: Access::Guarded,
    about: "arms a rule in front of all others; one with the same id goes",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(arm(ask).unwrap_or_else(|refused| refused))
}

fn arm(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let document = Document::parse("rule", ask.text()?).map_err(|found| refused(&found))?;
    let id = ask.session().next_rule_id();
    let rule = lower_rule(&document, &ask.registry.plan().loaded().catalogue, &id)
        .map_err(|found| refused(&found))?;
    let id = rule.id.to_string();
    ask.session().arm(rule);
    Ok(reply::json_with(StatusCode::CREATED, &serde_json::json!({ "id": id })))
}
