//! Chance without a stream: every generated value is `f(seed, kind, ordinal)`.
//!
//! A shared stream would tie values to the order of calls: one new draw anywhere would shift all that follow. Here a
//! new kind of value shifts nothing. The generator is ChaCha8 by name, and raw words are mapped by our own code, so
//! that values stay the same across releases of the random crates.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// What makes two worlds alike: the same seed and the same calls give the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seed(pub u64);

/// Which value is drawn. The numbers are part of the promise: they are never reused or changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Where the serial numbers of a day begin.
    SerialOffset = 1,
    /// The step between two serial numbers.
    SerialStep = 2,
    /// Where the order ids begin.
    IdOffset = 3,
    /// The step between two order ids.
    IdStep = 4,
    /// Where the ICCIDs of the pool begin.
    IccidOffset = 5,
    /// The step between two ICCIDs.
    IccidStep = 6,
    /// The matching id of a profile's QR text.
    MatchingId = 7,
    /// A partner's payment client id.
    ClientId = 8,
    /// The proof in an access token.
    Token = 9,
    /// The seed of a session that names none.
    SessionSeed = 10,
    /// A verification code that is mailed.
    VerifyCode = 11,
    /// A generated person.
    Person = 20,
    /// A generated partner.
    Partner = 21,
    /// Id and code of a generated package.
    PackageId = 22,
    /// The places that a generated package covers.
    Coverage = 23,
    /// Volume and period of a generated package.
    Plan = 24,
    /// The prices of a generated package.
    Prices = 25,
    /// A delay by chance.
    Delay = 40,
    /// Whether a rule fires.
    Chance = 41,
    /// A generated SIM, its state and its order.
    Sim = 60,
    /// Where the ICCIDs of generated SIMs begin.
    SimOffset = 61,
    /// How a SIM uses data.
    SimUsage = 62,
    /// When on its day an order of the beginning was made.
    SimPast = 63,
    /// Where the ids of plan orders begin.
    PlanOrderOffset = 64,
    /// The step between two ids of plan orders.
    PlanOrderStep = 65,
    /// How long a text to a SIM takes.
    SmsDelay = 66,
    /// The id of a callback.
    Callback = 80,
}

/// Changes when generated values change; shown in the ready line.
pub(crate) const GENERATOR: u32 = 1;

impl Seed {
    /// The seed of a session that names none: f(the process's seed, its name). 53 bits, so that every JSON reader keeps it.
    pub(crate) fn of_session(self, name: &str) -> Self {
        Self(self.draw(Kind::SessionSeed, super::ids::ordinal_of(name)).below(1 << 53))
    }

    /// The draw for one value.
    pub(crate) fn draw(self, kind: Kind, ordinal: u64) -> Draw {
        let mut key = *b"........linksfield-sandbox/dice/";
        key[..8].copy_from_slice(&self.0.to_le_bytes());
        let mut words = ChaCha8Rng::from_seed(key);
        words.set_stream(kind as u64);
        // Each ordinal owns four blocks of sixteen words, more than any value needs.
        words.set_word_pos(u128::from(ordinal) * 64);
        Draw(words)
    }

    /// The n-th of many numbers from 0 to 1, 1 excluded, that lie evenly spread whichever of them are looked at: a Weyl sequence.
    pub(crate) fn spread(self, kind: Kind, ordinal: u64, n: u64) -> f64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let first = self.draw(kind, ordinal).below(u64::MAX);
        fraction(first.wrapping_add(n.wrapping_mul(GOLDEN)) >> 11)
    }
}

/// A number of 53 bits as one from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
fn fraction(bits: u64) -> f64 {
    bits as f64 / (1_u64 << 53) as f64
}

/// The words of one value.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// A whole number from 0 to `bound` - 1; 0 if `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// The same, for numbers that fit.
    pub(crate) fn small(&mut self, bound: u32) -> u32 {
        u32::try_from(self.below(bound.into())).unwrap_or(0)
    }

    /// A number from 0 to 1, 1 excluded.
    pub(crate) fn fraction(&mut self) -> f64 {
        fraction(self.below(1 << 53))
    }

    /// One of these; `None` if there are none.
    pub(crate) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let at = self.below(choices.len() as u64);
        choices.get(usize::try_from(at).ok()?)
    }

    /// `count` characters of an ASCII alphabet of at most 256.
    pub(crate) fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count)
            .map(|_| {
                let at = (u64::from(self.0.next_u32()) * alphabet.len() as u64) >> 32;
                usize::try_from(at).ok().and_then(|at| alphabet.get(at)).map_or('?', |byte| char::from(*byte))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_pinned_for_ever() {
        // If this fails, every user's recorded numbers have changed: raise GENERATOR and say so in the CHANGELOG.
        let drawn: Vec<u64> = (0..4).map(|n| Seed(7).draw(Kind::SerialStep, n).below(1_000_000)).collect();
        insta::assert_debug_snapshot!(drawn, @"
        [
            689437,
            183416,
            513134,
            191618,
        ]
        ");
        assert_eq!(Seed(7).draw(Kind::MatchingId, 0).letters(b"01", 8).len(), 8);
    }

    #[test]
    fn kinds_and_ordinals_do_not_meet() {
        let one = |kind, ordinal| Seed(1).draw(kind, ordinal).below(u64::MAX);
        assert_ne!(one(Kind::SerialStep, 0), one(Kind::IdStep, 0));
        assert_ne!(one(Kind::SerialStep, 0), one(Kind::SerialStep, 1));
        assert_ne!(one(Kind::SerialStep, 0), Seed(2).draw(Kind::SerialStep, 0).below(u64::MAX));
        assert_eq!(one(Kind::SerialStep, u64::MAX), one(Kind::SerialStep, u64::MAX));
    }

    #[test]
    fn a_draw_stays_below_its_bound() {
        assert!((0..1000).all(|n| Seed(3).draw(Kind::IdStep, n).below(3) < 3));
        assert!((0..1000).all(|n| (0.0..1.0).contains(&Seed(3).spread(Kind::Delay, 1, n))));
        assert_eq!(Seed(3).draw(Kind::IdStep, 0).below(0), 0);
        assert_eq!(Seed(3).draw(Kind::IdStep, 0).one_of::<u8>(&[]), None);
        assert_eq!(Seed(3).draw(Kind::IdStep, 0).one_of(&["only"]), Some(&"only"));
    }
}
