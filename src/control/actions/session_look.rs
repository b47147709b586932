//! `GET /__sandbox/sessions/{s}`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::claims::Claims;
use crate::session::session::Session;
use crate::session::view::DemoUserView;
use serde::Serialize;
use std::sync::Arc;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}",
    access: Access::Guarded,
    about: "one session: epoch, seed, scenario, clock, counts, a ready token, claims, urls",
    run,
};

/// A session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionView {
    id: String,
    epoch: u64,
    seed: u64,
    scenario: String,
    now: String,
    clock: &'static str,
    orders: usize,
    turns: u64,
    /// Calls that wait for others, under a rule with `hold`.
    waiting: usize,
    /// An access token of the demo user that is ready from the start; null once it has expired.
    token: Option<String>,
    /// What logs the demo user in; null if there is none.
    demo_user: Option<DemoUserView>,
    /// Values of calls that are its own although they name no session.
    claims: Claims,
    urls: Urls,
}

/// The ways to reach a session. Each of them is enough.
#[derive(Serialize)]
struct Urls {
    /// A port of its own, if it has one: for clients that drop a base path.
    port: Option<String>,
    /// A base URL with its name in the path.
    path: String,
    /// A base URL with its name in the host: browsers and curl resolve it, some clients do not.
    host: String,
    /// A header to send.
    header: String,
}

impl SessionView {
    pub(super) fn of(session: &Arc<Session>, ask: &Ask<'_>) -> Self {
        let name = session.name();
        let host = ask.host();
        let port = host
            .rsplit_once(':')
            .map(|(_, port)| port)
            .filter(|port| port.bytes().all(|b| b.is_ascii_digit()));
        let label =
            port.map_or_else(|| format!("{name}.localhost"), |port| format!("{name}.localhost:{port}"));
        let (clock, now) = session.clock(ask.real);
        let (orders, turns) = session.counts();
        let (token, demo_user) =
            session.look(ask.real, |world| (world.ready_token(), DemoUserView::of(world)));
        Self {
            id: name.to_owned(),
            epoch: session.epoch(),
            seed: session.seed().0,
            scenario: session.script().name.clone(),
            now: now.to_string(),
            clock: clock.mode(),
            orders,
            turns,
            waiting: session.waiting(),
            token: token.map(|token| token.to_string()),
            demo_user,
            claims: ask.registry.claims().of(name),
            urls: Urls {
                port: session.port().map(|address| format!("http://{address}")),
                path: format!("http://{host}/s/{name}"),
                host: format!("http://{label}"),
                header: format!("X-Sandbox-Session: {name}"),
            },
        }
    }
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(reply::json(&SessionView::of(ask.session(), ask)))
}
