//! The headers that tell of a turn. What all answers of an endpoint have in common is put together once and copied for each of them:
//! to put them in one by one costs more than to copy them.

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use super::core::Trace;
use crate::contract::call::{JSON, OfAGateway, Reply, SESSION};
use crate::contract::card::Evidence;

const TURN: HeaderName = HeaderName::from_static("x-sandbox-turn");
const EVIDENCE: HeaderName = HeaderName::from_static("x-sandbox-evidence");
const RULE: HeaderName = HeaderName::from_static("x-sandbox-rule");

/// The headers of a session's answers.
pub(super) struct Heads {
    trace: Trace,
    session: HeaderValue,
    /// Of JSON answers, in the order of [`Evidence::ALL`].
    of_json: [HeaderMap; Evidence::ALL.len()],
}

/// What a turn's headers say.
pub(super) struct Told<'a> {
    pub(super) turn: u64,
    pub(super) evidence: Option<Evidence>,
    pub(super) rule: Option<&'a str>,
}

impl Heads {
    /// Of the session of this name.
    pub(super) fn new(name: &str, trace: Trace) -> Self {
        let session = HeaderValue::from_str(name).unwrap_or(HeaderValue::from_static("?"));
        let of_json = Evidence::ALL.map(|evidence| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, JSON);
            if trace == Trace::Headers {
                headers.insert(&SESSION, session.clone());
                headers.insert(&TURN, HeaderValue::from_static("0"));
                headers.insert(&EVIDENCE, HeaderValue::from_static(evidence.word()));
            }
            headers
        });
        Self { trace, session, of_json }
    }

    /// Those of a JSON answer so well known, but for the turn and the rule.
    pub(super) fn of_json(&self, evidence: Evidence) -> &HeaderMap {
        &self.of_json[evidence as usize]
    }

    /// Tells of the turn, if that is wanted. Some headers may be in the reply already: those of [`Heads::of_json`].
    pub(super) fn tell(&self, reply: &mut Reply, is_begun: bool, told: &Told<'_>) {
        if self.trace == Trace::Hidden || reply.extensions().get::<OfAGateway>().is_some() {
            return;
        }
        let headers = reply.headers_mut();
        let turn = decimal(told.turn);
        match headers.get_mut(&TURN).filter(|_| is_begun) {
            Some(begun) => *begun = turn,
            None => {
                headers.insert(SESSION, self.session.clone());
                headers.insert(TURN, turn);
                if let Some(evidence) = told.evidence {
                    headers.insert(EVIDENCE, HeaderValue::from_static(evidence.word()));
                }
            }
        }
        if let Some(rule) = told.rule.and_then(|rule| HeaderValue::from_str(rule).ok()) {
            headers.insert(RULE, rule);
        }
    }
}

/// A number as a header value. `HeaderValue::from(u64)` allocates three times.
fn decimal(number: u64) -> HeaderValue {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        // A digit is below ten, so it always fits.
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    HeaderValue::from_bytes(&digits[at..]).unwrap_or(HeaderValue::from_static("?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::call::json;

    #[test]
    fn begun_or_not_the_headers_are_the_same() {
        for trace in [Trace::Headers, Trace::Hidden] {
            let heads = Heads::new("shop", trace);
            for evidence in Evidence::ALL {
                for rule in [None, Some("lost")] {
                    let told = Told { turn: 120, evidence: Some(evidence), rule };
                    let mut anew = json(http::StatusCode::OK, Vec::new());
                    heads.tell(&mut anew, false, &told);
                    let mut begun = Reply::default();
                    *begun.headers_mut() = heads.of_json(evidence).clone();
                    heads.tell(&mut begun, true, &told);
                    // In the same order, too.
                    assert!(anew.headers().iter().eq(begun.headers().iter()), "{anew:?} {begun:?}");
                    assert_eq!(anew.headers().contains_key(EVIDENCE), trace == Trace::Headers);
                }
            }
        }
    }

    #[test]
    fn turns_are_decimal() {
        for number in [0, 7, 10, 1_234_567_890, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
