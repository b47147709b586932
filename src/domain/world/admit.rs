//! Who is let in: tokens, and what stands in for them under the lenient policy.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Place, World};
use crate::domain::moment::Moment;
use crate::domain::policy::Auth;
use crate::domain::refusal::{Refusal, TokenFault};
use crate::domain::signature::{Good, SignatureFault, Signatures, Stamp};
use crate::domain::token::Token;
use crate::domain::user::{Admitted, Caller, Claim};

/// Most tokens that a session issues. Ours: every login makes one, and none is ever forgotten.
const MOST_TOKENS: usize = 1_000_000;

/// More are refused.
pub(super) const TOKENS_FULL: Refusal = Refusal::TokensFull { limit: MOST_TOKENS };

/// A token that was issued, by its ordinal. Its text is computed when somebody asks for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Issue {
    owner: Arc<str>,
    at: Moment,
    ends: Moment,
}

/// A token that was issued, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issued<'w> {
    /// Its ordinal in this epoch.
    pub ordinal: u32,
    /// The address of its account.
    pub owner: &'w str,
    /// The first moment at which it no longer counts.
    pub ends: Moment,
    /// The token itself.
    pub token: Token,
}

impl Issue {
    fn new(owner: Arc<str>, at: Moment) -> Self {
        Self { owner, at, ends: at.plus(Token::life()).unwrap_or(Moment::LAST) }
    }

    /// The demo user's, which every world has from its start.
    pub(super) fn ready(demo_user: &Arc<str>, at: Moment) -> Option<Self> {
        (!demo_user.is_empty()).then(|| Self::new(Arc::clone(demo_user), at))
    }
}

impl World {
    /// Takes a caller for whom it claims to be, or refuses it. What expired here is refused even when lenient; what nobody
    /// here issued stands for the demo user then.
    pub(crate) fn admit(&self, claim: &Claim) -> Result<Caller, Refusal> {
        let caller = |email, admitted| Caller { email, admitted, token: None, partner: Arc::default() };
        let fault = match claim {
            Claim::Nobody => return Ok(caller(Arc::default(), Admitted::Freely)),
            Claim::InTheNameOf(account) => return Ok(caller(Arc::clone(account), Admitted::Freely)),
            Claim::Partner { code, signature, stamp } => return self.admit_partner(code, signature, stamp),
            Claim::NoToken => TokenFault::Missing,
            Claim::ForeignToken => TokenFault::Foreign,
            Claim::TokenOfGoneSession => TokenFault::SessionGone,
            Claim::Token(token) => match self.judge_token(token) {
                Ok(owner) => {
                    let token = Some(token.ordinal);
                    return Ok(Caller { token, ..caller(owner, Admitted::ByToken) });
                }
                Err(fault) => fault,
            },
        };
        let admitted = match fault {
            TokenFault::Expired | TokenFault::SessionGone => return Err(Refusal::NoLiveToken(fault)),
            TokenFault::OldEpoch => Admitted::AsStandInForOldToken,
            TokenFault::Missing | TokenFault::Foreign => Admitted::AsStandIn,
        };
        match self.policy.auth {
            Auth::Lenient => Ok(caller(Arc::clone(&self.stock.demo_user), admitted)),
            Auth::Strict => Err(Refusal::NoLiveToken(fault)),
        }
    }

    /// Takes a call for its partner's, as the policy looks at signatures.
    fn admit_partner(
        &self,
        code: &Arc<str>,
        signature: &Result<Good, Box<SignatureFault>>,
        stamp: &Stamp,
    ) -> Result<Caller, Refusal> {
        let admitted = match (signature, self.policy.signatures) {
            (Err(fault), Signatures::Check) => return Err(Refusal::BadSignature(fault.clone())),
            (Err(_), Signatures::Lenient) => Admitted::AsPartnerAllTheSame,
            (Ok(Good::PrintedSample), _) => Admitted::AsPartnerOfASample,
            (Ok(Good::Signed), _) | (Err(_), Signatures::Off) => Admitted::AsPartner,
        };
        // The samples are of 2022, and stay what they are.
        if self.policy.signatures == Signatures::Check
            && admitted == Admitted::AsPartner
            && let Some(window) = self.policy.signature_window
            && stamp.moment.is_none_or(|at| at.millis().abs_diff(self.now.millis()) > window.millis())
        {
            let sent = Arc::clone(&stamp.text);
            return Err(Refusal::BadSignature(Box::new(SignatureFault::Stale { sent, window })));
        }
        Ok(Caller { email: Arc::default(), admitted, token: None, partner: Arc::clone(code) })
    }

    /// The owner of a live token, or what is wrong with it.
    fn judge_token(&self, token: &Token) -> Result<Arc<str>, TokenFault> {
        if token.session != self.session {
            return Err(TokenFault::Foreign);
        }
        if *token != self.mint(token.epoch, token.issued, token.ordinal) {
            return Err(TokenFault::Foreign);
        }
        if token.epoch != self.epoch {
            return Err(TokenFault::OldEpoch);
        }
        let issue = self.issue(token.ordinal).filter(|issue| issue.at == token.issued);
        let issue = issue.ok_or(TokenFault::Foreign)?;
        if self.now >= issue.ends { Err(TokenFault::Expired) } else { Ok(Arc::clone(&issue.owner)) }
    }

    /// Issues a token for an account; `None` if there may be no more.
    pub(crate) fn issue_token(&mut self, owner: &str) -> Option<Token> {
        self.has_room_for_a_token().ok()?;
        let ordinal = u32::try_from(self.tokens.len()).ok()?;
        self.tokens.push(Issue::new(Arc::from(owner), self.now));
        Some(self.mint(self.epoch, self.now, ordinal))
    }

    /// When a token ends.
    pub(super) fn token_end(&self, token: usize) -> Option<Moment> {
        self.tokens.get(token).map(|issue| issue.ends)
    }

    /// The token with this ordinal.
    pub(crate) fn token(&self, ordinal: u32) -> Option<Issued<'_>> {
        let Issue { owner, at, ends } = self.issue(ordinal)?;
        Some(Issued { ordinal, owner, ends: *ends, token: self.mint(self.epoch, *at, ordinal) })
    }

    /// The token with this text, live or expired.
    pub(crate) fn find_token(&self, text: &str) -> Option<Issued<'_>> {
        let sent = Token::parse(text)?;
        self.token(sent.ordinal).filter(|issued| issued.token == sent)
    }

    /// The token that the session has from its start: the demo user's. `None` once it has expired.
    pub(crate) fn ready_token(&self) -> Option<Token> {
        let ready = self.token(0).filter(|issued| *issued.owner == *self.stock.demo_user);
        ready.filter(|issued| self.now < issued.ends).map(|issued| issued.token)
    }

    /// The tokens of this epoch in the order of their issue, without the first so many.
    pub(crate) fn tokens(&self, after: usize) -> impl Iterator<Item = Issued<'_>> {
        let all = after.min(self.tokens.len())..self.tokens.len();
        all.filter_map(|ordinal| self.token(u32::try_from(ordinal).ok()?))
    }

    /// How many there are.
    pub(crate) fn token_count(&self) -> usize {
        self.tokens.len()
    }

    /// Ends a token now; whether there is one with this ordinal.
    pub(crate) fn expire_token(&mut self, ordinal: u32) -> bool {
        let at = usize::try_from(ordinal).ok();
        let Some(issue) = at.and_then(|at| self.tokens.get_mut(at)) else { return false };
        issue.ends = issue.ends.min(self.now);
        self.marks.mark(|| Place::Token(ordinal));
        true
    }

    pub(super) fn has_room_for_a_token(&self) -> Result<(), Refusal> {
        if self.tokens.len() < MOST_TOKENS { Ok(()) } else { Err(TOKENS_FULL) }
    }

    fn issue(&self, ordinal: u32) -> Option<&Issue> {
        self.tokens.get(usize::try_from(ordinal).ok()?)
    }

    fn mint(&self, epoch: u64, issued: Moment, ordinal: u32) -> Token {
        Token::mint(self.seed, &self.session, epoch, issued, ordinal)
    }
}
