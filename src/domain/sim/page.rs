//! Lists in pages.

use super::refusal::SimRefusal;
use crate::domain::refusal::Refusal;

/// Which page, and how much is on one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    number: usize,
    size: usize,
}

/// What is on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paged<T> {
    /// Its entries; past the last page, none.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: usize,
    /// How many pages there are.
    pub pages: usize,
}

impl Page {
    /// Most entries on a page: ours, read off a newer product of the vendor.
    pub(crate) const LARGEST: i64 = 100;

    /// The page with this number, from 1, of so many entries, 1 to 100.
    pub(crate) fn of(number: i64, size: i64) -> Result<Self, Refusal> {
        let bad = || Refusal::Sim(SimRefusal::BadPage { number, size });
        if number < 1 || !(1..=Self::LARGEST).contains(&size) {
            return Err(bad());
        }
        let fit = |value: i64| usize::try_from(value).map_err(|_| bad());
        Ok(Self { number: fit(number)?, size: fit(size)? })
    }

    /// Cuts it out of a list.
    pub(crate) fn cut<T>(self, all: impl Iterator<Item = T>) -> Paged<T> {
        let skip = (self.number - 1).saturating_mul(self.size);
        let end = skip.saturating_add(self.size);
        let (mut items, mut total) = (Vec::new(), 0_usize);
        for item in all {
            if (skip..end).contains(&total) {
                items.push(item);
            }
            total += 1;
        }
        Paged { items, total, pages: total.div_ceil(self.size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_past_the_end_is_empty_and_the_documented_count_rounds_up() {
        let page = |number, size| Page::of(number, size).expect("a page").cut(0..105);
        assert_eq!((page(1, 2).items, page(1, 2).total, page(1, 2).pages), (vec![0, 1], 105, 53));
        assert_eq!(page(53, 2).items, vec![104]);
        assert_eq!((page(54, 2).items.len(), page(i64::MAX, 100).items.len()), (0, 0));
        for (number, size) in [(0, 10), (-1, 10), (1, 0), (1, 101), (i64::MIN, i64::MIN)] {
            assert!(Page::of(number, size).is_err(), "{number} {size}");
        }
    }
}
