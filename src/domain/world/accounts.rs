//! Accounts: who registers, who logs in, and what the lenient policy lets pass.
//!
//! What a session makes or changes lives in its world, before the stock that all sessions share: one new password does not
//! copy a catalogue.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::admit::TOKENS_FULL;
use super::{Place, World};
use crate::domain::dice::Kind;
use crate::domain::language::Language;
use crate::domain::policy::Auth;
use crate::domain::refusal::{Mismatch, Refusal};
use crate::domain::token::Token;
use crate::domain::user::{Credentials, User};

/// Most accounts that a session makes or changes, and most addresses that it sends codes to. Ours: nobody has to be known to
/// register, so a client in a loop would fill the memory.
const MOST_ACCOUNTS: usize = 100_000;

/// What a session has of its own.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Accounts {
    /// Made or changed here, by [`User::key`].
    pub(super) own: BTreeMap<String, User>,
    /// The last code that was sent to an address, by [`User::key`].
    pub(super) codes: BTreeMap<String, u16>,
    pub(super) codes_sent: u64,
}

/// What a registration or a login comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Welcome {
    /// The new token; older ones live on.
    pub token: Token,
    /// What the lenient policy let pass.
    pub waived: Vec<Mismatch>,
}

impl World {
    /// The account with this address.
    pub(crate) fn account(&self, email: &str) -> Option<&User> {
        let key = User::key(email);
        self.accounts.own.get(&key).or_else(|| self.stock.users.get(&key))
    }

    /// All accounts, by address.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &User> {
        let (mut own, mut shared) = (self.accounts.own.iter().peekable(), self.stock.users.iter().peekable());
        std::iter::from_fn(move || match (own.peek(), shared.peek()) {
            (Some((mine, _)), Some((theirs, _))) if mine > theirs => shared.next(),
            (Some((mine, _)), Some((theirs, _))) => {
                if mine == theirs {
                    shared.next();
                }
                own.next()
            }
            (Some(_), None) => own.next(),
            (None, _) => shared.next(),
        })
        .map(|(_, user)| user)
    }

    /// How many there are.
    pub(crate) fn account_count(&self) -> usize {
        let own = &self.accounts.own;
        own.len() + self.stock.users.keys().filter(|key| !own.contains_key(*key)).count()
    }

    /// The account that stands in for a caller without a token of ours.
    pub(crate) fn demo_user(&self) -> Option<&User> {
        self.account(&self.stock.demo_user)
    }

    /// Whether a partner code may be used at all.
    pub(crate) fn takes_partner(&self, code: &str) -> bool {
        self.policy.auth == Auth::Lenient || self.stock.partners.contains_key(code)
    }

    /// Makes an account and issues its first token. An address that has one is refused even when lenient: an app has to deal
    /// with it.
    pub(crate) fn register(&mut self, who: &Credentials<'_>) -> Result<Welcome, Refusal> {
        if self.account(who.email).is_some() {
            return Err(Refusal::AccountExists);
        }
        let mut waived = Vec::new();
        self.judge_partner(None, who, &mut waived)?;
        self.enter(who, waived)
    }

    /// Issues a new token; no older one is revoked. When lenient, an unknown address makes the account, and a wrong password or
    /// partner passes.
    pub(crate) fn login(&mut self, who: &Credentials<'_>) -> Result<Welcome, Refusal> {
        let mut waived = Vec::new();
        let account = self.account(who.email);
        if account.is_none() {
            self.waive(Mismatch::UnknownAccount, &mut waived)?;
        }
        self.judge_partner(account, who, &mut waived)?;
        if account.is_some_and(|user| user.passwd.as_deref() != Some(who.passwd)) {
            self.waive(Mismatch::WrongPassword, &mut waived)?;
        }
        self.enter(who, waived)
    }

    /// Sets an account's password. Tokens live on: nothing documented says otherwise. When lenient, an unknown address makes
    /// the account.
    pub(crate) fn reset_password(&mut self, who: &Credentials<'_>) -> Result<Vec<Mismatch>, Refusal> {
        let mut waived = Vec::new();
        let account = self.account(who.email);
        if account.is_none() {
            self.waive(Mismatch::UnknownAccount, &mut waived)?;
        }
        self.judge_partner(account, who, &mut waived)?;
        let changed =
            |user: &User| User { passwd: Some(Arc::from(who.passwd)), password: None, ..user.clone() };
        let user = account.map_or_else(|| User::of(who), changed);
        self.put_account(user)?;
        Ok(waived)
    }

    /// Puts an account in, in place of the one with its address.
    pub(crate) fn put_account(&mut self, user: User) -> Result<(), Refusal> {
        let key = User::key(&user.email);
        has_room(&self.accounts.own, &key)?;
        self.marks.mark(|| Place::Account(key.clone()));
        self.accounts.own.insert(key, user);
        Ok(())
    }

    /// Draws a verification code for an address, of an account or not: it is asked for before one registers. Nothing ever
    /// asks for the code.
    pub(crate) fn send_verification_code(&mut self, email: &str, language: Language) -> Result<(), Refusal> {
        let key = User::key(email);
        has_room(&self.accounts.codes, &key)?;
        self.has_room_for_a_mail()?;
        let drawn = self.seed.draw(Kind::VerifyCode, self.accounts.codes_sent).below(9_000);
        // Four digits without a leading zero: the documents send the code as a number.
        let code = 1_000 + u16::try_from(drawn).unwrap_or(0);
        self.accounts.codes_sent += 1;
        self.write_code_mail(code, email, language);
        self.marks.mark(|| Place::Code(key.clone()));
        self.accounts.codes.insert(key, code);
        Ok(())
    }

    /// The last code that was sent to an address.
    pub(crate) fn verification_code(&self, email: &str) -> Option<u16> {
        self.accounts.codes.get(&User::key(email)).copied()
    }

    /// Makes the account if there is none, and issues a token: both, or nothing.
    fn enter(&mut self, who: &Credentials<'_>, waived: Vec<Mismatch>) -> Result<Welcome, Refusal> {
        self.has_room_for_a_token()?;
        let known = self.account(who.email).map(|user| user.email.clone());
        let owner = match known {
            Some(owner) => owner,
            None => {
                self.put_account(User::of(who))?;
                who.email.to_owned()
            }
        };
        let token = self.issue_token(&owner).ok_or(TOKENS_FULL)?;
        Ok(Welcome { token, waived })
    }

    fn judge_partner(
        &self,
        account: Option<&User>,
        who: &Credentials<'_>,
        waived: &mut Vec<Mismatch>,
    ) -> Result<(), Refusal> {
        if !self.stock.partners.contains_key(who.partner) {
            self.waive(Mismatch::UnknownPartner, waived)?;
        }
        match account {
            Some(user) if user.partner != who.partner => {
                self.waive(Mismatch::OtherPartner { partner: user.partner.clone() }, waived)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn waive(&self, mismatch: Mismatch, waived: &mut Vec<Mismatch>) -> Result<(), Refusal> {
        match self.policy.auth {
            Auth::Strict => Err(Refusal::WrongCredentials(mismatch)),
            Auth::Lenient => {
                waived.push(mismatch);
                Ok(())
            }
        }
    }
}

impl User {
    /// The account that these credentials make.
    fn of(who: &Credentials<'_>) -> Self {
        let Credentials { email, passwd, partner } = *who;
        Self {
            email: email.to_owned(),
            partner: partner.to_owned(),
            passwd: Some(Arc::from(passwd)),
            password: None,
            name: None,
        }
    }
}

/// Whether one more key fits in.
fn has_room<T>(kept: &BTreeMap<String, T>, key: &str) -> Result<(), Refusal> {
    if kept.len() < MOST_ACCOUNTS || kept.contains_key(key) {
        return Ok(());
    }
    Err(Refusal::AccountsFull { limit: MOST_ACCOUNTS })
}
