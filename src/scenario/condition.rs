//! Conditions of a rule: a place of the call, of the world or of the clock, and what has to be there.

use std::borrow::Cow;
use std::fmt;

use http::header::HeaderName;
use serde_json::Value;

use super::matcher::Matcher;
use super::sight::Sight;

/// Conditions that must all hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions(pub(super) Vec<Condition>);

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// Where to look.
    pub place: Place,
    /// What has to be there.
    pub matcher: Matcher,
}

/// Where a condition looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A header of the call.
    Header(HeaderName),
    /// A pair of the query.
    Query(String),
    /// The path of the call, without a session's prefix.
    UrlPath,
    /// A place in the body.
    Body(Path),
    /// The body as it was sent.
    Raw,
    /// A state that rules set.
    State(String),
    /// A field of what the call addresses.
    Field(Thing, Path),
    /// The session's clock, in milliseconds since 1970.
    Clock,
    /// Milliseconds since the session's epoch began.
    SinceStart,
    /// Milliseconds since a moment of what the call addresses.
    Since(Thing, String),
}

/// What a call can address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    /// The order that it names.
    Order,
    /// The account that calls, or that a login names.
    User,
    /// The package that it names, or that its order is of.
    Package,
    /// The SIM that it names, or that its plan's order is for.
    Sim,
}

/// A place in a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<String>);

impl Thing {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Order, Self::User, Self::Package, Self::Sim];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::User => "user",
            Self::Package => "package",
            Self::Sim => "sim",
        }
    }
}

impl Place {
    /// Whether it is in the body.
    pub(crate) fn is_in_the_body(&self) -> bool {
        matches!(self, Self::Body(_) | Self::Raw)
    }
}

impl Path {
    /// Reads `data.id` or `/data/id`.
    pub(crate) fn parse(text: &str) -> Self {
        match text.strip_prefix('/') {
            Some(rest) => {
                Self(rest.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect())
            }
            None => Self(text.split('.').map(str::to_owned).collect()),
        }
    }

    /// What is there.
    pub(crate) fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, part| match value {
            Value::Object(object) => object.get(part),
            Value::Array(list) => list.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Whether it is a place of the first level.
    pub(crate) fn is_flat(&self) -> bool {
        self.0.len() == 1
    }

    /// Its first part.
    pub(crate) fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }
}

impl Conditions {
    /// One of them.
    pub(crate) fn get(&self, at: usize) -> Option<&Condition> {
        self.0.get(at)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them looks at the body.
    pub(crate) fn look_at_body(&self) -> bool {
        self.0.iter().any(|condition| condition.place.is_in_the_body())
    }

    /// The first that does not hold, and what stands there instead.
    pub(crate) fn first_failing<'s>(&self, sight: &'s Sight<'_>) -> Option<(usize, Option<Cow<'s, Value>>)> {
        self.0.iter().enumerate().find_map(|(at, condition)| {
            let found = sight.look(&condition.place);
            (!condition.matcher.accepts(found.as_deref())).then_some((at, found))
        })
    }

    /// Whether all of them hold that do not look at the body.
    pub(crate) fn hold_but_for_the_body(&self, sight: &Sight<'_>) -> bool {
        let others = self.0.iter().filter(|condition| !condition.place.is_in_the_body());
        others.into_iter().all(|condition| condition.matcher.accepts(sight.look(&condition.place).as_deref()))
    }

    /// Whether all of them hold.
    pub(crate) fn hold(&self, sight: &Sight<'_>) -> bool {
        self.first_failing(sight).is_none()
    }
}

impl Condition {
    /// What is wanted, in words.
    pub(crate) fn wanted(&self) -> String {
        match self.place {
            // Milliseconds are for machines.
            Place::Clock | Place::SinceStart | Place::Since(..) => {
                format!("{} {} milliseconds", self.place, self.matcher)
            }
            _ => format!("{} {}", self.place, self.matcher),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header.{name}"),
            Self::Query(name) => write!(f, "query.{name}"),
            Self::UrlPath => f.write_str("path"),
            Self::Body(path) => write!(f, "body.{path}"),
            Self::Raw => f.write_str("raw"),
            Self::State(name) => write!(f, "state.{name}"),
            Self::Field(thing, path) => write!(f, "{}.{path}", thing.word()),
            Self::Clock => f.write_str("clock"),
            Self::SinceStart => f.write_str("time since the start"),
            Self::Since(thing, field) => write!(f, "time since {}.{field}", thing.word()),
        }
    }
}
