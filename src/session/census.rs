//! How many orders there are in all sessions of a process: the limit is one for all of them, for memory is one for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// All orders of a process.
#[derive(Debug, Default)]
pub(crate) struct Census(AtomicUsize);

/// One world's part of the census. It goes with its world.
#[derive(Debug)]
pub(super) struct Counted {
    census: Arc<Census>,
    own: usize,
}

impl Counted {
    /// A part that is empty so far.
    pub(super) fn of(census: &Arc<Census>) -> Self {
        Self { census: Arc::clone(census), own: 0 }
    }

    /// A part of a census that nobody reads: of a copy that is thrown away.
    pub(super) fn by_nobody() -> Self {
        Self::of(&Arc::default())
    }

    /// Orders of all other worlds. Sessions that are called at one moment by several threads may not have heard of each other's
    /// last order: the limit is one of memory, and a few more do no harm.
    pub(super) fn elsewhere(&self) -> usize {
        self.census.0.load(Ordering::Relaxed).saturating_sub(self.own)
    }

    /// The world has so many now.
    pub(super) fn has(&mut self, own: usize) {
        if own > self.own {
            self.census.0.fetch_add(own - self.own, Ordering::Relaxed);
        } else if own < self.own {
            self.census.0.fetch_sub(self.own - own, Ordering::Relaxed);
        }
        self.own = own;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.has(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_world_sees_the_orders_of_the_others_until_they_go() {
        let census = Arc::<Census>::default();
        let (mut one, mut other) = (Counted::of(&census), Counted::of(&census));
        one.has(3);
        other.has(5);
        other.has(4);
        assert_eq!((one.elsewhere(), other.elsewhere()), (4, 3));
        drop(other);
        assert_eq!((one.elsewhere(), Counted::of(&census).elsewhere()), (0, 3));
    }
}
