//! `POST /__sandbox/sessions/{s}/orders/{key}/pay`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::call::Reply;
use crate::contract::code::Code;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::order;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::moment::Span;
use crate::domain::money::Money;
use crate::domain::payment::Due;
use crate::domain::stage::Report;
use crate::domain::world::World;
use crate::scenario::file::{Duration, PayOutcome};

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/orders/{key}/pay",
    access: Access::Guarded,
    about: "plays the partner's server: outcome succeed or fail, amount, copies, gap, contrary, after",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// What is reported; without it, `succeed`.
    outcome: Option<PayOutcome>,
    /// Another amount than the order's, in units of the currency.
    amount: Option<f64>,
    /// How many times it is reported; without it, once.
    #[schemars(range(min = 1, max = 100))]
    copies: Option<u32>,
    /// How much later than the one before each copy is reported, on the session's clock; without it, at once.
    gap: Option<Duration>,
    /// Whether the opposite is reported as well, last.
    #[serde(default)]
    contrary: bool,
    /// How much later the first one is reported, on the session's clock; without it, at once.
    after: Option<Duration>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Paid {
    /// What the sandbox's own call was answered, in order; each can be looked up in the journal by its turn.
    answers: Vec<Answered>,
    /// Moments on the session's clock at which it is reported later.
    later: Vec<String>,
}

#[derive(Serialize)]
struct Answered {
    turn: u64,
    code: Code,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(pay(ask).unwrap_or_else(|refused| refused))
}

fn pay(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { outcome, amount, copies, gap, contrary, after } = ask.body()?;
    let bad = |pointer: &str, message: &str, help: &str| {
        reply::error_at(StatusCode::BAD_REQUEST, "bad-value", message, pointer, help)
    };
    let span = |pointer: &str, duration: Option<Duration>| match duration {
        None => Ok(None),
        Some(text) => Span::parse(&text.0)
            .map(Some)
            .ok_or_else(|| bad(pointer, "this is longer than the calendar", "such as 3s")),
    };
    let (gap, after) = (span("/gap", gap)?, span("/after", after)?);
    let amount = amount.map(|amount| {
        Money::from_number(amount).ok_or_else(|| {
            bad("/amount", "this is no amount", "from 0 to a thousand million, four decimal places")
        })
    });
    let amount = amount.transpose()?;
    let session = ask.session();
    let order = session
        .look(ask.real, |world: &World| world.find_order(ask.key))
        .ok_or_else(|| order::unknown(ask))?;
    let (report, opposite) = match outcome.unwrap_or(PayOutcome::Succeed) {
        PayOutcome::Succeed => (Report::Succeeded, Report::Failed),
        PayOutcome::Fail => (Report::Failed, Report::Succeeded),
    };
    let due = |report| Due { order, report, amount };
    let mut dues = vec![due(report); usize::try_from(copies.unwrap_or(1)).unwrap_or(1)];
    dues.extend(contrary.then(|| due(opposite)));
    if gap.is_none() && after.is_none() {
        let answers = session.report_payments(&dues, ask.real);
        let answers =
            answers.ok_or_else(|| bad("", "nothing that is served takes a payment for this order", ""))?;
        let answers = answers.into_iter().map(|(turn, code)| Answered { turn, code }).collect();
        return Ok(reply::json(&Paid { answers, later: Vec::new() }));
    }
    let (gap, after) = (gap.map_or(0, Span::millis), after.map_or(0, Span::millis));
    let spans = (0..).map(|nth: u64| Span::from_millis(after.saturating_add(gap.saturating_mul(nth))));
    let later = session.change(ask.real, |world| {
        let now = world.now();
        let moments =
            dues.iter().zip(spans).enumerate().map(|(nth, (due, span))| {
                span.and_then(|span| Some((*due, span, now.plus(span)?))).ok_or(nth)
            });
        // All of them or none.
        let moments: Vec<_> = moments.collect::<Result<_, usize>>()?;
        Ok(moments
            .into_iter()
            .map(|(due, span, then)| {
                world.pay_later(due, span);
                then.to_string()
            })
            .collect())
    });
    let later = later.map_err(|nth: usize| {
        let pointer = if nth == 0 { "/after" } else { "/gap" };
        let message = format!("payment {} would lie past the end of the calendar", nth + 1);
        bad(pointer, &message, "a shorter span; none was scheduled")
    })?;
    Ok(reply::json(&Paid { answers: Vec::new(), later }))
}
