//! Every budget of the process full at once: sessions, orders, journals, mails, callbacks, held answers, bodies that are under way.

use std::thread;
use std::time::Duration;

use crate::line::Line;
use crate::server::Server;
use crate::table::{Bar, Table, show_mib};
use crate::{Outcome, QUIET, many, pre_order};

/// Beside the default one.
const SESSIONS: usize = 1_024;
/// A body as long as one may be.
const BODY: usize = 1 << 20;
/// So many of them are under way: 128 MiB, but for the last byte of each.
const BODIES: usize = 128;
/// Answers that are held.
const HELD: usize = 1_000;
/// A long body, and so many calls with one in each session: 375 MiB of them, where all journals together may hold 128.
const LONG: usize = 12 << 10;
const LONG_CALLS: usize = 30;

pub(crate) fn measure(table: &mut Table, orders: usize) -> Outcome<()> {
    let server = Server::ours(&QUIET)?;
    let mut line = Line::open(server.address)?;
    for n in 0..SESSIONS {
        line.control("POST", "sessions", &format!(r#"{{"name":"full-{n}"}}"#))?;
    }
    let step = |table: &mut Table, what: &str| -> Outcome<u64> {
        let now = server.resident_kib()?;
        table.row(&format!("  with {what}"), Bar::none(show_mib(now)));
        Ok(now)
    };
    step(table, &format!("{SESSIONS} sessions"))?;
    // As many as there may be, but for those that are held later.
    let orders = (orders - HELD) / SESSIONS;
    for n in 0..SESSIONS {
        many::pre_orders(&mut line, &format!("/s/full-{n}"), orders)?;
    }
    step(table, &format!("{} orders among them", orders * SESSIONS))?;
    let filler = "x".repeat(LONG);
    let long = format!(r#"{{"id":1000000,"partnerCode":"1000000005","type":1,"filler":"{filler}"}}"#);
    let calls = if orders < 100 { 3 } else { LONG_CALLS };
    for n in 0..SESSIONS {
        let path = format!("/s/full-{n}/package/countryPackageList");
        let request = line.request("POST", &path, pre_order::HEADERS, &long);
        many::send(&mut line, &request, calls)?;
    }
    step(table, "more in their journals than these may hold")?;
    let held = hold(&server, &mut line)?;
    step(table, &format!("{HELD} answers held"))?;
    let bodies = bodies(&server)?;
    thread::sleep(Duration::from_millis(500));
    let all = step(table, &format!("{BODIES} bodies of {} MiB under way", BODY >> 20))?;
    drop((held, bodies));
    table.row("all budgets of a process full", Bar::mib_below(512.0, all));
    Ok(())
}

/// Calls whose answers never come.
fn hold(server: &Server, line: &mut Line) -> Outcome<Vec<Line>> {
    let rule = format!(r#"{{"on":"pre-order","fault":"stall","commit":true,"times":{HELD}}}"#);
    line.control("POST", "sessions/default/fail-next", &rule)?;
    let call = |_| {
        let mut line = Line::open(server.address)?;
        let request = line.request("POST", pre_order::PATH, pre_order::HEADERS, pre_order::BODY);
        line.say(request.as_bytes())?;
        Ok(line)
    };
    let held = (0..HELD).map(call).collect::<Outcome<_>>()?;
    line.control("GET", &format!("sessions/default/journal?count={HELD}&wait=30s&last=1"), "")?;
    Ok(held)
}

/// Bodies of which all but the last byte has arrived.
fn bodies(server: &Server) -> Outcome<Vec<Line>> {
    let call = |_| {
        let mut line = Line::open(server.address)?;
        let mut request = line.request("POST", pre_order::PATH, pre_order::HEADERS, &" ".repeat(BODY));
        request.pop();
        line.say(request.as_bytes())?;
        Ok(line)
    };
    (0..BODIES).map(call).collect()
}
