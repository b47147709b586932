//! Who a call says it comes from: `access_code`, and whether `sign` is that partner's.

use std::sync::Arc;

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::signing::{SIGN, content, plain_content, sign, unquoted};
use super::slips;
use crate::contract::call::Call;
use crate::contract::card::Card;
use crate::contract::endpoint::Admit;
use crate::contract::fields::clip;
use crate::contract::percent;
use crate::domain::moment::Moment;
use crate::domain::signature::{Good, SignatureFault, Stamp};
use crate::domain::stock::Stock;
use crate::domain::user::Claim;

/// Reads the call into a claim. A body that is no JSON object names nobody: it is refused for what it is.
pub(super) fn claim(call: &Call, card: &Card, admit: Admit, stock: &Stock) -> Claim {
    if admit != Admit::Signed {
        return Claim::Nobody;
    }
    if let Some(claim) = plainly_signed(call, stock) {
        return claim;
    }
    let Some(parameters) = parameters(call) else { return Claim::Nobody };
    let text = |key: &str| parameters.get(key).and_then(Value::as_str).unwrap_or_default();
    let code: Arc<str> = text("access_code").into();
    let signature = judge(&parameters, card, &code, stock).map_err(Box::new);
    let sent = match parameters.get("timestamp") {
        Some(Value::Number(number)) => number.to_string(),
        _ => text("timestamp").to_owned(),
    };
    Claim::Partner { code, signature, stamp: stamp(&sent) }
}

/// The claim of a call whose body is plain and rightly signed, as nearly all are: its signed text is put together from the body as
/// it was sent. `None` says nothing; whoever takes the longer way finds out what the call is.
fn plainly_signed(call: &Call, stock: &Stock) -> Option<Claim> {
    if call.uri().query().is_some_and(|query| !query.is_empty()) {
        return None;
    }
    let mut members: Vec<_> = call.plain()?.members().collect();
    members.sort_unstable();
    let sent = |key: &str| members.iter().find(|(other, _)| *other == key).map(|(_, value)| *value);
    let code = unquoted(sent("access_code")?)?;
    let secret = stock.partners.get(code)?.secret.as_deref()?;
    let right = sign(&plain_content(&members)?, secret);
    if !bool::from(right.as_bytes().ct_eq(unquoted(sent(SIGN)?)?.as_bytes())) {
        return None;
    }
    let timestamp = sent("timestamp").map_or("", |sent| unquoted(sent).unwrap_or(sent));
    Some(Claim::Partner { code: code.into(), signature: Ok(Good::Signed), stamp: stamp(timestamp) })
}

fn stamp(sent: &str) -> Stamp {
    Stamp { moment: moment(sent), text: clip(sent).into() }
}

/// Signs parameters as the partner that they name would. Whoever has no secret signs nothing.
pub(super) fn seal(parameters: &mut Map<String, Value>, stock: &Stock) {
    let code = parameters.get("access_code").and_then(Value::as_str).unwrap_or_default();
    if let Some(secret) = stock.partners.get(code).and_then(|partner| partner.secret.as_deref()) {
        let right = sign(&content(parameters), secret);
        parameters.insert(SIGN.to_owned(), right.into());
    }
}

/// All parameters: those of the query, and those of the body.
fn parameters(call: &Call) -> Option<Map<String, Value>> {
    let mut all: Map<String, Value> =
        if call.body().is_empty() { Map::new() } else { serde_json::from_slice(call.body()).ok()? };
    for (key, value) in percent::pairs(call.uri().query().unwrap_or_default()) {
        all.entry(key).or_insert(value.into());
    }
    Some(all)
}

fn judge(
    parameters: &Map<String, Value>,
    card: &Card,
    code: &Arc<str>,
    stock: &Stock,
) -> Result<Good, SignatureFault> {
    if code.is_empty() {
        return Err(SignatureFault::NoPartner);
    }
    let Some(partner) = stock.partners.get(&**code) else {
        return Err(SignatureFault::UnknownPartner { code: clip(code).into() });
    };
    let Some(secret) = &partner.secret else {
        return Err(SignatureFault::NoSecret { code: Arc::clone(code) });
    };
    let content = content(parameters);
    let sent = parameters.get(SIGN).and_then(Value::as_str).unwrap_or_default();
    if sent.is_empty() {
        return Err(SignatureFault::Missing { content });
    }
    let right = sign(&content, secret);
    if right.as_bytes().ct_eq(sent.as_bytes()).into() {
        return Ok(Good::Signed);
    }
    // Nobody can recompute what the pages print: their secret is on none of them.
    let printed: Option<Map<String, Value>> = serde_json::from_str(card.request.example.get()).ok();
    if printed.is_some_and(|printed| printed == *parameters) {
        return Ok(Good::PrintedSample);
    }
    let slip = slips::find(parameters, sent, secret, partner.notify_secret.as_deref());
    Err(SignatureFault::Wrong { content, sent: clip(sent), slip })
}

/// Ten digits are seconds, thirteen are milliseconds.
fn moment(sent: &str) -> Option<Moment> {
    let number: i64 = sent.parse().ok().filter(|_| sent.bytes().all(|byte| byte.is_ascii_digit()))?;
    match sent.len() {
        10 => Some(Moment::from_millis(number.checked_mul(1_000)?)),
        13 => Some(Moment::from_millis(number)),
        _ => None,
    }
}
