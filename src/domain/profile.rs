//! The pool of eSIM profiles. A profile is its ordinal: ICCID and QR text are computed from seed and ordinal.

/// Which profile of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProfileOrdinal(pub u32);

/// How many profiles a pool can still give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Supply {
    /// It never runs dry.
    Unbounded,
    /// This many.
    Free(u32),
}

/// The pool: what was reserved, and what is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pool {
    supply: Supply,
    next: u32,
}

impl Pool {
    /// A pool with nothing reserved.
    pub(crate) fn new(supply: Supply) -> Self {
        Self { supply, next: 0 }
    }

    /// Whether there is a profile to reserve.
    pub(crate) fn has_free(&self) -> bool {
        self.supply != Supply::Free(0) && self.next < u32::MAX
    }

    /// How many are left.
    pub(crate) fn free(&self) -> Supply {
        self.supply
    }

    /// How many are reserved.
    pub(crate) fn reserved(&self) -> u32 {
        self.next
    }

    /// Reserves the next profile; `None` if the pool is empty.
    pub(crate) fn reserve(&mut self) -> Option<ProfileOrdinal> {
        if !self.has_free() {
            return None;
        }
        if let Supply::Free(left) = &mut self.supply {
            *left -= 1;
        }
        self.next += 1;
        Some(ProfileOrdinal(self.next - 1))
    }
}
