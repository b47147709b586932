//! Which session claims a call that says of itself to whom it belongs by nothing but its fields.

use crate::contract::call::Call;
use crate::contract::catalogue::{Route, Served};
use crate::contract::fields::{Addresses, FieldSpec};
use crate::domain::moment::Moment;
use crate::session::claims::KEYS;
use crate::session::registry::{DEFAULT, Found, Registry};

/// Whose a call is by its fields.
pub(super) enum Claimed {
    /// Nobody's.
    ByNobody,
    /// The session's of this name.
    By {
        /// Its name.
        name: String,
        /// By which word of the call.
        what: String,
    },
    /// More than one session could be meant; what to do about it.
    Unclear(String),
}

/// Reads a call's fields, if anybody claims anything at all.
pub(super) fn claimed(registry: &Registry, call: &Call, real: Moment) -> Claimed {
    if !registry.claims().is_in_use() {
        return Claimed::ByNobody;
    }
    let Route::Found(served) = registry.plan().catalogue.route(call.method(), call.uri().path()) else {
        return Claimed::ByNobody;
    };
    for (at, key) in KEYS.iter().enumerate() {
        for value in said(served, call, key.is_borne_by) {
            if let Some(met) = registry.claims().met_by(at, &value).into_iter().next() {
                return Claimed::By { what: format!("its claim to {}", met.claim), name: met.holder };
            }
        }
    }
    by_what_was_sold(registry, served, call, real)
}

/// A notification or a poll names the order, and nothing that anybody claims: it is the session's that sold it, if one alone did.
fn by_what_was_sold(registry: &Registry, served: &Served, call: &Call, real: Moment) -> Claimed {
    let things = said(served, call, |spec| spec.addresses == Some(Addresses::Order) || spec.name == "iccid");
    if things.is_empty() {
        return Claimed::ByNobody;
    }
    let sold = |name: &String| match registry.peek(name, real) {
        Found::Live(session) => things.iter().any(|thing| session.has_sold(thing)),
        Found::Gone(_) | Found::Unknown => false,
    };
    let mut sellers: Vec<String> = registry.claims().sessions().into_iter().filter(sold).collect();
    let Some(name) = sellers.pop() else { return Claimed::ByNobody };
    let what = format!("its order {:?}", things[0]);
    if sellers.is_empty() && !sold(&DEFAULT.to_owned()) {
        return Claimed::By { name, what };
    }
    sellers.push(name);
    let text = format!(
        "the order {:?} was sold in more than one session ({DEFAULT:?} and those with claims are looked at; {} know it): none of \
         them is chosen; seeds of their own keep their numbers apart",
        things[0],
        sellers.join(", ")
    );
    Claimed::Unclear(text)
}

fn said(served: &Served, call: &Call, is_asked_for: fn(&FieldSpec) -> bool) -> Vec<String> {
    let query = call.uri().query().unwrap_or_default();
    let said = served.fields.said(query, call.body(), is_asked_for);
    said.into_iter().map(|(_, value)| value).filter(|value| !value.is_empty()).collect()
}
