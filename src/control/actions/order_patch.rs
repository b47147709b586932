//! `PATCH /__sandbox/sessions/{s}/orders/{key}`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::order;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::world::World;

pub(super) const ACTION: Action = Action {
    method: Method::PATCH,
    path: "sessions/{s}/orders/{key}",
    access: Access::Guarded,
    about: "ends an order's time limit now: {\"payStatus\": \"timedOut\"}; to pay it, POST \u{2026}/pay",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    /// What it is to become. Payments are reported, not set: so that their rules hold and the journal shows them.
    pay_status: Status,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Status {
    TimedOut,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(patch(ask).unwrap_or_else(|refused| refused))
}

fn patch(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { pay_status: Status::TimedOut } = ask.body()?;
    let found = ask.session().look(ask.real, |world: &World| world.find_order(ask.key));
    let at = found.ok_or_else(|| order::unknown(ask))?;
    let timed_out = ask.session().change(ask.real, |world| {
        let word = world.order_at(at).map_or("gone", |order| order.stage.word());
        if world.time_out_now(at) { Ok(()) } else { Err(word) }
    });
    timed_out.map_err(|word| {
        let message = format!("the order is {word}, and stays so");
        reply::error_at(
            StatusCode::CONFLICT,
            "final-state",
            &message,
            "/payStatus",
            "only a waiting order can time out",
        )
    })?;
    Ok(order::look(ask))
}
