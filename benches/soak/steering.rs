//! What testers do with sessions: make, drop, leave, fork and restore them, move their clocks, change their scenarios.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Client;
use crate::{Outcome, pre_order};

/// How long a session that is left lives.
const TTL: &str = "1s";
/// From when on it has to be gone.
const GONE: Duration = Duration::from_millis(1_100);
/// Sessions that are left at a time.
const LEFT: usize = 8;
/// How long somebody waits in a story in which answers may stay away.
const PATIENCE: Duration = Duration::from_millis(200);

/// A session is made, used and dropped; who comes late is told.
pub(crate) fn come_and_go(client: &mut Client<'_>, _: usize) -> Outcome<()> {
    let name = client.new_name();
    client.control("POST", "sessions", &json!({ "name": name }).to_string())?;
    in_it(client, &name, 200)?;
    client.control("DELETE", &format!("sessions/{name}"), "")?;
    in_it(client, &name, 410)
}

/// A session is left alone, and those whose time is over are gone.
pub(crate) fn expire(client: &mut Client<'_>, _: usize) -> Outcome<()> {
    let now = Instant::now();
    while let Some(at) = client.expiring.iter().position(|(_, gone)| *gone <= now) {
        let (name, _) = client.expiring.swap_remove(at);
        in_it(client, &name, 410)?;
    }
    if client.expiring.len() < LEFT {
        let name = client.new_name();
        client.control("POST", "sessions", &json!({ "name": name, "ttl": TTL }).to_string())?;
        in_it(client, &name, 200)?;
        client.expiring.push((name, Instant::now() + GONE));
    }
    Ok(())
}

/// A copy goes its own way, and is dropped.
pub(crate) fn fork(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let name = client.new_name();
    let path = client.action(session, "fork");
    client.control("POST", &path, &json!({ "name": name }).to_string())?;
    in_it(client, &name, 200)?;
    client.control("DELETE", &format!("sessions/{name}"), "").map(drop)
}

/// What a session is, is kept under a name, and brought back.
pub(crate) fn restore(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let name = json!({ "name": "soak" }).to_string();
    let (keep, back) = (client.action(session, "snapshot"), client.action(session, "restore"));
    client.control("POST", &keep, &name)?;
    let own = client.sessions[session].name.clone();
    in_it(client, &own, 200)?;
    client.control("POST", &back, &name).map(drop)
}

/// An hour passes, or a day.
pub(crate) fn move_clock(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let by = *client.dice.one_of(&["61m", "1d"]);
    let path = client.action(session, "clock/advance");
    client.control("POST", &path, &json!({ "by": by }).to_string())?;
    client.sessions[session].was_moved = true;
    Ok(())
}

/// Other rules, none of which fires, over the world as it is or over a new one.
pub(crate) fn swap(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let number = client.dice.below(1_000);
    let rules: Vec<_> = (0..5)
        .map(|n| {
            let nobody = json!({ "partnerCode": format!("nobody-{number}-{n}") });
            json!({ "on": "pre-order", "when": { "body": nobody }, "answer": { "code": 9999 } })
        })
        .collect();
    let document = json!({ "format": 1, "scenario": format!("soak-{number}"), "rules": rules });
    let world = *client.dice.one_of(&["keep", "fresh"]);
    let path = client.action(session, "scenario");
    client.control("PUT", &path, &json!({ "document": document, "world": world }).to_string())?;
    if world == "fresh" {
        client.sessions[session].begin();
    }
    Ok(())
}

/// A story of failures begins; whatever becomes of a few calls in it, afterwards all is as before.
pub(crate) fn story(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    const STORIES: [&str; 9] = [
        "flaky",
        "sold-out",
        "token-expired",
        "order-stored-answer-lost",
        "answer-drips",
        "half-an-answer",
        "webhook-twice",
        "paid-by-itself",
        "every-code",
    ];
    let path = client.action(session, "scenario");
    let name = *client.dice.one_of(&STORIES);
    client.control("PUT", &path, &json!({ "name": name }).to_string())?;
    for _ in 0..3 {
        let path = client.path(session, pre_order::PATH);
        client.try_call(&path, pre_order::BODY, PATIENCE)?;
    }
    client.control("PUT", &path, &json!({ "name": "default" }).to_string())?;
    client.sessions[session].begin();
    Ok(())
}

/// A call in a session of this name has to be answered so.
fn in_it(client: &mut Client<'_>, name: &str, wanted: u16) -> Outcome<()> {
    let path = format!("/s/{name}/v1.1/package/detail?id=1000000");
    let answer = client.call("GET", &path, "", "")?;
    if answer.status == wanted {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&answer.body);
    Err(format!("{path} was answered {}, not {wanted}: {text}", answer.status).into())
}
