//! Chance that is the same in every run: SplitMix64.

/// One stream of it.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64, client: u64) -> Self {
        Self(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ client.wrapping_add(1).wrapping_mul(0xd1b5_4a32_d192_ed03),
        )
    }

    /// A number below this one, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The remainder of a number so large favours nobody by more than 2^-40 here.
        usize::try_from(mixed >> 1).unwrap_or(usize::MAX) % end
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
