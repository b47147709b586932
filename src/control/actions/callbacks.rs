//! `GET /__sandbox/sessions/{s}/callbacks`

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use serde::Serialize;

use crate::contract::call::Reply;
use crate::contract::callback::KINDS;
use crate::contract::card::Evidence;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/callbacks",
    access: Access::Guarded,
    about: "where the vendor's callbacks go, kind by kind, and how well each kind is known",
    run,
};

#[derive(Serialize)]
struct Callbacks {
    /// What was set: kinds, or `*`, and URLs.
    targets: BTreeMap<String, Arc<str>>,
    kinds: Vec<KindView>,
}

#[derive(Serialize)]
struct KindView {
    kind: &'static str,
    title: String,
    evidence: Evidence,
    /// What of it is ours.
    note: String,
    /// Where it goes; null is nowhere.
    target: Option<Arc<str>>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(show(ask))
}

/// What goes where.
pub(super) fn show(ask: &Ask<'_>) -> Reply {
    let session = ask.session();
    let targets = session.callback_targets();
    let kinds = KINDS.iter().filter_map(|row| {
        let template = session.catalogue().callbacks.get(row.kind.at())?;
        Some(KindView {
            kind: row.kind.word(),
            title: template.title.clone(),
            evidence: template.evidence,
            note: template.note.clone(),
            target: targets.get(row.kind.word()).or_else(|| targets.get("*")).cloned(),
        })
    });
    let kinds = kinds.collect();
    reply::json(&Callbacks { targets, kinds })
}
