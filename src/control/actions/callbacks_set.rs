//! `PUT /__sandbox/sessions/{s}/callbacks`

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::contract::callback::{KINDS, Kind, STAND_IN};
use crate::control::action::{Access, Action, Said};
use crate::control::actions::callbacks;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::document::nearest;

pub(super) const ACTION: Action = Action {
    method: Method::PUT,
    path: "sessions/{s}/callbacks",
    access: Access::Guarded,
    about: "where they go from now on: {\"*\": URL} or URLs by kind; stand-in is a server that the sandbox plays; {} is nowhere",
    run,
};

#[derive(Deserialize, JsonSchema)]
struct Wanted(BTreeMap<String, String>);

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(set(ask).unwrap_or_else(|refused| refused))
}

fn set(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted(wanted) = ask.body()?;
    let mut targets = BTreeMap::new();
    for (kind, url) in wanted {
        let pointer = format!("/{}", kind.replace('~', "~0").replace('/', "~1"));
        let bad = |code: &str, message: &str, help: &str| {
            Err(reply::error_at(StatusCode::BAD_REQUEST, code, message, &pointer, help))
        };
        if kind != "*" && Kind::named(&kind).is_none() {
            return if is_other_way_round(&kind) {
                let message = format!(
                    "{kind:?} is no callback: there the partner's server calls the vendor, not the other way round"
                );
                let help = "POST …/orders/{key}/pay plays the partner's server; callbacks are order-status, usage-warning, \
                            downlink-sms and uplink-sms";
                bad("no-callback", &message, help)
            } else {
                let known = KINDS.iter().map(|row| row.kind.word());
                let help = match nearest(&kind, known) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("there are {}, and * for all of them", Kind::words()),
                };
                bad("unknown-callback", &format!("no callback is called {kind:?}"), &help)
            };
        }
        if url == STAND_IN {
            targets.insert(kind, Arc::from(url));
            continue;
        }
        let Some(outlet) = ask.session().outlet() else {
            return bad("no-callbacks", "nothing can be sent from here", "");
        };
        if let Err(unfit) = (outlet.judge)(&url) {
            return bad("bad-target", &unfit.why, &unfit.help);
        }
        targets.insert(kind, Arc::from(url));
    }
    ask.session().set_callback_targets(targets, ask.real);
    Ok(callbacks::show(ask))
}

/// Words by which people look for callbacks of the eSIM group, which has none.
fn is_other_way_round(kind: &str) -> bool {
    let word = kind.to_ascii_lowercase();
    [
        "webhook",
        "payment",
        "pay",
        "esim",
        "qr",
        "mail",
        "pre-order",
        "preorder",
        "top-up",
        "topup",
        "order-paid",
    ]
    .iter()
    .any(|other| {
        word == *other || word.starts_with(&format!("{other}-")) || word.starts_with(&format!("{other}_"))
    })
}
