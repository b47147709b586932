//! What the reader sees: a row for each figure, as soon as it is known.

use std::time::Duration;

/// The rows so far.
pub(crate) struct Table {
    is_kept: bool,
}

/// A figure and what it is held against.
pub(crate) struct Bar {
    figure: String,
    bar: String,
    is_met: Option<bool>,
    /// Whether the machine's other work is in the figure.
    is_of_time: bool,
}

impl Table {
    pub(crate) fn begin() -> Self {
        println!("{:68} {:>16}   {:14}", "", "measured", "bar");
        Self { is_kept: true }
    }

    pub(crate) fn row(&mut self, what: &str, bar: Bar) {
        let Bar { figure, bar, is_met, is_of_time } = bar;
        let verdict = match is_met {
            None => "",
            Some(true) => "kept",
            Some(false) => "MISSED",
        };
        println!("{what:68} {figure:>16}   {bar:14} {verdict}");
        self.is_kept &= is_of_time || is_met != Some(false);
    }

    /// Whether no bar of memory was missed.
    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept
    }
}

impl Bar {
    /// Only shown.
    pub(crate) fn none(figure: String) -> Self {
        Self { figure, bar: String::new(), is_met: None, is_of_time: false }
    }

    pub(crate) fn mib_below(most: f64, kib: u64) -> Self {
        let is_met = Some(mib(kib) < most);
        Self { figure: show_mib(kib), bar: format!("below {most:.0} MiB"), is_met, is_of_time: false }
    }

    pub(crate) fn mib_more_than(idle_kib: u64, most: f64, kib: u64) -> Self {
        let is_met = Some(mib(kib.saturating_sub(idle_kib)) <= most);
        let figure = format!("{:+.1} MiB", mib(kib) - mib(idle_kib));
        Self { figure, bar: format!("at most +{most:.0} MiB"), is_met, is_of_time: false }
    }

    pub(crate) fn bytes(most: f64, bytes: f64) -> Self {
        let is_met = Some(bytes <= most);
        Self {
            figure: format!("{bytes:.0} B"),
            bar: format!("at most {most:.0} B"),
            is_met,
            is_of_time: false,
        }
    }

    pub(crate) fn time(most: Duration, took: Duration) -> Self {
        let is_met = Some(took <= most);
        let bar = format!("at most {} ms", most.as_millis());
        Self { figure: show_millis(took), bar, is_met, is_of_time: true }
    }
}

pub(crate) fn show_mib(kib: u64) -> String {
    format!("{:.1} MiB", mib(kib))
}

pub(crate) fn show_millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

#[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

fn mib(kib: u64) -> f64 {
    real(kib) / 1_024.0
}
