//! Which rules of a long row a call can match at all, found by what the call carries: its headers, the pairs of its query, the first
//! level of its body. A rule stands where one of its conditions asks for something; those that ask for nothing there are open.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::condition::{Condition, Place};
use super::matcher::Demand;
use super::script::Rule;
use super::sight::Probe;

/// Rules by what a call must carry to match them, as their places in the row.
pub(super) struct Index {
    open: Vec<usize>,
    headers: BTreeMap<Box<str>, Bucket>,
    query: BTreeMap<Box<str>, Bucket>,
    body: BTreeMap<Box<str>, Bucket>,
}

/// The rules that ask for something of one name.
#[derive(Default)]
struct Bucket {
    anything: Vec<usize>,
    texts: BTreeMap<Box<str>, Vec<usize>>,
    numbers: BTreeMap<u64, Vec<usize>>,
}

impl Index {
    /// Of rules in their order, each with whether it has to be armed first: such a rule is open, as is one with a window, since
    /// what is told of them is not that a condition failed.
    pub(super) fn of<'a>(rules: impl Iterator<Item = (&'a Rule, bool)>) -> Self {
        let [headers, query, body] = [const { BTreeMap::new() }; 3];
        let mut index = Self { open: Vec::new(), headers, query, body };
        for (at, (rule, waits)) in rules.enumerate() {
            let asks = rule.when.0.iter().filter_map(asked_for);
            let strictest = asks.max_by_key(|(_, _, demand)| !matches!(demand, Demand::Anything));
            let Some((place, name, demand)) = strictest.filter(|_| !waits && rule.window.is_none()) else {
                index.open.push(at);
                continue;
            };
            let bucket = match place {
                Place::Header(_) => &mut index.headers,
                Place::Query(_) => &mut index.query,
                _ => &mut index.body,
            };
            bucket.entry(name.into()).or_default().of(&demand).push(at);
        }
        index
    }

    /// The places that a call can match, from one on, in their order. All others fail by a condition.
    pub(super) fn hops(&self, probe: &Probe<'_>, from: usize, end: usize) -> std::vec::IntoIter<usize> {
        let mut hits = Hits { all: Vec::new(), from };
        hits.take(&self.open);
        if !self.headers.is_empty() {
            for (name, value) in probe.headers {
                if let Some(bucket) = self.headers.get(name.as_str()) {
                    hits.take_text(bucket, &String::from_utf8_lossy(value.as_bytes()));
                }
            }
        }
        if !self.query.is_empty() {
            for (name, value) in &probe.query {
                if let Some(bucket) = self.query.get(name.as_str()) {
                    hits.take_text(bucket, value);
                }
            }
        }
        match probe.body.as_deref() {
            Some(Value::Object(members)) if !self.body.is_empty() => {
                for (name, value) in members {
                    if let Some(bucket) = self.body.get(name.as_str()) {
                        hits.take_value(bucket, value);
                    }
                }
            }
            // Places in a list are numbers: such bodies are no vendor's, so they may take their time.
            Some(Value::Array(_)) => return (from..end).collect::<Vec<_>>().into_iter(),
            _ => {}
        }
        // More may be found than can match, such as by a header that came twice; and each only counts once.
        hits.all.sort_unstable();
        hits.all.dedup();
        hits.all.into_iter()
    }
}

impl Bucket {
    fn of(&mut self, demand: &Demand<'_>) -> &mut Vec<usize> {
        match demand {
            Demand::Text(text) => self.texts.entry((*text).into()).or_default(),
            Demand::Number(number) => match key(number) {
                Some(key) => self.numbers.entry(key).or_default(),
                None => &mut self.anything,
            },
            Demand::Anything => &mut self.anything,
        }
    }
}

/// Places that were found.
struct Hits {
    all: Vec<usize>,
    from: usize,
}

impl Hits {
    fn take(&mut self, places: &[usize]) {
        self.all.extend_from_slice(&places[places.partition_point(|at| *at < self.from)..]);
    }

    fn take_text(&mut self, bucket: &Bucket, text: &str) {
        self.take(&bucket.anything);
        self.take(bucket.texts.get(text).map_or(&[], Vec::as_slice));
        // A wanted number also equals the text that says it.
        if !bucket.numbers.is_empty()
            && let Ok(number) = text.trim().parse()
        {
            self.take_number(bucket, &number);
        }
    }

    fn take_number(&mut self, bucket: &Bucket, number: &Number) {
        self.take(key(number).and_then(|key| bucket.numbers.get(&key)).map_or(&[], Vec::as_slice));
    }

    fn take_value(&mut self, bucket: &Bucket, value: &Value) {
        match value {
            Value::String(text) => self.take_text(bucket, text),
            Value::Number(number) => {
                self.take(&bucket.anything);
                self.take_number(bucket, number);
            }
            _ => self.take(&bucket.anything),
        }
    }
}

/// Where a condition looks, if an index can: the name of it, and what has to be there.
fn asked_for(condition: &Condition) -> Option<(&Place, &str, Demand<'_>)> {
    let Condition { place, matcher } = condition;
    let demand = matcher.demand()?;
    match place {
        Place::Header(name) => Some((place, name.as_str(), demand)),
        Place::Query(name) => Some((place, name, demand)),
        Place::Body(path) => {
            // Of what lies deeper, only that there is something is known.
            let demand = if path.is_flat() { demand } else { Demand::Anything };
            Some((place, path.first(), demand))
        }
        _ => None,
    }
}

/// Numbers that are equal have equal keys. Those that are too large to be told apart have none.
fn key(number: &Number) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // Adding zero makes one of both zeros.
    number.as_f64().filter(|number| number.abs() < EXACT).map(|number| (number + 0.0).to_bits())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::super::condition::{Conditions, Path};
    use super::super::matcher::Matcher;
    use super::super::script::Times;
    use super::super::sight::{Sight, Wants};
    use super::*;
    use crate::contract::call::Call;

    const MATCHERS: [&str; 17] = [
        "5",
        "\"5\"",
        "5.5",
        "0",
        "-0.0",
        "9007199254740993",
        "true",
        r#"{"is": null}"#,
        r#"{"is": {"b": 5}}"#,
        r#"{"absent": true}"#,
        r#"{"present": true}"#,
        r#"{"not": 5}"#,
        r#"{"oneOf": [5, "x"]}"#,
        r#"{"any": [5, {"absent": true}]}"#,
        r#"{"all": ["5", {"startsWith": "5"}]}"#,
        r#"{"none": ["x"]}"#,
        r#"{"atLeast": 4}"#,
    ];
    const VALUES: [&str; 15] = [
        "5",
        "5.0",
        "\"5\"",
        "\" 5.0 \"",
        "5.5",
        "0",
        "-0.0",
        "9007199254740993",
        "\"9007199254740993\"",
        "\"x\"",
        "true",
        "null",
        "[5]",
        r#"{"b": 5}"#,
        r#"{"b": "x"}"#,
    ];

    fn rule(place: Place, matcher: &str) -> Rule {
        let (matcher, wrong) = Matcher::read(serde_json::from_str(matcher).expect("a matcher"));
        assert!(wrong.is_empty());
        Rule {
            key: 0,
            id: "r".into(),
            label: "r".into(),
            on: Vec::new(),
            window: None,
            when: Conditions(vec![Condition { place, matcher }]),
            over: None,
            chance: None,
            times: Times::default(),
            is_early: false,
            decision: None,
            then: None,
        }
    }

    fn hops(rules: &[Rule], call: &Call) -> (Vec<usize>, Vec<usize>) {
        let index = Index::of(rules.iter().map(|rule| (rule, false)));
        let probe = Probe::new(0, call, Wants { body: true, query: true });
        let sight = Sight::of_the_past(&probe);
        let hold = (0..rules.len()).filter(|at| rules[*at].when.hold(&sight));
        (hold.collect(), index.hops(&probe, 0, rules.len()).collect())
    }

    #[test]
    fn no_rule_that_matches_is_left_out() {
        let places = [
            Place::Header("x-a".parse().expect("a name")),
            Place::Query("a".to_owned()),
            Place::Body(Path::parse("a")),
            Place::Body(Path::parse("a.b")),
            Place::Body(Path::parse("0")),
            Place::UrlPath,
        ];
        let rules: Vec<Rule> =
            places.iter().flat_map(|place| MATCHERS.map(|matcher| rule(place.clone(), matcher))).collect();
        let mut matched = 0;
        for value in VALUES {
            let text = value.trim_matches('"');
            let query = text.replace(' ', "%20").replace(['{', '}', '[', ']', '"', ':'], "");
            for body in [format!("{{\"a\": {value}}}"), format!("[{value}]"), value.to_owned(), String::new()]
            {
                for target in ["/p".to_owned(), format!("/p?a={query}"), format!("/p?a=7&a={query}")] {
                    for header in [None, Some(text)] {
                        let mut call = Request::post(&target);
                        if let Some(header) = header {
                            call = call.header("x-a", header).header("x-a", "7");
                        }
                        let call = Call::from(call.body(Bytes::from(body.clone())).expect("a call"));
                        let (hold, hops) = hops(&rules, &call);
                        let missed: Vec<_> = hold.iter().filter(|at| !hops.contains(at)).collect();
                        assert!(missed.is_empty(), "{missed:?} on {call:?}");
                        assert!(hops.is_sorted_by(|one, next| one < next));
                        matched += hold.len();
                    }
                }
            }
        }
        assert!(matched > 5_000, "{matched}");
    }

    #[test]
    fn of_many_only_those_are_found_whose_value_is_there() {
        let of = |place: fn(usize) -> Place, matcher: fn(usize) -> String| -> Vec<Rule> {
            (0..100).map(|n| rule(place(n), &matcher(n))).collect()
        };
        let field = |_| Place::Body(Path::parse("a"));
        let call = |a: &str| {
            let call = Request::post("/p").header("x-7", "1").body(Bytes::from(format!("{{\"a\": {a}}}")));
            Call::from(call.expect("a call"))
        };
        assert_eq!(hops(&of(field, |n| format!("\"t{n}\"")), &call("\"t7\"")), (vec![7], vec![7]));
        assert_eq!(hops(&of(field, |n| n.to_string()), &call("7.0")), (vec![7], vec![7]));
        assert_eq!(hops(&of(field, |n| n.to_string()), &call("\"7\"")), (vec![7], vec![7]));
        let header = |n| Place::Header(format!("x-{n}").parse().expect("a name"));
        assert_eq!(hops(&of(header, |_| r#"{"present": true}"#.to_owned()), &call("1")), (vec![7], vec![7]));
    }
}
