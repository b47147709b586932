//! Deliveries as rows: what is under way when a process ends is sent again by the next one, with the same id.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::deliveries::Deliveries;
use super::delivery::{Delivery, Order, State, Try};
use super::outlet::{Outcome, Request};
use crate::contract::callback::Kind;
use crate::domain::moment::Moment;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::EventOrdinal;
use crate::session::keeping::head::key;

/// What changed since it was last taken.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(super) head: bool,
    pub(super) deliveries: BTreeSet<u64>,
    pub(super) patches: BTreeSet<EventOrdinal>,
}

/// A row: its key, and its value unless it is gone.
pub(in crate::session) type Row = (Vec<u8>, Option<Vec<u8>>);

/// What they have in common.
#[derive(Serialize, Deserialize)]
struct Head {
    targets: BTreeMap<String, Arc<str>>,
    own_targets: bool,
    made: u64,
    places: u64,
    dropped: u64,
    forgotten: u64,
}

/// One delivery. Moments are milliseconds.
#[derive(Serialize, Deserialize)]
struct Line {
    event: u64,
    kind: String,
    sim: u32,
    iccid: Arc<str>,
    target: Arc<str>,
    uuid: String,
    headers: Vec<(String, String)>,
    body: String,
    cut: Option<usize>,
    made: i64,
    order: u8,
    not_before: Option<i64>,
    down_until: Option<i64>,
    is_tried_again: bool,
    again: Option<u64>,
    rule: Option<Arc<str>>,
    faults: Vec<String>,
    state: (u8, i64),
    timer: Option<(i64, u64)>,
    place: u64,
    tries: u32,
    newest: Vec<(i64, Came)>,
    first: Option<i64>,
    launched: i64,
}

/// What came of a try.
#[derive(Serialize, Deserialize)]
enum Came {
    Answered(u16, String),
    Failed(String),
}

/// The headers that a callback can have, besides those of the connection.
const HEADERS: [&str; 3] = ["content-type", "x-lf-md5", "x-lf-delivery"];
const ORDERS: [Order; 3] = [Order::InLine, Order::Overtaken, Order::Free];

impl Deliveries {
    /// Marks what changes from now on; all of it counts as changed.
    pub(in crate::session) fn keep_all(&mut self) {
        self.changed = Some(Changed {
            head: true,
            deliveries: self.list.keys().copied().collect(),
            patches: self.patches.keys().copied().collect(),
        });
    }

    /// The rows that changed since this was asked last.
    pub(in crate::session) fn take_changed(&mut self) -> Vec<Row> {
        let Some(changed) = &mut self.changed else { return Vec::new() };
        let Changed { head, deliveries, patches } = std::mem::take(changed);
        let mut rows = Vec::new();
        if head || !deliveries.is_empty() {
            let head = Head {
                targets: self.targets.clone(),
                own_targets: self.own_targets,
                made: self.made,
                places: self.places,
                dropped: self.dropped,
                forgotten: self.forgotten,
            };
            rows.push((key::CALLBACKS.to_vec(), bytes(&head)));
        }
        for id in deliveries {
            let line = self.list.get(&id).and_then(|delivery| bytes(&Line::of(delivery)));
            rows.push((key::numbered(key::DELIVERY, id), line));
        }
        for event in patches {
            let patch = self.patches.get(&event).and_then(|patch| bytes(&**patch));
            rows.push((key::numbered(key::PATCH, event.0), patch));
        }
        rows
    }

    /// Reads them back; `None` if they are no such rows.
    pub(in crate::session) fn of_rows(rows: &mut dyn Iterator<Item = (Vec<u8>, Vec<u8>)>) -> Option<Self> {
        let mut all = Self::default();
        all.changed = Some(Changed::default());
        for (row, value) in rows {
            if row == key::CALLBACKS {
                let head: Head = serde_json::from_slice(&value).ok()?;
                (all.targets, all.own_targets) = (head.targets, head.own_targets);
                (all.made, all.places) = (head.made, head.places);
                (all.dropped, all.forgotten) = (head.dropped, head.forgotten);
                continue;
            }
            let (table, number) = row.split_first()?;
            let number = u64::from_be_bytes(number.try_into().ok()?);
            match *table {
                key::DELIVERY => {
                    let line: Line = serde_json::from_slice(&value).ok()?;
                    all.list.insert(number, line.delivery()?);
                }
                key::PATCH => {
                    let patch: Map<String, Value> = serde_json::from_slice(&value).ok()?;
                    all.patches.insert(EventOrdinal(number), Arc::new(patch));
                }
                _ => return None,
            }
        }
        all.line_up_again();
        Some(all)
    }

    /// From how each stands to who waits behind whom.
    fn line_up_again(&mut self) {
        let mut by_place: Vec<(u64, u64)> = self.list.iter().map(|(id, one)| (one.place, *id)).collect();
        by_place.sort_unstable();
        for (place, id) in by_place {
            let Some(delivery) = self.list.get(&id) else { continue };
            let sim = delivery.sim;
            if delivery.state.is_over() {
                self.over_in_order.push_back(id);
                continue;
            }
            self.open += 1;
            self.under_way += usize::from(delivery.state == State::UnderWay);
            match delivery.order {
                Order::Free => {}
                // It has no place in the line before another one has come.
                Order::Overtaken if place == 0 => {
                    self.held_back.insert(sim, id);
                }
                Order::InLine | Order::Overtaken => self.lanes.entry(sim).or_default().push_back(id),
            }
        }
    }

    /// Those that were being sent: nobody knows what came of it.
    pub(super) fn all_under_way(&self) -> Vec<u64> {
        let under_way = self.list.iter().filter(|(_, delivery)| delivery.state == State::UnderWay);
        under_way.map(|(id, _)| *id).collect()
    }
}

impl Line {
    fn of(delivery: &Delivery) -> Self {
        let millis = |moment: Moment| moment.millis();
        let state = match delivery.state {
            State::Waiting => (0, 0),
            State::Due(at) => (1, at.millis()),
            State::UnderWay => (2, 0),
            State::Delivered(at) => (3, at.millis()),
            State::Failed(at) => (4, at.millis()),
            State::Lost => (5, 0),
            State::Dropped => (6, 0),
        };
        let came = |outcome: &Outcome| match outcome {
            Outcome::Answered { status, body } => Came::Answered(*status, body.clone()),
            Outcome::Failed(why) => Came::Failed(why.clone()),
        };
        let order = ORDERS.iter().position(|order| *order == delivery.order).unwrap_or_default();
        Self {
            event: delivery.event.0,
            kind: delivery.kind.word().to_owned(),
            sim: delivery.sim.0,
            iccid: Arc::clone(&delivery.iccid),
            target: Arc::clone(&delivery.target),
            uuid: delivery.uuid.clone(),
            headers: delivery
                .request
                .headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            // Bodies are JSON that this process has written.
            body: String::from_utf8_lossy(&delivery.request.body).into_owned(),
            cut: delivery.request.cut,
            made: delivery.made.millis(),
            order: u8::try_from(order).unwrap_or_default(),
            not_before: delivery.not_before.map(millis),
            down_until: delivery.down_until.map(millis),
            is_tried_again: delivery.is_tried_again,
            again: delivery.again,
            rule: delivery.rule.clone(),
            faults: delivery.faults.clone(),
            state,
            timer: delivery.timer.map(|(moment, nth)| (moment.millis(), nth)),
            place: delivery.place,
            tries: delivery.tries,
            newest: delivery.newest.iter().map(|one| (one.at.millis(), came(&one.outcome))).collect(),
            first: delivery.first.map(millis),
            launched: delivery.launched.millis(),
        }
    }

    fn delivery(self) -> Option<Delivery> {
        let at = Moment::from_millis;
        let headers = self
            .headers
            .into_iter()
            .map(|(name, value)| HEADERS.iter().find(|known| **known == name).map(|known| (*known, value)));
        let state = match self.state {
            (0, _) => State::Waiting,
            (1, then) => State::Due(at(then)),
            (2, _) => State::UnderWay,
            (3, then) => State::Delivered(at(then)),
            (4, then) => State::Failed(at(then)),
            (5, _) => State::Lost,
            (6, _) => State::Dropped,
            _ => return None,
        };
        let newest = self.newest.into_iter().map(|(then, came)| Try {
            at: at(then),
            outcome: match came {
                Came::Answered(status, body) => Outcome::Answered { status, body },
                Came::Failed(why) => Outcome::Failed(why),
            },
        });
        Some(Delivery {
            event: EventOrdinal(self.event),
            kind: Kind::named(&self.kind)?,
            sim: SimOrdinal(self.sim),
            iccid: self.iccid,
            target: self.target,
            uuid: self.uuid,
            request: Arc::new(Request {
                headers: headers.collect::<Option<_>>()?,
                body: self.body.into(),
                cut: self.cut,
            }),
            made: at(self.made),
            order: *ORDERS.get(usize::from(self.order))?,
            not_before: self.not_before.map(at),
            down_until: self.down_until.map(at),
            is_tried_again: self.is_tried_again,
            again: self.again,
            rule: self.rule,
            faults: self.faults,
            state,
            timer: self.timer.map(|(moment, nth)| (at(moment), nth)),
            place: self.place,
            tries: self.tries,
            newest: newest.collect::<VecDeque<_>>(),
            first: self.first.map(at),
            launched: at(self.launched),
        })
    }
}

fn bytes(row: &impl Serialize) -> Option<Vec<u8>> {
    serde_json::to_vec(row).ok()
}
