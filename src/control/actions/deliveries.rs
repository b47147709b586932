//! `GET /__sandbox/sessions/{s}/deliveries`

use std::sync::Arc;

use http::{Method, StatusCode};
use serde::Serialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Later, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::clock::real_now;
use crate::session::session::Session;
use crate::session::view::DeliveryView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/deliveries",
    access: Access::Guarded,
    about: "callbacks and their tries; filters kind, state, sim, event, after; wait and count",
    run,
};

#[derive(Serialize)]
struct Deliveries {
    deliveries: Vec<DeliveryView>,
    /// How many found no room in the queue.
    dropped: u64,
    /// How many were over and are no longer shown.
    forgotten: u64,
}

/// Which ones are asked for.
#[derive(Clone)]
struct Filter {
    kind: Option<String>,
    state: Option<String>,
    sim: Option<String>,
    event: Option<u64>,
    /// Only those with a greater number.
    after: u64,
    limit: usize,
}

fn run(ask: &Ask<'_>) -> Said {
    read(ask).unwrap_or_else(Said::Now)
}

fn read(ask: &Ask<'_>) -> Result<Said, Reply> {
    let (after, limit) = ask.page()?;
    let filter = Filter {
        kind: ask.parameter("kind"),
        state: ask.parameter("state"),
        sim: ask.parameter("sim"),
        event: ask.number("event")?,
        after: after as u64,
        limit,
    };
    let count = ask.number("count")?.unwrap_or(1);
    let wait = ask.span("wait")?;
    let session = Arc::clone(ask.session());
    let Some(at_most) = wait else { return Ok(Said::Now(reply::json(&filter.show(&session)))) };
    let (look, otherwise) = ((Arc::clone(&session), filter.clone()), (Arc::clone(&session), filter));
    Ok(Said::Later(Later {
        session,
        at_most,
        look: Box::new(move || {
            let found = look.1.show(&look.0);
            (found.deliveries.len() as u64 >= count).then(|| reply::json(&found))
        }),
        otherwise: Box::new(move || reply::json(&otherwise.1.show(&otherwise.0))),
        gone: reply::error(StatusCode::GONE, "session-gone", "the session went while this waited for it", ""),
    }))
}

impl Filter {
    fn show(&self, session: &Session) -> Deliveries {
        let (mut deliveries, (dropped, forgotten)) = session.deliveries(real_now());
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        deliveries.retain(|delivery| {
            delivery.id > self.after
                && is(&self.kind, delivery.kind)
                && is(&self.state, delivery.state)
                && is(&self.sim, &delivery.sim)
                && self.event.is_none_or(|event| delivery.event == event)
        });
        deliveries.truncate(self.limit);
        Deliveries { deliveries, dropped, forgotten }
    }
}
