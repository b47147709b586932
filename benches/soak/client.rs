//! A client: sessions of its own, a connection that it keeps, and one act after the other.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::acts::ACTS;
use crate::dice::Dice;
use crate::line::{Answer, Heard, Line};
use crate::watch::Watch;
use crate::{Outcome, pre_order};

/// Sessions of a client that live on.
const SESSIONS: usize = 12;
/// Acts that are told beside an error.
const RECENT: usize = 12;
/// Acts until what was seen is told.
const TELL: usize = 100;

/// A client.
pub(crate) struct Client<'a> {
    pub(crate) number: u64,
    pub(crate) dice: Dice,
    pub(crate) address: SocketAddr,
    pub(crate) watch: &'a Watch,
    pub(crate) sessions: Vec<Session>,
    /// Sessions that are left to expire, with the moment from which they have to be gone.
    pub(crate) expiring: Vec<(String, Instant)>,
    /// Bodies that were signed before, by the SIM that they are for.
    pub(crate) signed: BTreeMap<String, String>,
    /// Things made so far, for names that nobody had.
    pub(crate) made: u64,
    line: Option<Line>,
    /// The newest acts, each with its session.
    recent: VecDeque<(&'static str, usize)>,
    times: Vec<u32>,
    done: BTreeMap<&'static str, u64>,
}

/// A session, and what its client knows of it.
#[derive(Default)]
pub(crate) struct Session {
    pub(crate) name: String,
    /// Orders made in its epoch, at least.
    pub(crate) orders: usize,
    /// Whether its clock was moved: then tokens and plans may be over.
    pub(crate) was_moved: bool,
    /// SIMs of the partner that signs, once somebody asked.
    pub(crate) sims: Vec<String>,
    /// The last order that was paid.
    pub(crate) paid: Option<(String, u64)>,
}

impl Session {
    /// As new.
    pub(crate) fn begin(&mut self) {
        *self = Self { name: std::mem::take(&mut self.name), ..Self::default() };
    }
}

impl<'a> Client<'a> {
    pub(crate) fn new(number: u64, seed: u64, address: SocketAddr, watch: &'a Watch) -> Self {
        Self {
            number,
            dice: Dice::of(seed, number),
            address,
            watch,
            sessions: Vec::new(),
            expiring: Vec::new(),
            signed: BTreeMap::new(),
            made: 0,
            line: None,
            recent: VecDeque::new(),
            times: Vec::new(),
            done: BTreeMap::new(),
        }
    }

    /// Acts until it is told to stop.
    pub(crate) fn run(mut self) {
        for n in 0..SESSIONS {
            let name = format!("soak-{}-{n}", self.number);
            if let Err(error) = self.control("POST", "sessions", &format!(r#"{{"name":"{name}"}}"#)) {
                self.watch.error("sessions", &error.to_string());
            }
            self.sessions.push(Session { name, ..Session::default() });
        }
        let all: usize = ACTS.iter().map(|act| act.weight).sum();
        let mut acts = 0;
        while !self.watch.is_over.load(Ordering::Relaxed) {
            let mut at = self.dice.below(all);
            let chosen = ACTS.iter().find(|act| {
                let is_it = at < act.weight;
                at = at.wrapping_sub(act.weight);
                is_it
            });
            let Some(act) = chosen else { continue };
            let session = self.dice.below(self.sessions.len());
            *self.done.entry(act.name).or_default() += 1;
            if self.recent.len() >= RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back((act.name, session));
            if let Err(error) = (act.run)(&mut self, session) {
                self.watch.error(act.name, &error.to_string());
                // Nobody knows what it is like after that.
                self.line = None;
                drop(self.reset(session));
            }
            acts += 1;
            if acts % TELL == 0 {
                self.watch.take_in(&mut self.times, &mut self.done);
            }
        }
        self.watch.take_in(&mut self.times, &mut self.done);
    }

    /// The connection, opened anew if there is none.
    pub(crate) fn line(&mut self) -> Outcome<&mut Line> {
        if self.line.is_none() {
            self.line = Some(Line::open(self.address)?);
        }
        self.line.as_mut().ok_or_else(|| "there is a connection by now".into())
    }

    /// Lets go of the connection.
    pub(crate) fn hang_up(&mut self) {
        self.line = None;
    }

    /// One call that is answered like any other, and timed.
    pub(crate) fn call(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Outcome<Answer> {
        let line = self.line()?;
        let request = line.request(method, path, headers, body);
        let begun = Instant::now();
        line.say(request.as_bytes())?;
        let answer =
            line.answer().map_err(|error| format!("{method} {path}: {error}; {}", self.scene(path)))?;
        self.times.push(begun.elapsed().as_micros().try_into()?);
        if answer.is_last {
            self.line = None;
        }
        if answer.status >= 500 {
            let text = String::from_utf8_lossy(&answer.body);
            return Err(format!("{method} {path} was answered {}: {text}", answer.status).into());
        }
        Ok(answer)
    }

    /// What a session says of itself after a call of it went wrong, and what was done before that.
    fn scene(&self, path: &str) -> String {
        let name = path.strip_prefix("/s/").and_then(|rest| rest.split('/').next()).unwrap_or("default");
        let look = |what: &str| {
            let said = Line::open(self.address)
                .and_then(|mut line| line.control("GET", &format!("sessions/{name}/{what}"), ""));
            said.map_or_else(|error| error.to_string(), |said| said.to_string())
        };
        format!("rules: {}; journal: {}; before it: {:?}", look("rules"), look("journal?last=3"), self.recent)
    }

    /// What comes of a call that may not be answered.
    pub(crate) fn try_call(&mut self, path: &str, body: &str, patience: Duration) -> Outcome<Heard> {
        let line = self.line()?;
        let request = line.request("POST", path, pre_order::HEADERS, body);
        line.say(request.as_bytes())?;
        let heard = line.hear(patience)?;
        if !matches!(heard, Heard::Whole(Answer { is_last: false, .. })) {
            self.line = None;
        }
        Ok(heard)
    }

    pub(crate) fn control(&mut self, method: &str, path: &str, body: &str) -> Outcome<Value> {
        self.line()?.control(method, path, body)
    }

    /// The path of a call in one of the sessions.
    pub(crate) fn path(&self, session: usize, path: &str) -> String {
        format!("/s/{}{path}", self.sessions[session].name)
    }

    /// The path of an action on one of the sessions.
    pub(crate) fn action(&self, session: usize, action: &str) -> String {
        format!("sessions/{}/{action}", self.sessions[session].name)
    }

    pub(crate) fn reset(&mut self, session: usize) -> Outcome<()> {
        self.control("POST", &self.action(session, "reset"), "")?;
        self.sessions[session].begin();
        Ok(())
    }

    /// A name that nobody has had.
    pub(crate) fn new_name(&mut self) -> String {
        self.made += 1;
        format!("soak-{}-made-{}", self.number, self.made)
    }
}

/// The data of a success of the vendor's.
pub(crate) fn data_of(answer: &Answer, path: &str) -> Outcome<Value> {
    let mut value: Value = serde_json::from_slice(&answer.body)?;
    let is_success = answer.status == 200 && (value["code"] == 0 || value["code"] == "0000");
    if is_success {
        Ok(value["data"].take())
    } else {
        Err(format!("{path} was answered {}: {value}", answer.status).into())
    }
}
