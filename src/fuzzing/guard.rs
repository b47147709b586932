//! A call to the control surface under five guards. None lets a foreign Host or Origin in without its token; what is said otherwise is
//! written here a second time, in the plainest way.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderName, StatusCode};

use super::call;
use super::dispatch::Bench;
use crate::contract::call::{Call, Reply};
use crate::control::guard::Guard;
use crate::control::{Control, Site};

const TOKEN: &str = "sesame";
const NAMED: &str = "sandbox.test";

thread_local! {
    static BENCH: Bench = Bench::new();
}

pub(super) fn run(input: &[u8]) {
    let Some(call) = call::read(input).map(Call::from) else { return };
    for (with_token, token_only, named) in [
        (false, false, false),
        (false, false, true),
        (true, false, false),
        (true, true, true),
        (false, true, false),
    ] {
        let guard = Guard {
            token: with_token.then(|| TOKEN.to_owned()),
            token_only,
            allow_hosts: named.then(|| NAMED.to_owned()).into_iter().collect(),
        };
        match guard.judge(&call) {
            Ok(()) => {
                let by_token = with_token && has_token(&call);
                assert!(by_token || !token_only, "it passed without a token");
                assert!(by_token || is_from_here(&call, named), "it passed from elsewhere");
                assert!(call.body().is_empty() || is_json(&call), "a body passed that is no JSON");
            }
            Err(refused) => assert!(refused.reply().status().is_client_error()),
        }
    }
    if !Control::owns(call.uri().path()) {
        return;
    }
    // The whole surface, where nothing can come of it.
    let is_open = |reply: &Reply| {
        call.uri().path().starts_with("/__sandbox/health/") && reply.status() == StatusCode::OK
    };
    let reply = BENCH.with(|bench| bench.steer(&call, Site::Elsewhere));
    assert!(
        reply.status() == StatusCode::FORBIDDEN
            || is_open(&reply)
            || reply.status() == StatusCode::BAD_REQUEST
    );
    if !is_from_here(&call, false) {
        let reply = BENCH.with(|bench| bench.steer(&call, Site::Here));
        assert!(reply.status().is_client_error() || is_open(&reply), "{}", reply.status());
    }
}

fn has_token(call: &Call) -> bool {
    let sent = call.headers().get(AUTHORIZATION).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    sent.split_once(' ')
        .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && token == TOKEN)
}

/// One Host and it is ours, no Origin but the same, and no word of a browser that another page asked.
fn is_from_here(call: &Call, named: bool) -> bool {
    let lines = |name: HeaderName| -> Vec<String> {
        let all = call.headers().get_all(name).into_iter();
        all.map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase()).collect()
    };
    let hosts = lines(HOST);
    let [host] = &hosts[..] else { return false };
    let own = format!("http://{host}");
    is_own(host, named)
        && call
            .uri()
            .authority()
            .is_none_or(|authority| is_own(&authority.as_str().to_ascii_lowercase(), named))
        && lines(ORIGIN).iter().all(|origin| *origin == own)
        && lines(HeaderName::from_static("sec-fetch-site"))
            .iter()
            .all(|site| site == "same-origin" || site == "none")
}

fn is_own(host: &str, named: bool) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    let is_plain = !name.contains(['/', '\\', '?', '#', '@', ' ']);
    let is_name = ["127.0.0.1", "localhost", "[::1]"].contains(&name)
        || (named && name == NAMED)
        || (name.len() > ".localhost".len() && name.ends_with(".localhost"));
    is_plain && is_name && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_json(call: &Call) -> bool {
    let kind = call
        .headers()
        .get(CONTENT_TYPE)
        .map_or(Cow::default(), |kind| String::from_utf8_lossy(kind.as_bytes()));
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
