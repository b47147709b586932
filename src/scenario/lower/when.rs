//! `when`: conditions on a call.

use http::header::HeaderName;

use super::Lowering;
use crate::document::{Where, push};
use crate::scenario::file::WhenSpec;
use crate::scenario::matcher::Matcher;
use crate::scenario::script::{Conditions, Path};

impl Lowering<'_> {
    /// The conditions, of which all must hold.
    pub(super) fn conditions(&mut self, spec: WhenSpec, pointer: &str) -> Conditions {
        let mut conditions = Conditions::default();
        for (name, matcher) in spec.header {
            let place = format!("{pointer}/header/{name}");
            let matcher = self.matcher(matcher.into(), &place);
            match HeaderName::from_bytes(name.as_bytes()) {
                Ok(name) => conditions.header.push((name, matcher)),
                Err(_) => {
                    let message = format!("{name:?} is no name of a header");
                    self.error("bad-header", Where::Key, &place, message, "letters, digits and hyphens");
                }
            }
        }
        for (path, matcher) in spec.body {
            let mut place = format!("{pointer}/body");
            push(&mut place, &path);
            let matcher = self.matcher(matcher.into(), &place);
            conditions.body.push((Path::parse(&path), matcher));
        }
        for (name, matcher) in spec.state {
            let matcher = self.matcher(matcher.into(), &format!("{pointer}/state/{name}"));
            conditions.state.push((name, matcher));
        }
        conditions
    }

    fn matcher(&mut self, matcher: Matcher, pointer: &str) -> Matcher {
        if matcher.is_contradiction() {
            let message = format!("nothing can be {matcher}");
            self.error("contradiction", Where::Value, pointer, message, "leave one of the operators out");
        }
        matcher
    }
}
