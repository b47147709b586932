//! Takes callbacks to the partner's server, on threads of its own, so that no call waits for a receiver: sixteen at a time, a
//! thousand in the queue.
//!
//! A thread begins with the first parcel and ends when there has been none for a while. Dropping the office lets its threads go
//! without waiting: a try that is under way ends by itself, within its time-out.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::http::{TIME, post};
use super::target::{Allowed, Bench, judge, read};
use crate::session::callbacks::outlet::{Outcome, Outlet, OwnPorts, Parcel, Unfit};

/// Tries under way, of all sessions of a process.
const AT_ONCE: usize = 16;
/// Parcels that wait.
const QUEUE: usize = 1_000;
/// How long a thread waits for work before it ends.
const LULL: Duration = Duration::from_secs(10);

/// The office.
struct Office {
    state: Mutex<State>,
    more: Condvar,
    allowed: Vec<Allowed>,
    ports: Arc<OwnPorts>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Parcel>,
    threads: usize,
    idle: usize,
    is_closed: bool,
}

/// Closes the office when the last session lets go of it.
struct Keeper(Arc<Office>);

/// The way out for callbacks, to this machine and to what is allowed beyond; `targets` are where they go if nobody says otherwise.
pub(crate) fn outlet(allowed: Vec<Allowed>, targets: Vec<(String, String)>) -> Outlet {
    let ports = Arc::new(OwnPorts::default());
    let office = Arc::new(Office {
        state: Mutex::default(),
        more: Condvar::new(),
        allowed,
        ports: Arc::clone(&ports),
    });
    let (judging, keeper) = (Arc::clone(&office), Keeper(office));
    Outlet {
        judge: Box::new(move |url| {
            let judged = read(url).and_then(|target| judging.with_bench(|bench| judge(&target, bench)));
            judged.map_err(|refused| Unfit { why: refused.why, help: refused.help })
        }),
        send: Box::new(move |parcel| send(&keeper.0, parcel)),
        ports,
        targets,
    }
}

fn send(office: &Arc<Office>, parcel: Parcel) -> Result<(), Parcel> {
    let mut state = office.state.lock();
    if state.queue.len() >= QUEUE || state.is_closed {
        return Err(parcel);
    }
    state.queue.push_back(parcel);
    if state.idle >= state.queue.len() || state.threads >= AT_ONCE {
        office.more.notify_one();
        return Ok(());
    }
    let worker = Arc::clone(office);
    let begun = std::thread::Builder::new().name("sandbox-callback".to_owned()).spawn(move || work(&worker));
    match begun {
        Ok(_) => state.threads += 1,
        // Another thread may get to it; without any, the parcel comes back.
        Err(error) if state.threads == 0 => {
            tracing::warn!(%error, "no thread to send callbacks");
            return state.queue.pop_back().map_or(Ok(()), Err);
        }
        Err(_) => {}
    }
    Ok(())
}

/// A thread: one parcel after the other.
fn work(office: &Office) {
    loop {
        let mut state = office.state.lock();
        let parcel = loop {
            if let Some(parcel) = state.queue.pop_front().filter(|_| !state.is_closed) {
                break parcel;
            }
            state.idle += 1;
            let waited = if state.is_closed { None } else { Some(office.more.wait_for(&mut state, LULL)) };
            state.idle -= 1;
            if waited.is_none_or(|waited| waited.timed_out() && state.queue.is_empty()) || state.is_closed {
                state.threads -= 1;
                return;
            }
        };
        drop(state);
        let Parcel { id, .. } = parcel;
        // What an epoch that is over has left in the queue goes nowhere.
        if parcel.is_over.load(Ordering::Acquire) {
            continue;
        }
        let outcome =
            catch_unwind(AssertUnwindSafe(|| office.with_bench(|bench| post(&parcel, bench, TIME))));
        let outcome = outcome.unwrap_or_else(|_| {
            tracing::error!(delivery = id, "sending a callback panicked: this is a bug of the sandbox");
            Outcome::Failed("the sandbox failed: this is a bug of its own".to_owned())
        });
        let target = &parcel.target;
        match &outcome {
            Outcome::Answered { status, .. } => {
                tracing::debug!(delivery = id, %target, status, "callback sent");
            }
            Outcome::Failed(why) => tracing::debug!(delivery = id, %target, why, "callback not taken"),
        }
        (parcel.done)(outcome);
    }
}

impl Office {
    fn with_bench<T>(&self, ask: impl FnOnce(Bench<'_>) -> T) -> T {
        ask(Bench { allowed: &self.allowed, is_ours: &|port| self.ports.has(port) })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.is_closed = true;
        state.queue.clear();
        self.0.more.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::channel;

    use super::*;
    use crate::session::callbacks::outlet::Request;

    #[test]
    fn sixteen_are_under_way_and_a_thousand_wait_and_the_next_one_comes_back() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let target: Arc<str> = format!("http://{}/", listener.local_addr().expect("an address")).into();
        let (sender, taken) = channel();
        let parcel = |id| Parcel {
            id,
            target: Arc::clone(&target),
            request: Arc::new(Request { headers: Vec::new(), body: "{}".into(), cut: None }),
            is_over: Arc::new(AtomicBool::new(false)),
            done: Box::new({
                let sender = sender.clone();
                move |outcome| {
                    // Nobody listens any more once the test is over.
                    let _ = sender.send(outcome.is_accepted());
                }
            }),
        };
        let outlet = outlet(Vec::new(), Vec::new());
        let mut sent = 0;
        let mut send = |count| {
            let taken = (0..count).take_while(|_| (outlet.send)(parcel(sent)).is_ok()).count();
            sent += 1;
            taken
        };
        // A thread for each of them, which waits for an answer.
        assert_eq!(send(AT_ONCE), AT_ONCE);
        let held: Vec<_> = (0..AT_ONCE).map(|_| listener.accept().expect("a connection").0).collect();
        assert_eq!(send(QUEUE + 1), QUEUE);
        listener.set_nonblocking(true).expect("a listener");
        let more = listener.accept().expect_err("no seventeenth");
        assert_eq!(more.kind(), std::io::ErrorKind::WouldBlock);
        // Once one has its answer, there is room for one more.
        listener.set_nonblocking(false).expect("a listener");
        let mut held = held.into_iter();
        let mut first = held.next().expect("one");
        first.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").expect("it reads");
        assert_eq!(taken.recv(), Ok(true));
        let next = listener.accept().expect("a connection").0;
        assert_eq!(send(2), 1);
        drop((outlet, held));
        // What is under way when the last session goes ends by itself.
        assert!((&next).read(&mut [0; 64]).is_ok());
    }
}
