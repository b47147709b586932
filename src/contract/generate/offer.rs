//! What an invented package gives for its money: volume, speed and period, and the words for them.

use super::places::{Places, Spelt};
use crate::domain::dice::Draw;
use crate::domain::package::Period;

/// Megabytes in the G of a package's name.
pub(super) const GIGA: u32 = 1024;

/// Volume, speed and period.
pub(super) struct Offer {
    /// Megabytes at full speed: of a period, or of each day if the volume is unlimited.
    pub fast_mb: u32,
    /// What happens after that.
    pub after: After,
    /// What one period is.
    pub period: Period,
    /// The most periods in an order.
    pub most: u16,
}

/// What happens when the fast volume is used up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// No data until the next period.
    Nothing,
    /// Slow data until the next period.
    Slow,
    /// Slow data until the next day: the volume is unlimited.
    SlowThatDay,
}

/// Draws an offer.
pub(super) fn draw_offer(draw: &mut Draw) -> Option<Offer> {
    let period = *draw.one_of(&[Period::Day, Period::Week, Period::Month])?;
    // As the vendor sells them: days are many and small, months few and large, and only a day is unlimited.
    let (volumes, most, afters): (&[u32], &[u16], &[After]) = match period {
        Period::Day => (
            &[500, GIGA, 2 * GIGA, 3 * GIGA],
            &[7, 15, 30],
            &[After::SlowThatDay, After::SlowThatDay, After::Slow, After::Nothing],
        ),
        Period::Week => (
            &[GIGA, 2 * GIGA, 3 * GIGA, 5 * GIGA],
            &[2, 3, 4],
            &[After::Nothing, After::Nothing, After::Slow],
        ),
        Period::Month => (
            &[500, GIGA, 3 * GIGA, 5 * GIGA, 10 * GIGA, 20 * GIGA],
            &[3, 6, 12],
            &[After::Nothing, After::Nothing, After::Slow],
        ),
    };
    Some(Offer {
        fast_mb: *draw.one_of(volumes)?,
        after: *draw.one_of(afters)?,
        period,
        most: *draw.one_of(most)?,
    })
}

impl Offer {
    /// The volume of a period; `None` is unlimited.
    pub(super) fn volume_mb(&self) -> Option<u32> {
        (self.after != After::SlowThatDay).then_some(self.fast_mb)
    }

    /// The package's name, as the vendor puts it together.
    pub(super) fn name(&self, places: &Places, brackets: [&str; 2]) -> Spelt {
        let fast = self.fast();
        let (period_zh, period_en) = match self.period {
            Period::Day => ("日", "daily"),
            Period::Week => ("周", "weekly"),
            Period::Month => ("月", "monthly"),
        };
        let (volume_zh, volume_en, speed_zh, speed_en) = match self.after {
            After::Nothing => (&*fast, &*fast, "不限速", "full-speed"),
            After::Slow => (&*fast, &*fast, "达量降速", "throttled"),
            After::SlowThatDay => ("不限量", "unlimited", "达量降速", "throttled"),
        };
        let (Spelt { zh, en }, [open, close]) = (&places.title, brackets);
        Spelt {
            zh: format!("{zh}{volume_zh}{speed_zh}{period_zh}套餐{open}esim{close}"),
            en: format!("{en} {volume_en} {speed_en} {period_en} plan (eSIM)"),
        }
    }

    /// A sentence about it.
    pub(super) fn about(&self, places: &Places) -> Spelt {
        let (Spelt { zh, en }, fast) = (&places.within, self.fast());
        let (long_zh, long_en) = match self.period {
            Period::Day => ("24小时", "24 hours"),
            Period::Week => ("7天", "7 days"),
            Period::Month => ("30天", "30 days"),
        };
        let (zh, en) = match self.after {
            After::Nothing => (
                format!("在{zh}可用{fast}不限速流量，每个周期{long_zh}，用完即停。"),
                format!(
                    "{fast} of full-speed data in {en}, valid for {long_en} per period; data stops when used up."
                ),
            ),
            After::Slow => (
                format!("在{zh}可用{fast}高速流量，每个周期{long_zh}，用完后降速至128kbps。"),
                format!("{fast} of high-speed data in {en}, valid for {long_en} per period, then 128 kbps."),
            ),
            After::SlowThatDay => (
                format!("在{zh}流量不限量，每日高速流量{fast}，超出后当日降速至384kbps。"),
                format!(
                    "Unlimited data in {en}: {fast} at high speed each day, then 384 kbps until the day ends."
                ),
            ),
        };
        Spelt { zh, en }
    }

    fn fast(&self) -> String {
        match self.fast_mb {
            large if large % GIGA == 0 => format!("{}G", large / GIGA),
            small => format!("{small}M"),
        }
    }
}
