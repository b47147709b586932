//! `GET /__sandbox/settings`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::settings::{SETTINGS, Setting};

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "settings",
    access: Access::Guarded,
    about: "settings of the replica, with what speaks for either side",
    run,
};

fn run(_: &Ask<'_>) -> Said {
    let view = |setting: &Setting| {
        let Setting { key, values, about, sources, .. } = setting;
        serde_json::json!({ "key": key, "values": values, "default": values[0], "about": about, "sources": sources })
    };
    let settings: Vec<serde_json::Value> = SETTINGS.iter().map(view).collect();
    Said::Now(reply::json(&serde_json::json!({ "settings": settings })))
}
