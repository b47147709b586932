//! `PATCH /__sandbox/sessions/{s}/users/{key}`

use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::user;
use crate::control::actions::users_make::{put, set_password};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::PATCH,
    path: "sessions/{s}/users/{key}",
    access: Access::Guarded,
    about: "changes an account: partnerCode, password or its MD5 as passwd; its tokens live on",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = ["password", "passwd"]))]
struct Change {
    /// The partner it belongs to.
    #[schemars(length(min = 1, max = 64))]
    partner_code: Option<String>,
    /// Its password in plain.
    #[schemars(length(min = 1, max = 128))]
    password: Option<String>,
    /// Its password as clients send it.
    #[schemars(length(min = 1, max = 128))]
    passwd: Option<String>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(change(ask).unwrap_or_else(|refused| refused))
}

fn change(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let email = ask.key_text();
    let Change { partner_code, password, passwd } = ask.body()?;
    let user = ask.session().change(ask.real, |world| {
        let mut changed = world.account(&email).cloned().ok_or_else(|| user::unknown(&email, ""))?;
        changed.partner = partner_code.unwrap_or(changed.partner);
        set_password(&mut changed, password, passwd);
        put(world, changed)
    })?;
    Ok(reply::json(&user))
}
