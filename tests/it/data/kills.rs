//! kill -9 under writers: nothing that was answered is lost, and nothing is given out twice.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};

use super::{control, control_on, frozen, serve};
use crate::process::Server;
use crate::support::{PRE_ORDER, Raw, documented};

/// What an answer has told.
enum Told {
    Order(&'static str, u64, String),
    Token(String),
    Clock(String),
}

/// All that was told so far.
#[derive(Default)]
struct Book {
    orders: [BTreeSet<(u64, String)>; 2],
    tokens: BTreeSet<String>,
    clock: String,
}

type Write = fn(Raw, &'static str, &Sender<Told>);

const SESSIONS: [&str; 2] = ["default", "other"];

#[test]
fn nothing_that_was_answered_is_lost_by_30_kills_and_nothing_is_given_twice() {
    let (folder, scenario) = (tempfile::tempdir().expect("a folder"), frozen());
    let path = scenario.path();
    let mut book = Book::default();
    let mut lost_answers = 0;
    for round in 0..30_usize {
        let mut server = serve(folder.path(), &["--seed", "7", "--scenario", &path]);
        book.is_kept(&server, round);
        let (tell, told) = channel();
        let writers: Vec<_> = [orders_in as Write, orders_in, tokens, ticks]
            .into_iter()
            .enumerate()
            .map(|(nth, write)| {
                let (address, tell) = (server.address(), tell.clone());
                std::thread::spawn(move || {
                    // The kill ends it in the middle of a call.
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        write(Raw::connect_to(address), SESSIONS[nth % 2], &tell);
                    }));
                })
            })
            .collect();
        drop(tell);
        for _ in 0..8 + (round * 7) % 40 {
            book.take(told.recv().expect("an answer"), round);
        }
        server.child.kill().expect("SIGKILL");
        server.child.wait().expect("an end");
        for writer in writers {
            writer.join().expect("it has ended");
        }
        lost_answers += rest(&mut book, &told, round);
    }
    book.is_kept(&serve(folder.path(), &["--scenario", &path]), 30);
    assert!(book.orders.iter().all(|orders| orders.len() > 50) && book.tokens.len() > 50);
    // The kills came while calls were being answered, not between them.
    assert!(lost_answers > 0);
}

fn rest(book: &mut Book, told: &Receiver<Told>, round: usize) -> usize {
    told.iter().map(|told| book.take(told, round)).count()
}

impl Book {
    fn take(&mut self, told: Told, round: usize) {
        match told {
            Told::Order(session, id, number) => {
                let at = SESSIONS.iter().position(|name| *name == session).expect("a session");
                assert!(self.orders[at].insert((id, number)), "round {round}: {session} gave {id} twice");
            }
            Told::Token(token) => assert!(self.tokens.insert(token), "round {round}: a token came twice"),
            Told::Clock(now) => self.clock = self.clock.clone().max(now),
        }
    }

    /// What the server shows holds all of it, and nothing twice.
    fn is_kept(&self, server: &Server, round: usize) {
        for (session, told) in SESSIONS.iter().zip(&self.orders) {
            let (mut ids, mut numbers, mut pairs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
            for order in all(server, &format!("sessions/{session}/orders"), "orders") {
                let (id, number) = (id_of(&order), number_of(&order));
                assert!(
                    ids.insert(id) && numbers.insert(number.clone()),
                    "round {round}: {order} is there twice"
                );
                pairs.insert((id, number));
            }
            let lost: Vec<_> = told.difference(&pairs).collect();
            assert!(lost.is_empty(), "round {round}: {session} has lost {lost:?}");
        }
        let tokens = all(server, "sessions/default/tokens", "tokens");
        let tokens: BTreeSet<String> =
            tokens.iter().filter_map(|one| one["token"].as_str().map(str::to_owned)).collect();
        let lost: Vec<_> = self.tokens.difference(&tokens).collect();
        assert!(lost.is_empty(), "round {round}: tokens are lost: {lost:?}");
        let now = control(server, "GET", "sessions/default/clock", &json!(null)).json();
        assert!(now["now"].as_str() >= Some(&self.clock), "round {round}: {now} is before {}", self.clock);
    }
}

/// All pages of a list.
fn all(server: &Server, path: &str, key: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let page = control(server, "GET", &format!("{path}?after={}", all.len()), &json!(null));
        // A session that no call has named yet.
        let page = if page.status == 404 { return all } else { page.json() };
        let page = page[key].as_array().unwrap_or_else(|| panic!("{page}"));
        all.extend(page.iter().cloned());
        if page.len() < 1_000 {
            return all;
        }
    }
}

fn id_of(order: &Value) -> u64 {
    order["orderId"].as_u64().or_else(|| order["id"].as_u64()).expect("an id")
}

fn number_of(order: &Value) -> String {
    order["orderNo"].as_str().expect("a number").to_owned()
}

fn orders_in(mut raw: Raw, session: &'static str, tell: &Sender<Told>) {
    let (path, body) = (format!("/s/{session}{PRE_ORDER}"), Value::Object(documented()).to_string());
    loop {
        let order = raw.post(&path, &body).answer().json()["data"].clone();
        if tell.send(Told::Order(session, id_of(&order), number_of(&order))).is_err() {
            return;
        }
    }
}

fn tokens(mut raw: Raw, session: &'static str, tell: &Sender<Told>) {
    let path = format!("sessions/{session}/tokens");
    loop {
        let made = control_on(&mut raw, "POST", &path, &json!({ "email": "mei.tan@traveller.example" }));
        let token = made.json()["token"].as_str().unwrap_or_else(|| panic!("{}", made.body)).to_owned();
        if tell.send(Told::Token(token)).is_err() {
            return;
        }
    }
}

fn ticks(mut raw: Raw, _: &'static str, tell: &Sender<Told>) {
    loop {
        let moved = control_on(&mut raw, "POST", "sessions/default/clock/advance", &json!({ "by": "10ms" }));
        let now = moved.json()["now"].as_str().unwrap_or_else(|| panic!("{}", moved.body)).to_owned();
        if tell.send(Told::Clock(now)).is_err() {
            return;
        }
    }
}
