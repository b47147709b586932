//! The two rows that each world has: of its birth, which stays, and its head, which is written with every change.

use serde::{Deserialize, Serialize};

use super::marks::Lengths;
use crate::domain::dice::Seed;
use crate::domain::moment::Moment;
use crate::domain::order::Numbers;
use crate::domain::payment::Unit;
use crate::domain::profile::Supply;
use crate::domain::world::World;
use crate::domain::world::time::Today;

/// What a world is for as long as it lives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Birth {
    pub(super) session: String,
    pub(super) epoch: u64,
    pub(super) seed: Seed,
    pub(super) numbers: Numbers,
    pub(super) began: Moment,
}

/// What changes with almost every call, and how many rows there are, so that none can be missing unseen.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) now: Moment,
    pub(super) today: Today,
    pub(super) unit: Option<Unit>,
    pub(super) supply: Supply,
    pub(super) profiles: usize,
    pub(super) open_from: usize,
    pub(super) tokens_from: usize,
    pub(super) timers_made: u64,
    pub(super) codes_sent: u64,
    pub(super) is_awake: bool,
    pub(super) lengths: Lengths,
    pub(super) counts: Counts,
}

/// How many rows there are of what is not only added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) packages: usize,
    pub(super) accounts: usize,
    pub(super) codes: usize,
    pub(super) past: usize,
    pub(super) polls: usize,
    pub(super) timers: usize,
}

impl Birth {
    pub(super) fn of(world: &World) -> Self {
        Self {
            session: world.session.clone(),
            epoch: world.epoch,
            seed: world.seed,
            numbers: world.numbers,
            began: world.began,
        }
    }
}

impl Head {
    /// All that a world is made of is named here, so that nobody forgets to say where something new is written.
    pub(super) fn of(world: &World) -> Self {
        let lengths = Lengths::of(world);
        let World {
            // In the row of its birth.
            session: _,
            epoch: _,
            seed: _,
            numbers: _,
            began: _,
            // From whoever restores it.
            stock: _,
            order_limit: _,
            // Follow from others: what was drawn last, and the payments among the timers.
            steps: _,
            payments: _,
            // Of one turn.
            fired: _,
            notices: _,
            steps_taken: _,
            marks: _,
            // Here.
            now,
            today,
            unit,
            open_from,
            tokens_from,
            timers_made,
            sims,
            // In rows of their own, but for a number.
            pool,
            accounts,
            own_packages,
            past,
            unpaid_polls,
            timers,
            // In rows of their own.
            policy: _,
            orders: _,
            top_ups: _,
            outbox: _,
            texts: _,
            tokens: _,
            // Of the process, and of this moment.
            elsewhere: _,
        } = world;
        Self {
            now: *now,
            today: *today,
            unit: *unit,
            supply: pool.free(),
            profiles: pool.known(),
            open_from: *open_from,
            tokens_from: *tokens_from,
            timers_made: *timers_made,
            codes_sent: accounts.codes_sent,
            is_awake: sims.is_some(),
            lengths,
            counts: Counts {
                packages: own_packages.len(),
                accounts: accounts.own.len(),
                codes: accounts.codes.len(),
                past: past.len(),
                polls: unpaid_polls.len(),
                timers: timers.len(),
            },
        }
    }
}
