//! Generated identifiers: unique, strictly rising, realistic, and computed from a seed and an ordinal.
//!
//! Shapes: ICCID 20 digits with a Luhn check digit; QR text `LPA:1$<host>$XXXXX-XXXXX-XXXXX-XXXXX`; client id 80
//! characters of the base64url alphabet beginning with `A`; order number `ESIM_L` + date + seven digits.

use serde::{Deserialize, Serialize};

use super::dice::{Kind, Seed};
use super::digits::Fixed;
use super::moment::Day;

/// The largest number that seven digits hold.
pub(crate) const LARGEST_SEVEN_DIGITS: u32 = 9_999_999;

/// The SM-DP+ host that QR texts name: reserved for tests, so no phone ever reaches a real one.
pub(crate) const SMDP_HOST: &str = "smdp.sandbox.test";

/// A rising sequence: the n-th value is `base + width * n + f(n) mod width`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sequence {
    base: u32,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    /// The same distance each time: for scenarios that pin the numbers of a printed example.
    Even(u32),
    /// A distance that looks like a shop with other customers.
    Uneven { width: u32, kind: StepKind },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum StepKind {
    Serial,
    Id,
}

impl Sequence {
    /// Serial numbers of a day: an offset below 1,000,000, then four wide.
    pub(crate) fn serials(seed: Seed) -> Self {
        Self::uneven(0, seed.draw(Kind::SerialOffset, 0).below(1_000_000), 4, StepKind::Serial)
    }

    /// Order ids: the documented 1055293 plus an offset below 1,000,000, then three wide.
    pub(crate) fn order_ids(seed: Seed) -> Self {
        Self::uneven(1_055_293, seed.draw(Kind::IdOffset, 0).below(1_000_000), 3, StepKind::Id)
    }

    /// `base`, `base + step`, …
    pub(crate) fn pinned(base: u32, step: u32) -> Self {
        Self { base, step: Step::Even(step.max(1)) }
    }

    /// Whether it rises.
    pub(crate) fn is_sound(self) -> bool {
        match self.step {
            Step::Even(width) | Step::Uneven { width, .. } => width > 0,
        }
    }

    fn uneven(base: u32, offset: u64, width: u32, kind: StepKind) -> Self {
        Self { base: base + u32::try_from(offset).unwrap_or(0), step: Step::Uneven { width, kind } }
    }

    /// The n-th value, from 0; `None` past seven digits. `steps` remembers what was drawn for its neighbours.
    pub(crate) fn value(self, seed: Seed, steps: &mut Steps, n: u32) -> Option<u32> {
        let (width, extra) = match self.step {
            Step::Even(step) => (step, 0),
            Step::Uneven { width, kind } => {
                let kind = match kind {
                    StepKind::Serial => Kind::SerialStep,
                    StepKind::Id => Kind::IdStep,
                };
                (width, u64::from(steps.get(seed, kind, width, n)))
            }
        };
        let value = u64::from(self.base) + u64::from(width) * u64::from(n) + extra;
        u32::try_from(value).ok().filter(|value| *value <= LARGEST_SEVEN_DIGITS)
    }

    /// Which n has this value, if one has.
    pub(crate) fn position(self, seed: Seed, value: u32) -> Option<u32> {
        let width = match self.step {
            Step::Even(step) => step,
            Step::Uneven { width, .. } => width,
        };
        let n = value.checked_sub(self.base)? / width;
        (self.value(seed, &mut Steps::default(), n) == Some(value)).then_some(n)
    }
}

/// The uneven parts of neighbouring values: drawn a block at a time, since one draw yields many words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Steps {
    /// The block's number plus one; 0 is none.
    block: u32,
    parts: [u8; Self::PER_BLOCK as usize],
}

impl Steps {
    const PER_BLOCK: u32 = 32;

    fn get(&mut self, seed: Seed, kind: Kind, width: u32, n: u32) -> u8 {
        let block = n / Self::PER_BLOCK;
        if self.block != block + 1 {
            let mut draw = seed.draw(kind, u64::from(block));
            // A width is a few numbers wide, so each part fits.
            self.parts = [(); Self::PER_BLOCK as usize]
                .map(|()| u8::try_from(draw.below(u64::from(width))).unwrap_or(0));
            self.block = block + 1;
        }
        usize::try_from(n % Self::PER_BLOCK).ok().and_then(|at| self.parts.get(at).copied()).unwrap_or(0)
    }
}

/// `ESIM_L202212050000000`: the order's date and its serial number within the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct OrderNo {
    /// The date, in the zone of the policy.
    pub day: Day,
    /// The serial number within it.
    pub serial: u32,
}

impl OrderNo {
    /// As text, 21 characters.
    pub(crate) fn text(self) -> Fixed<21> {
        let Day { year, month, day } = self.day;
        let [year, month, day] =
            [year, i16::from(month), i16::from(day)].map(|part| u32::from(part.unsigned_abs()));
        Fixed::fill(
            *b"ESIM_Lyyyymmddnnnnnnn",
            &[(6, 4, year), (10, 2, month), (12, 2, day), (14, 7, self.serial)],
        )
    }
}

/// The ICCID of the pool's n-th profile: `8985`, fifteen digits that rise as a card batch does, and the check digit.
pub(crate) fn iccid(seed: Seed, ordinal: u32) -> String {
    let offset = seed.draw(Kind::IccidOffset, 0).below(900_000_000_000_000);
    let serial = offset + 7 * u64::from(ordinal) + seed.draw(Kind::IccidStep, u64::from(ordinal)).below(7);
    with_check_digit(format!("8985{serial:015}"))
}

/// Digits, followed by the one that makes them pass the Luhn check.
pub(crate) fn with_check_digit(mut digits: String) -> String {
    let check = luhn_digit(&digits);
    digits.push(check);
    digits
}

/// How far apart the ids of plan orders are: the two that are printed side by side differ by thousands of millions.
const PLAN_ORDER_WIDTH: u64 = 4_194_304_000;

/// The id of a session's n-th plan order: `ORDER_` and seventeen digits that rise.
pub(crate) fn plan_order_id(seed: Seed, n: u32) -> Fixed<23> {
    const HALF: u64 = 1_000_000_000;
    let number = plan_order_number(seed, n);
    let half = |half: u64| u32::try_from(half).unwrap_or(u32::MAX);
    let halves = [(6, 8, half(number / HALF)), (14, 9, half(number % HALF))];
    Fixed::fill(*b"ORDER_nnnnnnnnnnnnnnnnn", &halves)
}

/// Which n has this id, if one has.
pub(crate) fn plan_order_position(seed: Seed, id: &str) -> Option<u32> {
    let digits = id.strip_prefix("ORDER_").filter(|digits| digits.len() == 17)?;
    let number: u64 = digits.parse().ok()?;
    let n = u32::try_from(number.checked_sub(plan_order_base(seed))? / PLAN_ORDER_WIDTH).ok()?;
    (plan_order_number(seed, n) == number && digits.starts_with(|digit| digit != '+')).then_some(n)
}

fn plan_order_base(seed: Seed) -> u64 {
    40_000_000_000_000_000 + seed.draw(Kind::PlanOrderOffset, 0).below(9_000_000_000_000_000)
}

fn plan_order_number(seed: Seed, n: u32) -> u64 {
    let step = seed.draw(Kind::PlanOrderStep, u64::from(n)).below(PLAN_ORDER_WIDTH);
    // Ten million of them reach no further than 9.1e16: seventeen digits.
    plan_order_base(seed) + PLAN_ORDER_WIDTH * u64::from(n) + step
}

/// The text that a profile's QR code holds. The alphabet has no I, L, O, U, as the two codes seen in public have none.
pub(crate) fn qr_text(seed: Seed, ordinal: u32) -> String {
    let id = seed.draw(Kind::MatchingId, u64::from(ordinal)).letters(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", 20);
    let (a, b, c, d) = (&id[..5], &id[5..10], &id[10..15], &id[15..]);
    format!("LPA:1${SMDP_HOST}${a}-{b}-{c}-{d}")
}

/// The payment client id of a partner that has none in the fixtures: the shape of a PayPal REST client id.
pub(crate) fn client_id(seed: Seed, partner_code: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let rest = seed.draw(Kind::ClientId, ordinal_of(partner_code)).letters(ALPHABET, 79);
    format!("A{rest}")
}

/// FNV-1a: turns a name into an ordinal, the same on every machine and in every release.
pub(crate) fn ordinal_of(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The digit that makes `digits` followed by it pass the Luhn check.
fn luhn_digit(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = if place % 2 == 0 { digit * 2 } else { digit };
            doubled / 10 + doubled % 10
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_rise_strictly_and_can_be_read_back() {
        for seed in (0..20).map(Seed) {
            for sequence in [Sequence::serials(seed), Sequence::order_ids(seed), Sequence::pinned(0, 1)] {
                let mut steps = Steps::default();
                let values: Vec<u32> =
                    (0..500).map(|n| sequence.value(seed, &mut steps, n).expect("in range")).collect();
                assert!(values.windows(2).all(|pair| pair[0] < pair[1]), "{sequence:?}");
                for (n, value) in (0..).zip(&values) {
                    assert_eq!(sequence.position(seed, *value), Some(n), "{sequence:?}");
                }
            }
        }
    }

    #[test]
    fn a_number_that_was_not_given_has_no_position() {
        let (seed, sequence) = (Seed(5), Sequence::order_ids(Seed(5)));
        let first = sequence.value(seed, &mut Steps::default(), 0).expect("in range");
        let second = sequence.value(seed, &mut Steps::default(), 1).expect("in range");
        let between = (first + 1..second).filter(|id| sequence.position(seed, *id).is_some()).count();
        assert_eq!(between, 0);
        assert_eq!(sequence.position(seed, 0), None);
    }

    #[test]
    fn seven_digits_end_a_sequence() {
        assert_eq!(Sequence::pinned(9_999_998, 1).value(Seed(0), &mut Steps::default(), 1), Some(9_999_999));
        assert_eq!(Sequence::pinned(9_999_998, 1).value(Seed(0), &mut Steps::default(), 2), None);
        assert_eq!(Sequence::pinned(0, u32::MAX).value(Seed(0), &mut Steps::default(), u32::MAX), None);
    }

    #[test]
    fn iccids_have_twenty_digits_a_valid_check_digit_and_no_twin() {
        // 89852202101130001670 is the one printed ICCID that passes the check.
        assert_eq!(luhn_digit("8985220210113000167"), '0');
        let iccids: Vec<String> = (0..1000).map(|n| iccid(Seed(11), n)).collect();
        assert!(iccids.windows(2).all(|pair| pair[0] < pair[1]));
        for iccid in &iccids {
            assert_eq!((iccid.len(), &iccid[..4]), (20, "8985"));
            assert!(iccid.ends_with(luhn_digit(&iccid[..19])), "{iccid}");
        }
    }

    #[test]
    fn ids_of_plan_orders_have_seventeen_digits_rise_and_can_be_read_back() {
        for seed in (0..20).map(Seed) {
            let ids: Vec<String> = (0..300).map(|n| plan_order_id(seed, n).as_str().to_owned()).collect();
            assert!(ids.iter().all(|id| id.len() == 23) && ids.windows(2).all(|pair| pair[0] < pair[1]));
            for (n, id) in (0..).zip(&ids) {
                assert_eq!(plan_order_position(seed, id), Some(n));
            }
            assert_eq!(
                plan_order_id(seed, 10_000_000).as_str(),
                format!("ORDER_{}", plan_order_number(seed, 10_000_000))
            );
        }
        for id in
            ["ORDER_47452122261749760x", "ORDER_+7452122261749760", "ORDER_", "47452122261749760", "ORDER_é"]
        {
            assert_eq!(plan_order_position(Seed(1), id), None, "{id}");
        }
    }

    #[test]
    fn qr_texts_and_client_ids_have_the_documented_shape() {
        let text = qr_text(Seed(11), 3);
        assert!(text.starts_with("LPA:1$smdp.sandbox.test$"), "{text}");
        assert_eq!(text.rsplit('$').next().map(str::len), Some(23));
        assert!(!text[24..].contains(['I', 'L', 'O', 'U']), "{text}");
        let id = client_id(Seed(11), "1000000042");
        assert_eq!((id.len(), &id[..1]), (80, "A"));
        assert_ne!(id, client_id(Seed(11), "1000000043"));
    }
}
