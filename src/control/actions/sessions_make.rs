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
use crate::session::claims::{BadClaim, Claims, Held, key};
use crate::session::keeping;
use crate::session::mishap::NOT_KEPT;
use crate::session::name::slug;
use crate::session::registry::{NotMade, Order};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions",
    access: Access::Guarded,
    about: "makes a session: name, seed, scenario, ttl, listen, claims",
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
    /// Values of calls that are this session's although they name none: by `email` (a pattern may be) or `partnerCode`.
    #[serde(default)]
    claims: BTreeMap<String, Vec<String>>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(make(ask).unwrap_or_else(|refused| refused))
}

fn make(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { name, seed, scenario, ttl, listen, claims } = ask.body()?;
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
    let claims = claimed(&claims)?;
    let session = ask
        .registry
        .make(&name, Order { seed, script, idle, claims }, ask.real)
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

fn claimed(wanted: &BTreeMap<String, Vec<String>>) -> Result<Claims, Reply> {
    let mut claims = Claims::default();
    for (word, values) in wanted {
        // A slash or tilde in a key is spelt as RFC 6901 has it.
        let place = format!("/claims/{}", word.replace('~', "~0").replace('/', "~1"));
        let bad = |place: &str, why: BadClaim| {
            reply::error_at(StatusCode::BAD_REQUEST, "bad-claim", &why.message, place, &why.help)
        };
        key(word).map_err(|why| bad(&place, why))?;
        if values.is_empty() {
            let message = format!("nothing stands under {word:?}");
            return Err(bad(&place, BadClaim { message, help: "name a value, or leave it out".to_owned() }));
        }
        for (at, value) in values.iter().enumerate() {
            claims.add(word, value).map_err(|why| bad(&format!("{place}/{at}"), why))?;
        }
    }
    Ok(claims)
}

pub(super) fn refused(name: &str, why: &NotMade) -> Reply {
    match why {
        NotMade::Taken => {
            let message = format!("a session called {name:?} is there already");
            let help = format!("POST /__sandbox/sessions/{name}/reset begins it anew, DELETE drops it");
            reply::error_at(StatusCode::CONFLICT, "session-exists", &message, "/name", &help)
        }
        NotMade::Claimed(Held { holder, claim }) => {
            let message = format!("the session {holder:?} claims {claim} already");
            let help =
                format!("claim another value, or DELETE /__sandbox/sessions/{holder}, which ends its claims");
            let pointer = format!("/claims/{}", claim.word());
            reply::error_at(StatusCode::CONFLICT, "claimed", &message, &pointer, &help)
        }
        NotMade::NotKept(trouble) => {
            reply::error(StatusCode::SERVICE_UNAVAILABLE, NOT_KEPT, &keeping::words(trouble), "")
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
