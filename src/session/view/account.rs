//! What our own surfaces show of accounts and tokens. These are for whoever tests: a token is shown whole, and of passwords
//! only the demo user's.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::user::User;
use crate::domain::world::{Issued, World};

/// An account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView {
    email: String,
    partner_code: String,
    /// What the person is called, by language; null of an account that somebody registered.
    name: Option<BTreeMap<&'static str, String>>,
    /// Whether it has one: without, nobody can log in under the strict policy.
    has_password: bool,
    /// The last verification code that was sent to its address, or null.
    verify_code: Option<u16>,
}

impl UserView {
    /// Shows an account of this world.
    pub(crate) fn of(world: &World, user: &User) -> Self {
        Self {
            email: user.email.clone(),
            partner_code: user.partner.clone(),
            name: user
                .name
                .as_ref()
                .map(|name| [("en", name.en.to_string()), ("zh", name.zh.to_string())].into()),
            has_password: user.passwd.is_some(),
            verify_code: world.verification_code(&user.email),
        }
    }

    /// Accounts of a world by address: so many, after the first so many.
    pub(crate) fn page(world: &World, after: usize, limit: usize) -> Vec<Self> {
        world.accounts().skip(after).take(limit).map(|user| Self::of(world, user)).collect()
    }
}

/// A token.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenView {
    /// The n-th of its epoch, from 0.
    ordinal: u32,
    /// The address of its account.
    email: String,
    /// When it was issued: RFC 3339 in UTC, on the session's clock.
    issued: String,
    /// The first moment at which it no longer counts.
    ends: String,
    /// Whether that moment is past.
    expired: bool,
    /// The token itself.
    token: String,
}

impl TokenView {
    /// Shows a token of this world.
    pub(crate) fn of(world: &World, issued: &Issued<'_>) -> Self {
        let Issued { ordinal, owner, ends, token } = issued;
        Self {
            ordinal: *ordinal,
            email: (*owner).to_owned(),
            issued: token.issued.to_string(),
            ends: ends.to_string(),
            expired: world.now() >= *ends,
            token: token.to_string(),
        }
    }

    /// Tokens of a world in the order of their issue: so many, after the first so many.
    pub(crate) fn page(world: &World, after: usize, limit: usize) -> Vec<Self> {
        world.tokens(after).take(limit).map(|issued| Self::of(world, &issued)).collect()
    }

    /// The token with this ordinal or this text.
    pub(crate) fn find(world: &World, key: &str) -> Option<Self> {
        let by_text = || world.find_token(key);
        let issued = key.parse().ok().and_then(|ordinal| world.token(ordinal)).or_else(by_text)?;
        Some(Self::of(world, &issued))
    }

    /// Its ordinal.
    pub(crate) fn ordinal(&self) -> u32 {
        self.ordinal
    }
}

/// The demo user, with all that logs it in.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemoUserView {
    /// Its address.
    pub email: String,
    /// Its password in plain; null if only a client knows it.
    pub password: Option<String>,
    /// The MD5 text of it: what a login sends; null if it has none.
    pub passwd: Option<String>,
    /// The partner it belongs to.
    pub partner_code: String,
}

impl DemoUserView {
    /// The demo user of this world as it is now.
    pub(crate) fn of(world: &World) -> Option<Self> {
        let User { email, partner, passwd, password, .. } = world.demo_user()?;
        Some(Self {
            email: email.clone(),
            password: password.as_deref().map(str::to_owned),
            passwd: passwd.as_deref().map(str::to_owned),
            partner_code: partner.clone(),
        })
    }
}
