//! `DELETE /__sandbox/sessions`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::name::{fold, slug};
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::DELETE,
    path: "sessions",
    access: Access::Guarded,
    about: "drops all sessions whose names begin with ?prefix=",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    // Without a prefix a slip of the hand would end every test that runs at this moment.
    let Some(prefix) = ask.parameter("prefix").filter(|prefix| !prefix.is_empty()) else {
        let help = "DELETE /__sandbox/sessions?prefix=ci-, or DELETE /__sandbox/sessions/NAME";
        return Said::Now(reply::error(
            StatusCode::BAD_REQUEST,
            "missing-prefix",
            "which sessions? name a prefix",
            help,
        ));
    };
    let dropped = ask.registry.drop_prefix(&as_in_names(&prefix), ask.real);
    Said::Now(reply::json(&serde_json::json!({ "dropped": dropped })))
}

/// A prefix as it stands in names: that of a test's title is made a slug, as the title was.
fn as_in_names(prefix: &str) -> String {
    let folded = prefix.to_ascii_lowercase();
    if fold(&folded).is_some() { folded } else { slug(prefix).unwrap_or(folded) }
}
