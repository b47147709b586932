//! The pool of eSIM profiles. A profile is its ordinal: ICCID and QR text are computed from seed and ordinal.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::order::OrderOrdinal;

/// Which profile of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ProfileOrdinal(pub u32);

/// How many profiles a pool can still give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Supply {
    /// It never runs dry.
    Unbounded,
    /// This many.
    Free(u32),
}

/// What a phone has made of an eSIM. No page of this family tells of it: the words are those of the GSMA's consumer profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Installation {
    /// Nobody has fetched it.
    #[default]
    Released,
    /// A phone has fetched it.
    Downloaded,
    /// It is on a phone.
    Installed,
    /// It is on a phone and switched on.
    Enabled,
    /// It is on a phone and switched off.
    Disabled,
    /// It was deleted from the phone.
    Deleted,
}

/// The pool: what is free, reserved and assigned. All three together are what it began with.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Pool {
    supply: Supply,
    reserved: u32,
    assigned: u32,
    /// The order that holds or last held each profile, by profile. Four bytes a profile: a look by ICCID needs no other index.
    holders: Vec<OrderOrdinal>,
    /// Profiles that came back to a bounded pool. One without a bound gives each profile once.
    returned: BTreeSet<u32>,
    withdrawn: BTreeSet<u32>,
    installations: BTreeMap<u32, Installation>,
}

/// All that a pool knows of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProfileRow {
    pub(super) holder: OrderOrdinal,
    is_withdrawn: bool,
    installation: Option<Installation>,
}

/// What a holder has of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// Nothing any more.
    Free,
    /// It is reserved.
    Reserved,
    /// It is its own.
    Assigned,
}

impl Installation {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Downloaded => "downloaded",
            Self::Installed => "installed",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

impl Pool {
    /// A pool with nothing reserved.
    pub(crate) fn new(supply: Supply) -> Self {
        Self {
            supply,
            reserved: 0,
            assigned: 0,
            holders: Vec::new(),
            returned: BTreeSet::new(),
            withdrawn: BTreeSet::new(),
            installations: BTreeMap::new(),
        }
    }

    /// Whether there is a profile to reserve.
    pub(crate) fn has_free(&self) -> bool {
        self.supply != Supply::Free(0)
    }

    /// How many are left.
    pub(crate) fn free(&self) -> Supply {
        self.supply
    }

    /// How many are reserved.
    pub(crate) fn reserved(&self) -> u32 {
        self.reserved
    }

    /// How many are assigned to a paid order.
    pub(crate) fn assigned(&self) -> u32 {
        self.assigned
    }

    /// How many different profiles it has ever given.
    pub(crate) fn known(&self) -> usize {
        self.holders.len()
    }

    /// The order that holds a profile, or held it last.
    pub(crate) fn holder(&self, profile: ProfileOrdinal) -> Option<OrderOrdinal> {
        self.holders.get(usize::try_from(profile.0).ok()?).copied()
    }

    /// Reserves a profile; `None` if the pool is empty.
    pub(super) fn reserve(&mut self, holder: OrderOrdinal) -> Option<ProfileOrdinal> {
        if !self.has_free() {
            return None;
        }
        let profile = if let Some(back) = self.returned.pop_first() {
            *self.holders.get_mut(usize::try_from(back).ok()?)? = holder;
            back
        } else {
            let next = u32::try_from(self.holders.len()).ok()?;
            self.holders.push(holder);
            next
        };
        if let Supply::Free(left) = &mut self.supply {
            *left -= 1;
        }
        self.reserved += 1;
        Some(ProfileOrdinal(profile))
    }

    /// A reserved profile is free again.
    pub(super) fn release(&mut self, profile: ProfileOrdinal) {
        self.reserved -= 1;
        // One that was withdrawn does not come back.
        if let Supply::Free(left) = &mut self.supply
            && !self.withdrawn.contains(&profile.0)
        {
            *left += 1;
            self.returned.insert(profile.0);
        }
    }

    /// A reserved profile belongs to its order for good.
    pub(super) fn assign(&mut self) {
        self.reserved -= 1;
        self.assigned += 1;
    }

    /// Takes a profile out from under the order that reserved it: paying that order then finds no QR code.
    pub(super) fn withdraw(&mut self, profile: ProfileOrdinal) {
        self.withdrawn.insert(profile.0);
    }

    /// Whether it was taken out.
    pub(crate) fn is_withdrawn(&self, profile: ProfileOrdinal) -> bool {
        self.withdrawn.contains(&profile.0)
    }

    /// What a phone has made of it.
    pub(crate) fn installation(&self, profile: ProfileOrdinal) -> Installation {
        self.installations.get(&profile.0).copied().unwrap_or_default()
    }

    /// A phone makes something of it.
    pub(super) fn install(&mut self, profile: ProfileOrdinal, installation: Installation) {
        self.installations.insert(profile.0, installation);
    }

    /// What it knows of a profile.
    pub(super) fn row(&self, profile: ProfileOrdinal) -> Option<ProfileRow> {
        Some(ProfileRow {
            holder: self.holder(profile)?,
            is_withdrawn: self.is_withdrawn(profile),
            installation: self.installations.get(&profile.0).copied(),
        })
    }

    /// Whether it knows no more of a profile than who holds it, and that from its orders.
    pub(super) fn is_as_told(&self, profile: ProfileOrdinal, told: Option<OrderOrdinal>) -> bool {
        let told = told.map(|holder| ProfileRow { holder, is_withdrawn: false, installation: None });
        self.row(profile) == told
    }

    /// The pool with these profiles; the rest of it follows from what their holders have of them.
    pub(super) fn remade(
        supply: Supply,
        holders: Vec<OrderOrdinal>,
        rows: &BTreeMap<u32, ProfileRow>,
        holding: impl Fn(ProfileOrdinal, OrderOrdinal) -> Holding,
    ) -> Self {
        let withdrawn = rows.iter().filter(|(_, row)| row.is_withdrawn).map(|(at, _)| *at);
        let installations = rows.iter().filter_map(|(at, row)| Some((*at, row.installation?)));
        let mut pool = Self {
            withdrawn: withdrawn.collect(),
            installations: installations.collect(),
            ..Self::new(supply)
        };
        for (at, holder) in (0..).zip(&holders) {
            match holding(ProfileOrdinal(at), *holder) {
                Holding::Reserved => pool.reserved += 1,
                Holding::Assigned => pool.assigned += 1,
                // One without a bound gives no profile twice, and one that was withdrawn does not come back.
                Holding::Free if supply == Supply::Unbounded || pool.withdrawn.contains(&at) => {}
                Holding::Free => {
                    pool.returned.insert(at);
                }
            }
        }
        Self { holders, ..pool }
    }
}
