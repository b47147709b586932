//! `POST /__sandbox/sessions/{s}/users`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::contract::fields::is_email;
use crate::contract::passwd;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::user::User;
use crate::domain::world::World;
use crate::session::view::UserView;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/users",
    access: Access::Guarded,
    about: "makes an account: email, partnerCode, password or its MD5 as passwd",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = ["password", "passwd"]))]
struct Wanted {
    /// Its address.
    #[schemars(length(min = 1, max = 254))]
    email: String,
    /// The partner it belongs to; without one, the demo user's.
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
    Said::Now(make(ask).unwrap_or_else(|refused| refused))
}

fn make(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { email, partner_code, password, passwd } = ask.body()?;
    if !is_email(&email) {
        let (message, help) = ("this is no e-mail address", "such as lena.brook@traveller.example");
        return Err(reply::error_at(StatusCode::BAD_REQUEST, "bad-value", message, "/email", help));
    }
    let user = ask.session().change(ask.real, |world| {
        if world.account(&email).is_some() {
            let message = format!("the address {email:?} has an account already");
            let help = "PATCH …/users/{email} changes it";
            return Err(reply::error_at(StatusCode::CONFLICT, "user-exists", &message, "/email", help));
        }
        let partner = partner_code.or_else(|| world.demo_user().map(|user| user.partner.clone()));
        let mut user =
            User { email, partner: partner.unwrap_or_default(), passwd: None, password: None, name: None };
        set_password(&mut user, password, passwd);
        put(world, user)
    })?;
    Ok(reply::json_with(StatusCode::CREATED, &user))
}

/// Gives an account a password, in plain or as clients send it; neither leaves it as it is.
pub(super) fn set_password(user: &mut User, password: Option<String>, passwd: Option<String>) {
    if let Some(password) = password {
        user.passwd = Some(passwd::of(&password).into());
        user.password = Some(password.into());
    } else if let Some(passwd) = passwd {
        user.passwd = Some(passwd.into());
        user.password = None;
    }
}

/// Puts an account in; what it looks like then.
pub(super) fn put(world: &mut World, user: User) -> Result<UserView, Reply> {
    let view = UserView::of(world, &user);
    // The one thing that can stand against it is that there are too many.
    world.put_account(user).map(|()| view).map_err(|_| {
        let message = "the session keeps no more accounts";
        reply::error(StatusCode::TOO_MANY_REQUESTS, "too-many-users", message, "POST …/reset begins it anew")
    })
}
