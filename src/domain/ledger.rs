//! The orders of a world, by ordinal, in chunks that a copy of the world shares until it writes.

use std::cmp::Ordering;
use std::sync::Arc;

use super::order::Order;

/// Orders in a chunk: large enough that a million orders are a thousand pointers, small enough to copy.
const CHUNK: usize = 1024;

/// All orders in the order of their making. Nothing is ever taken out.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Ledger {
    chunks: Vec<Arc<Vec<Order>>>,
}

impl Ledger {
    /// How many orders there are.
    pub(crate) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    /// Puts an order at the end.
    pub(crate) fn push(&mut self, order: Order) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => Arc::make_mut(last).push(order),
            _ => {
                // The first chunk grows with a small session; the later ones are known to fill up.
                let mut chunk = Vec::with_capacity(if self.chunks.is_empty() { 4 } else { CHUNK });
                chunk.push(order);
                self.chunks.push(Arc::new(chunk));
            }
        }
    }

    /// The order with this ordinal, from 0.
    pub(crate) fn get(&self, ordinal: usize) -> Option<&Order> {
        self.chunks.get(ordinal / CHUNK)?.get(ordinal % CHUNK)
    }

    /// The same, to be changed: its chunk is copied if another world shares it.
    pub(super) fn get_mut(&mut self, ordinal: usize) -> Option<&mut Order> {
        let chunk = self.chunks.get_mut(ordinal / CHUNK)?;
        Arc::make_mut(chunk).get_mut(ordinal % CHUNK)
    }

    /// The order that `compare` calls equal, by halving: `compare` has to rise with the orders, as numbers and ICCIDs do.
    pub(crate) fn search(&self, compare: impl Fn(&Order) -> Ordering) -> Option<&Order> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let order = self.get(middle)?;
            match compare(order) {
                Ordering::Equal => return Some(order),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// All orders, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_as_small_as_the_readme_says() {
        assert_eq!(size_of::<Order>(), 88);
    }
}
