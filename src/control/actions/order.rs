//! `GET /__sandbox/sessions/{s}/orders/{key}`

use std::sync::Arc;

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Later, Said};
use crate::control::ask::{Ask, unreadable};
use crate::control::reply;
use crate::domain::world::World;
use crate::session::clock::real_now;
use crate::session::session::Session;
use crate::session::view::OrderView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/orders/{key}",
    access: Access::Guarded,
    about: "one order by its id or orderNo; ?wait=5s&until=payStatus:paid waits for it, in real time",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    read(ask).unwrap_or_else(Said::Now)
}

fn read(ask: &Ask<'_>) -> Result<Said, Reply> {
    let help = "until=payStatus:paid; the statuses are waiting, settling, paid, failed, timedOut";
    let status = match ask.parameter("until") {
        None => None,
        Some(text) => match text.split_once(':') {
            Some(("payStatus", status)) if STATUSES.contains(&status) => Some(status.to_owned()),
            _ => return Err(unreadable("until", &text, help)),
        },
    };
    let at_most = ask.span("wait")?;
    let (Some(at_most), Some(status)) = (at_most, status) else { return Ok(Said::Now(look(ask))) };
    let (session, key) = (Arc::clone(ask.session()), ask.key.to_owned());
    let (waited_for, otherwise) = ((Arc::clone(&session), key.clone()), (Arc::clone(&session), key));
    Ok(Said::Later(Later {
        session,
        at_most,
        look: Box::new(move || {
            let order = find(&waited_for.0, &waited_for.1)?;
            (order.pay_status == status).then(|| reply::json(&order))
        }),
        otherwise: Box::new(move || {
            find(&otherwise.0, &otherwise.1)
                .map_or_else(|| no_order(&otherwise.1), |order| reply::json(&order))
        }),
        gone: reply::error(StatusCode::GONE, "session-gone", "the session went while this waited for it", ""),
    }))
}

const STATUSES: [&str; 5] = ["waiting", "settling", "paid", "failed", "timedOut"];

fn find(session: &Session, key: &str) -> Option<OrderView> {
    session.look(real_now(), |world: &World| OrderView::of(world, world.find_order(key)?))
}

pub(super) fn look(ask: &Ask<'_>) -> Reply {
    let order = |world: &World| OrderView::of(world, world.find_order(ask.key)?);
    ask.session().look(ask.real, order).map_or_else(|| unknown(ask), |order| reply::json(&order))
}

pub(super) fn unknown(ask: &Ask<'_>) -> Reply {
    no_order(ask.key)
}

fn no_order(key: &str) -> Reply {
    let message = format!("no order has the id or orderNo {key:?}");
    reply::error(StatusCode::NOT_FOUND, "unknown-order", &message, "GET …/orders lists them")
}
