//! Lengths of time by chance: `f(seed, rule, turn)`, as every value is. The turns of a session are spread evenly over a distribution, so
//! that a hundred calls already have the percentiles that were asked for.

use crate::domain::moment::Span;

/// A distribution, in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spread {
    /// Anything between two lengths.
    Uniform {
        /// At least.
        from: f64,
        /// At most.
        to: f64,
    },
    /// Around a mean.
    Normal {
        /// The middle.
        mean: f64,
        /// The standard deviation.
        deviation: f64,
    },
    /// Around a median, with a long tail.
    LogNormal {
        /// The median.
        median: f64,
        /// The standard deviation of the logarithm.
        sigma: f64,
        /// Never longer.
        max: f64,
    },
    /// Percentiles as measured, from 0 to 100, rising; what lies between two is interpolated.
    Percentiles(Vec<(f64, f64)>),
}

impl Spread {
    /// The length at a place of the distribution, from 0 to 1.
    pub(crate) fn at(&self, place: f64) -> Span {
        let millis = match self {
            Self::Uniform { from, to } => from + place * (to - from),
            Self::Normal { mean, deviation } => mean + deviation * normal(place),
            Self::LogNormal { median, sigma, max } => (median * (sigma * normal(place)).exp()).min(*max),
            Self::Percentiles(points) => between(points, place * 100.0),
        };
        // Ten minutes are the longest that anything is held.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped right before")]
        let millis = millis.round().clamp(0.0, 600_000.0) as u64;
        Span::from_millis(millis).unwrap_or_default()
    }
}

/// The value of the standard normal distribution at a place of it: Acklam's approximation, right to nine digits.
fn normal(place: f64) -> f64 {
    const MIDDLE: ([f64; 6], [f64; 6]) = (
        [
            -3.969_683_028_665_376e1,
            2.209_460_984_245_205e2,
            -2.759_285_104_469_687e2,
            1.383_577_518_672_69e2,
            -3.066_479_806_614_716e1,
            2.506_628_277_459_239,
        ],
        [
            -5.447_609_879_822_406e1,
            1.615_858_368_580_409e2,
            -1.556_989_798_598_866e2,
            6.680_131_188_771_972e1,
            -1.328_068_155_288_572e1,
            1.0,
        ],
    );
    const TAIL: ([f64; 6], [f64; 5]) = (
        [
            -7.784_894_002_430_293e-3,
            -3.223_964_580_411_365e-1,
            -2.400_758_277_161_838,
            -2.549_732_539_343_734,
            4.374_664_141_464_968,
            2.938_163_982_698_783,
        ],
        [
            7.784_695_709_041_462e-3,
            3.224_671_290_700_398e-1,
            2.445_134_137_142_996,
            3.754_408_661_907_416,
            1.0,
        ],
    );
    let polynomial = |x: f64, c: &[f64]| c.iter().fold(0.0, |sum, c| sum * x + c);
    let tail = |place: f64| {
        let q = (-2.0 * place.max(f64::MIN_POSITIVE).ln()).sqrt();
        polynomial(q, &TAIL.0) / polynomial(q, &TAIL.1)
    };
    if place < 0.024_25 {
        tail(place)
    } else if place > 1.0 - 0.024_25 {
        -tail(1.0 - place)
    } else {
        let q = place - 0.5;
        let r = q * q;
        q * polynomial(r, &MIDDLE.0) / polynomial(r, &MIDDLE.1)
    }
}

/// The value at a percentile: from nothing below the first point, and the last one for all above.
fn between(points: &[(f64, f64)], percent: f64) -> f64 {
    let mut before = (0.0, 0.0);
    for point in points {
        if percent < point.0 {
            let part = (percent - before.0) / (point.0 - before.0);
            return before.1 + part * (point.1 - before.1);
        }
        before = *point;
    }
    before.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dice::{Kind, Seed};

    fn drawn(spread: &Spread, seed: u64) -> Vec<u64> {
        let place = |turn| Seed(seed).spread(Kind::Delay, 1, turn);
        let mut all: Vec<u64> = (0..5_000).map(|turn| spread.at(place(turn)).millis()).collect();
        all.sort_unstable();
        all
    }

    /// 5,000 draws keep to what was asked for: p50 and p90 within 5 %, p99 within 15 %.
    #[track_caller]
    fn keeps_to(spread: &Spread, [p50, p90, p99]: [f64; 3]) {
        let all = drawn(spread, 7);
        for (at, wanted, slack) in [(2_500, p50, 0.05), (4_500, p90, 0.05), (4_950, p99, 0.15)] {
            #[expect(clippy::cast_precision_loss, reason = "a few seconds in milliseconds")]
            let found = all[at] as f64;
            assert!((found / wanted - 1.0).abs() <= slack, "{found} for {wanted}");
        }
        assert_eq!(all, drawn(spread, 7), "one seed, the same draws");
        assert_ne!(all, drawn(spread, 8));
    }

    #[test]
    fn a_log_normal_delay_has_its_median_and_its_tail() {
        let z = [0.0, 1.281_552, 2.326_348_f64];
        let spread = Spread::LogNormal { median: 200.0, sigma: 0.5, max: f64::MAX };
        keeps_to(&spread, z.map(|z| 200.0 * (0.5 * z).exp()));
        let capped = Spread::LogNormal { median: 200.0, sigma: 0.5, max: 300.0 };
        assert_eq!(drawn(&capped, 7).last(), Some(&300));
    }

    #[test]
    fn percentiles_come_out_as_they_were_measured() {
        keeps_to(
            &Spread::Percentiles(vec![(50.0, 200.0), (90.0, 800.0), (99.0, 3_000.0)]),
            [200.0, 800.0, 3_000.0],
        );
    }

    #[test]
    fn the_others_keep_to_theirs() {
        keeps_to(&Spread::Uniform { from: 100.0, to: 200.0 }, [150.0, 190.0, 199.0]);
        keeps_to(&Spread::Normal { mean: 500.0, deviation: 100.0 }, [500.0, 628.2, 732.6]);
    }
}
