//! Why a turn came out as it did, in words and as data.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::contract::catalogue::{Catalogue, Route};
use crate::contract::code::Code;
use crate::scenario::why::{Candidate, Outcome, Why};
use crate::session::journal::{Carried, Exchange};

/// Why a turn came out as it did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WhyView<'a> {
    /// The turn.
    pub turn: u64,
    /// What the session's clock showed.
    pub at: String,
    /// The endpoint, or null.
    pub endpoint: Option<&'static str>,
    /// The endpoint that is nearest to a path that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
    /// The rule that decided, or null: the replica itself answered.
    pub rule: Option<&'a str>,
    /// `yes`, `refused`, or `no`: a rule answered in its place, and nothing is stored.
    pub carried_out: &'static str,
    /// The answer's status and code.
    pub status: u16,
    /// The answer's business code, if it has one.
    pub code: Option<Code>,
    /// What was put on the wire.
    pub wire: Vec<String>,
    /// The rules that were looked at, in their order.
    pub rules: Vec<CandidateView<'a>>,
    /// How many more there were.
    pub more: usize,
    /// The rule that came nearest without firing, or null.
    pub nearest_miss: Option<&'a str>,
    /// The states before and after, if rules look at the call.
    pub state: StateView<'a>,
    /// What was noted, such as the nearest path of one that is not known.
    pub notes: &'a [String],
    /// All of this in a few lines.
    pub text: String,
}

/// A rule that was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CandidateView<'a> {
    /// Its id.
    id: &'a str,
    /// `decided`, `fired`, `condition`, `window`, `over`, `chance`, `times`.
    outcome: &'static str,
    /// The place whose condition did not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// What was wanted there.
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<String>,
    /// What was there; null is nothing.
    got: Option<&'a str>,
    /// In a sentence.
    because: String,
}

/// The states of a session around a turn.
#[derive(Debug, Serialize)]
pub(crate) struct StateView<'a> {
    before: &'a BTreeMap<String, Value>,
    after: &'a BTreeMap<String, Value>,
}

static NO_STATE: BTreeMap<String, Value> = BTreeMap::new();

impl<'a> WhyView<'a> {
    /// Explains an exchange.
    pub(crate) fn of(exchange: &'a Exchange, catalogue: &Catalogue) -> Self {
        let why = exchange.why.as_deref();
        let rules: Vec<CandidateView<'a>> = why
            .map_or_else(Vec::new, |why| why.candidates.iter().map(|one| candidate(one, exchange)).collect());
        let mut view = Self {
            turn: exchange.turn,
            at: exchange.at.to_string(),
            endpoint: exchange.endpoint,
            nearest: nearest(exchange, catalogue),
            rule: exchange.rule.as_deref(),
            carried_out: match exchange.carried {
                Carried::Out => "yes",
                Carried::Refused => "refused",
                Carried::Not => "no",
            },
            status: exchange.status.as_u16(),
            code: exchange.code.clone(),
            wire: exchange.wire.iter().map(ToString::to_string).collect(),
            rules,
            more: why.map_or(0, |why| why.more),
            nearest_miss: why.and_then(nearest_miss),
            state: StateView {
                before: why.map_or(&NO_STATE, |why| &why.before),
                after: why.map_or(&NO_STATE, |why| &why.after),
            },
            notes: &exchange.notes,
            text: String::new(),
        };
        view.text = view.told(exchange);
        view
    }

    fn told(&self, exchange: &Exchange) -> String {
        let code = self.code.as_ref().map(|code| format!(", code {code}")).unwrap_or_default();
        let call = format!("{} {}", exchange.kept.method, exchange.kept.target());
        let mut lines =
            vec![format!("turn {} at {}: {call} was answered {}{code}", self.turn, self.at, self.status)];
        lines.push(match (self.endpoint, self.rule) {
            (None, _) => format!(
                "  no endpoint is served there{}",
                self.nearest.as_deref().map(|near| format!("; the nearest is {near}")).unwrap_or_default()
            ),
            (Some(endpoint), None) => format!("  {endpoint}: no rule decided, the replica answered"),
            (Some(endpoint), Some(rule)) => {
                let carried = match exchange.carried {
                    Carried::Out => "carried out",
                    Carried::Refused => "refused, and changed nothing",
                    Carried::Not => "not carried out: nothing is stored",
                };
                format!("  {endpoint}: the rule {rule:?} decided; the call was {carried}")
            }
        });
        lines.extend(self.wire.iter().map(|fault| format!("  on the wire: {fault}")));
        lines.extend(self.rules.iter().map(|rule| format!("  rule {:?}: {}", rule.id, rule.because)));
        if self.more > 0 {
            lines.push(format!("  and {} more rules that did not fire", self.more));
        }
        if let Some(miss) = self.nearest_miss.filter(|_| self.rule.is_none()) {
            lines.push(format!("  nearest miss: {miss:?}"));
        }
        if self.state.before != self.state.after {
            let [before, after] =
                [self.state.before, self.state.after].map(|state| Value::from_iter(state.clone()));
            lines.push(format!("  state: {before} became {after}"));
        }
        lines.extend(self.notes.iter().map(|note| format!("  note: {note}")));
        lines.join("\n")
    }
}

/// The endpoint that somebody may have meant who called a path that is not known.
fn nearest(exchange: &Exchange, catalogue: &Catalogue) -> Option<String> {
    let path = exchange.kept.target().split('?').next()?;
    match catalogue.route(&exchange.kept.method, path) {
        Route::UnknownPath { near: Some(near) } | Route::WrongMethod { near, .. } => {
            Some(format!("{} {}", near.card.method, near.path))
        }
        Route::UnknownPath { near: None } | Route::Found(_) => None,
    }
}

fn candidate<'a>(one: &'a Candidate, exchange: &Exchange) -> CandidateView<'a> {
    let Candidate { rule, outcome } = one;
    let plain = |outcome, because: String| CandidateView {
        id: &rule.id,
        outcome,
        place: None,
        wanted: None,
        got: None,
        because,
    };
    match outcome {
        Outcome::Fired if exchange.rule.as_deref() == Some(&*rule.id) => {
            plain("decided", "it decided".to_owned())
        }
        Outcome::Fired => plain("fired", "it fired, and only watches".to_owned()),
        Outcome::OutsideItsWindow => plain("window", "the clock is outside of its outage".to_owned()),
        Outcome::Failed { condition, got } => {
            let Some(condition) = rule.when.get(*condition) else {
                return plain("condition", "a condition does not hold".to_owned());
            };
            let got = got.as_deref();
            let because = format!("wanted {}, got {}", condition.wanted(), got.unwrap_or("nothing"));
            let place = Some(condition.place.to_string());
            let wanted = Some(condition.matcher.to_string());
            CandidateView { id: &rule.id, outcome: "condition", place, wanted, got, because }
        }
        Outcome::BelowItsLimit { calls, limit } => {
            plain("over", format!("call {calls} within its window, and {limit} are let pass"))
        }
        Outcome::ByChance { drawn, chance } => {
            plain("chance", format!("the dice say {drawn:.4}, and it fires below {chance}"))
        }
        Outcome::NotThisTime { nth } => plain("times", format!("match {nth}, which its `times` let pass")),
    }
}

/// Of the rules that did not fire, the one that got furthest.
fn nearest_miss(why: &Why) -> Option<&str> {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Fired => None,
        Outcome::OutsideItsWindow => Some((0, 0)),
        Outcome::Failed { condition, .. } => Some((1, *condition)),
        Outcome::BelowItsLimit { .. } => Some((2, 0)),
        Outcome::ByChance { .. } => Some((3, 0)),
        Outcome::NotThisTime { .. } => Some((4, 0)),
    };
    let misses = why.candidates.iter().filter_map(|one| Some((rank(&one.outcome)?, &*one.rule.id)));
    // Of equals the first: it stands in front.
    misses.rev().max_by_key(|(rank, _)| *rank).map(|(_, id)| id)
}
