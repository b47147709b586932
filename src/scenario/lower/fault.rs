//! `fault`: what happens on the wire or to a mail, and within which window of the clock.

use std::sync::Arc;

use super::Lowering;
use crate::document::{Where, push};
use crate::domain::moment::{Moment, Span};
use crate::scenario::commit::Deed;
use crate::scenario::fault::{At, Fault, Hold, Length, Part};
use crate::scenario::file::{
    AnswerSpec, AtSpec, AtWord, DelaySpec, Duration, FaultSpec, FaultsSpec, HoldSpec, How, LengthSpec,
    LengthWord, OutageSpec, ReleaseWord, SpreadSpec, TruncateSpec,
};
use crate::scenario::script::{Begin, Window};
use crate::scenario::spread::Spread;

/// What a `fault` comes to.
#[derive(Default)]
pub(super) struct Failing {
    /// What happens.
    pub(super) wire: Vec<Fault>,
    /// Only within this window.
    pub(super) window: Option<Window>,
    /// What an outage answers, and where it says so.
    pub(super) instead: Option<(AnswerSpec, String)>,
}

/// The deed that a fault is, where it matters whether the call was carried out.
pub(super) fn deed_of(fault: &Fault) -> Deed {
    match fault {
        Fault::Delay(_)
        | Fault::Spread(_)
        | Fault::Bounce
        | Fault::Copies(_)
        | Fault::Down(_)
        | Fault::Reorder
        | Fault::Parallel
        | Fault::Corrupt(_) => Deed::Delay,
        Fault::Drip { .. } => Deed::Drip,
        Fault::Hold(_) => Deed::Hold,
        Fault::Lost | Fault::Cut(At::Bytes(0), How::Rst) => Deed::Lost,
        Fault::Cut(..) => Deed::Cut,
        Fault::Stall => Deed::Stall,
        Fault::Truncate(_) => Deed::Truncate,
        Fault::Length(_) => Deed::Length,
        Fault::ChunkGarbage => Deed::ChunkGarbage,
        Fault::Malformed(_) => Deed::MalformedJson,
        Fault::WrongType(_) => Deed::WrongType,
    }
}

/// Which of the three a rule is about.
#[derive(Clone, Copy)]
struct About {
    mails: bool,
    callbacks: bool,
    calls: bool,
}

impl Lowering<'_> {
    pub(super) fn faults(&mut self, spec: Option<FaultsSpec>, on: &[usize], pointer: &str) -> Failing {
        let endpoints = self.catalogue.endpoints.len();
        let calls = on.is_empty() || on.iter().any(|at| *at < endpoints);
        let callbacks = on.iter().any(|at| self.catalogue.is_callback(*at));
        let mails = on.iter().any(|at| *at >= endpoints && !self.catalogue.is_callback(*at));
        let about = About { mails, callbacks, calls };
        let mut failing = Failing::default();
        let Some(spec) = spec else { return failing };
        match spec {
            FaultsSpec::One(FaultSpec::Outage(outage)) => {
                let place = format!("{pointer}/outage");
                failing.window = self.window(&outage, &place);
                let OutageSpec { fault, answer, .. } = *outage;
                failing.instead = answer.map(|answer| (answer, format!("{place}/answer")));
                if let Some(fault) = fault {
                    failing.wire = self.list(fault, about, &format!("{place}/fault"));
                }
            }
            other => failing.wire = self.list(other, about, pointer),
        }
        failing
    }

    /// Calls that wait for each other.
    pub(super) fn hold(&mut self, spec: &HoldSpec, on: &[usize], pointer: &str) -> Option<Fault> {
        if on.iter().any(|at| *at >= self.catalogue.endpoints.len()) {
            let help = "name calls only";
            let message = "a mail waits for nobody, nor does a callback";
            self.error("not-for-mails", Where::Key, pointer, message, help);
        }
        let max = match &spec.max {
            None => Span::parse("10s"),
            Some(max) => self.span(max, &format!("{pointer}/max")),
        };
        let release = spec.release.unwrap_or(ReleaseWord::Arrival);
        Some(Fault::Hold(Hold { until: spec.until, release, max: max? }))
    }

    fn list(&mut self, spec: FaultsSpec, about: About, pointer: &str) -> Vec<Fault> {
        let specs = match spec {
            FaultsSpec::One(fault) => vec![(fault, pointer.to_owned())],
            FaultsSpec::Several(faults) => {
                faults.into_iter().enumerate().map(|(at, fault)| (fault, format!("{pointer}/{at}"))).collect()
            }
        };
        let mut faults: Vec<Fault> = Vec::new();
        for (spec, place) in specs {
            let Some(fault) = self.fault(spec, about, &place) else { continue };
            if fault.is_an_end()
                && let Some(other) = faults.iter().find(|other| other.is_an_end())
            {
                let message = format!("an answer ends only once, and {} ends it already", other.name());
                self.error("exclusive-faults", Where::Value, &place, message, "leave one of the two out");
                continue;
            }
            faults.push(fault);
        }
        let longest = Span::parse("10m").map_or(0, Span::millis);
        let delay = |fault: &Fault| if let Fault::Delay(span) = fault { span.millis() } else { 0 };
        let sum: u64 = faults.iter().map(delay).fold(0, u64::saturating_add);
        if sum > longest && about.calls {
            let message = "an answer can be held back for 10 minutes at most";
            self.error("out-of-range", Where::Value, pointer, message, "a client has given up long before");
        }
        faults
    }

    fn fault(&mut self, spec: FaultSpec, about: About, place: &str) -> Option<Fault> {
        match &spec {
            FaultSpec::Copies(_)
            | FaultSpec::Down(_)
            | FaultSpec::Reorder
            | FaultSpec::Parallel
            | FaultSpec::Corrupt(_)
                if about.calls || about.mails =>
            {
                let message = "only a callback can be so, and this rule names others as well";
                let help = "write `\"on\": \"callback/uplink-sms\"`, or `callback/*`";
                self.error("only-callbacks", Where::Value, place, message, help);
                return None;
            }
            FaultSpec::Bounce if about.calls || about.callbacks => {
                let message = "only a mail can bounce, and this rule names others as well";
                let help = "write `\"on\": \"mail/qr\"`; a call can be \"lost\"";
                self.error("only-mails", Where::Value, place, message, help);
                return None;
            }
            FaultSpec::Truncate(_) if about.callbacks && !about.mails => {}
            FaultSpec::Lost
            | FaultSpec::Bounce
            | FaultSpec::Delay(_)
            | FaultSpec::Outage(_)
            | FaultSpec::Copies(_)
            | FaultSpec::Down(_)
            | FaultSpec::Reorder
            | FaultSpec::Parallel
            | FaultSpec::Corrupt(_) => {}
            _ if about.callbacks => {
                let help = "a callback can be \"lost\", \"reorder\", \"parallel\", have a {\"delay\": \"2h\"}, {\"down\": \"1h\"}, {\"copies\": 2}, \
                            {\"corrupt\": \"signature\"} or {\"truncate\": {\"bytes\": 9}}";
                let message = "this is of answers: a callback is sent, not answered";
                self.error("not-for-callbacks", Where::Value, place, message, help);
                return None;
            }
            _ if about.mails => {
                let help = "a mail can be \"lost\", \"bounce\" or have a {\"delay\": \"2h\"}";
                self.error("not-for-mails", Where::Value, place, "a mail is not sent over this wire", help);
                return None;
            }
            _ => {}
        }
        Some(match spec {
            FaultSpec::Bounce => Fault::Bounce,
            FaultSpec::Copies(copies) => Fault::Copies(copies),
            FaultSpec::Down(duration) => Fault::Down(self.span(&duration, &format!("{place}/down"))?),
            FaultSpec::Reorder => Fault::Reorder,
            FaultSpec::Parallel => Fault::Parallel,
            FaultSpec::Corrupt(how) => Fault::Corrupt(how),
            FaultSpec::Lost if !about.calls => Fault::Lost,
            FaultSpec::Lost => Fault::Cut(At::Bytes(0), How::Rst),
            FaultSpec::Cut(cut) => {
                let at = match cut.at {
                    AtSpec::Word(AtWord::BeforeHead) => At::Bytes(0),
                    AtSpec::Word(AtWord::AfterHead) => At::AfterHead,
                    AtSpec::Bytes(count) => At::Bytes(count),
                };
                Fault::Cut(at, cut.how.unwrap_or(How::Rst))
            }
            FaultSpec::Stall => Fault::Stall,
            FaultSpec::Truncate(TruncateSpec { bytes, fraction }) => {
                let part = bytes.map(Part::Bytes).or(fraction.map(Part::Fraction))?;
                Fault::Truncate(part)
            }
            FaultSpec::Length(LengthSpec::Word(word)) => Fault::Length(match word {
                LengthWord::TooBig => Length::TooBig,
                LengthWord::TooSmall => Length::TooSmall,
                LengthWord::Missing => Length::Missing,
            }),
            FaultSpec::Length(LengthSpec::Object(object)) if object.too_small.keep_open => {
                Fault::Length(Length::TooSmallKeptOpen)
            }
            FaultSpec::Length(LengthSpec::Object(_)) => Fault::Length(Length::TooSmall),
            FaultSpec::ChunkGarbage => Fault::ChunkGarbage,
            FaultSpec::MalformedJson(how) => Fault::Malformed(how),
            FaultSpec::WrongType(how) => Fault::WrongType(how),
            FaultSpec::Delay(DelaySpec::Fixed(duration)) => {
                Fault::Delay(self.span(&duration, &format!("{place}/delay"))?)
            }
            FaultSpec::Delay(DelaySpec::Spread(spread)) => {
                Fault::Spread(Arc::new(self.spread(spread, &format!("{place}/delay"))?))
            }
            FaultSpec::Drip(drip) => Fault::Drip {
                bytes: drip.bytes,
                every: self.span(&drip.every, &format!("{place}/drip/every"))?,
            },
            FaultSpec::Outage(_) => {
                let help = "give the outage the whole list: {\"outage\": {\"for\": \"10m\", \"fault\": […]}}";
                self.error("exclusive-faults", Where::Value, place, "an outage stands alone", help);
                return None;
            }
        })
    }

    fn window(&mut self, outage: &OutageSpec, pointer: &str) -> Option<Window> {
        let place = format!("{pointer}/from");
        let from = match &outage.from {
            None => Begin::After(Span::default()),
            Some(text) => match (Span::parse(text), Moment::parse(text)) {
                (Some(span), _) => Begin::After(span),
                (None, Some(moment)) => Begin::At(moment),
                (None, None) => {
                    let message = format!("{text:?} is neither a length of time nor a moment");
                    let help = "\"30m\" after the session's beginning, or 2022-12-05T03:14:50Z";
                    self.error("bad-moment", Where::Value, &place, message, help);
                    return None;
                }
            },
        };
        Some(Window { from, length: self.span(&outage.length, &format!("{pointer}/for"))? })
    }

    fn spread(&mut self, spec: SpreadSpec, pointer: &str) -> Option<Spread> {
        match spec {
            SpreadSpec::Uniform(spec) => {
                let from = self.millis(&spec.from, &format!("{pointer}/uniform/from"))?;
                let to = self.millis(&spec.to, &format!("{pointer}/uniform/to"))?;
                if from > to {
                    let message = format!("{} is longer than {}", spec.from.0, spec.to.0);
                    self.error(
                        "contradiction",
                        Where::Value,
                        &format!("{pointer}/uniform"),
                        message,
                        "swap the two",
                    );
                }
                Some(Spread::Uniform { from, to })
            }
            SpreadSpec::Normal(spec) => Some(Spread::Normal {
                mean: self.millis(&spec.mean, &format!("{pointer}/normal/mean"))?,
                deviation: self.millis(&spec.deviation, &format!("{pointer}/normal/deviation"))?,
            }),
            SpreadSpec::LogNormal(spec) => Some(Spread::LogNormal {
                median: self.millis(&spec.median, &format!("{pointer}/logNormal/median"))?,
                sigma: spec.sigma,
                max: match spec.max {
                    Some(max) => self.millis(&max, &format!("{pointer}/logNormal/max"))?,
                    None => f64::MAX,
                },
            }),
            SpreadSpec::Percentiles(spec) => {
                let before = self.found.len();
                let mut points = Vec::new();
                for (name, duration) in spec {
                    let mut place = format!("{pointer}/percentiles");
                    push(&mut place, &name);
                    let percent = name.strip_prefix('p').and_then(|rest| rest.parse::<f64>().ok());
                    match percent.filter(|percent| (0.0..=100.0).contains(percent)) {
                        Some(percent) => {
                            let millis = self.millis(&duration, &place).unwrap_or_default();
                            points.push((percent, millis, place));
                        }
                        None => {
                            let message = format!("{name:?} is no percentile");
                            self.error(
                                "unknown-key",
                                Where::Key,
                                &place,
                                message,
                                "p0 to p100, such as p50, p99, p99.9",
                            );
                        }
                    }
                }
                points.sort_by(|one, other| one.0.total_cmp(&other.0));
                for pair in points.windows(2) {
                    if let [lower, higher] = pair
                        && lower.1 > higher.1
                    {
                        let message = format!("p{} is shorter than p{}", higher.0, lower.0);
                        self.error("contradiction", Where::Value, &higher.2, message, "percentiles rise");
                    }
                }
                if points.is_empty() && self.found.len() == before {
                    let place = format!("{pointer}/percentiles");
                    self.error(
                        "missing-key",
                        Where::Value,
                        &place,
                        "no percentile is given",
                        "add \"p50\": \"200ms\"",
                    );
                }
                Some(Spread::Percentiles(points.into_iter().map(|(at, millis, _)| (at, millis)).collect()))
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the calendar's milliseconds fit in 53 bits")]
    fn millis(&mut self, duration: &Duration, pointer: &str) -> Option<f64> {
        self.span(duration, pointer).map(|span| span.millis() as f64)
    }
}
