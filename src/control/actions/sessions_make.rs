//! `POST /__sandbox/sessions`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::scenario_put::Scenario;
use crate::control::actions::session_look::SessionView;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::moment::Span;
use crate::scenario::file::Duration;
use crate::session::name::slug;
use crate::session::registry::{NotMade, Order};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use std::net::SocketAddr;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions",
    access: Access::Guarded,
    about: "makes a session: name, seed, scenario, ttl, listen",
    run,
};

/// Everything has a default: a name is made up, the seed is f(the process's seed, name), the scenario is the process's.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Any text; what cannot stand in a name becomes a hyphen.
    name: Option<String>,
    /// Its seed.
    seed: Option<u64>,
    /// The name of a scenario, or a whole one.
    scenario: Option<Scenario>,
    /// How long it may be idle.
    ttl: Option<Duration>,
    /// Address of a port of its own, on loopback; port 0 takes a free one.
    listen: Option<String>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(make(ask).unwrap_or_else(|refused| refused))
}

fn make(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { name, seed, scenario, ttl, listen } = ask.body()?;
    let bad = |pointer: &str, message: &str, help: &str| {
        Err(reply::error_at(StatusCode::BAD_REQUEST, "bad-value", message, pointer, help))
    };
    let name = match name.as_deref().map(slug) {
        None => ask.registry.made_up_name(ask.real),
        Some(Some(name)) => name,
        Some(None) => {
            return bad("/name", "no name can be made of this", "letters or digits somewhere in it");
        }
    };
    let script = scenario.map(|scenario| scenario.read(ask, "/scenario")).transpose()?;
    let idle = match ttl.map(|ttl| Span::parse(&ttl.0)) {
        None => None,
        Some(Some(idle)) if idle.millis() > 0 => Some(idle),
        Some(_) => return bad("/ttl", "no session can live so long, or so short", "such as 30m"),
    };
    let address = match listen.as_deref().map(str::parse::<SocketAddr>) {
        None => None,
        Some(Ok(address)) if address.ip().is_loopback() => Some(address),
        Some(_) => {
            return bad("/listen", "this is no address of the loopback interface", "such as 127.0.0.1:0");
        }
    };
    let session = ask
        .registry
        .make(&name, Order { seed, script, idle }, ask.real)
        .map_err(|why| refused(&name, &why))?;
    if let Some(address) = address
        && let Err(why) = (ask.levers.open_port)(address, &session)
    {
        ask.registry.take_back(&name);
        return Err(reply::error_at(
            StatusCode::CONFLICT,
            "cannot-listen",
            &why,
            "/listen",
            "port 0 takes a free one",
        ));
    }
    Ok(reply::json_with(StatusCode::CREATED, &SessionView::of(&session, ask)))
}

pub(super) fn refused(name: &str, why: &NotMade) -> Reply {
    match why {
        NotMade::Taken => {
            let message = format!("a session called {name:?} is there already");
            let help = format!("POST /__sandbox/sessions/{name}/reset begins it anew, DELETE drops it");
            reply::error_at(StatusCode::CONFLICT, "session-exists", &message, "/name", &help)
        }
        NotMade::TooMany { limit, idlest } => {
            let message = format!("{limit} sessions are live, and there may be no more");
            let help = format!(
                "drop some, such as those idle longest: {}; or raise --max-sessions",
                idlest.join(", ")
            );
            reply::error(StatusCode::TOO_MANY_REQUESTS, "too-many-sessions", &message, &help)
        }
    }
}
