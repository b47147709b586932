//! Who is let in: tokens, and what stands in for them under the lenient policy.

use std::sync::Arc;

use super::World;
use crate::domain::moment::Moment;
use crate::domain::policy::Auth;
use crate::domain::refusal::{Refusal, TokenFault};
use crate::domain::token::Token;
use crate::domain::user::{Admitted, Caller, Claim};

/// A token that was issued, by its ordinal.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Issue {
    owner: Arc<str>,
    at: Moment,
    ends: Moment,
}

impl World {
    /// Takes a caller for whom it claims to be, or refuses it. What expired here is refused even when lenient; what nobody
    /// here issued stands for the demo user then.
    pub(crate) fn admit(&self, claim: &Claim) -> Result<Caller, Refusal> {
        let fault = match claim {
            Claim::Nobody => {
                return Ok(Caller { email: Arc::default(), admitted: Admitted::Freely, token: None });
            }
            Claim::NoToken => TokenFault::Missing,
            Claim::ForeignToken => TokenFault::Foreign,
            Claim::TokenOfGoneSession => TokenFault::SessionGone,
            Claim::Token(token) => match self.judge_token(token) {
                Ok(owner) => {
                    return Ok(Caller {
                        email: owner,
                        admitted: Admitted::ByToken,
                        token: Some(token.ordinal),
                    });
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
            Auth::Lenient => Ok(Caller { email: Arc::clone(&self.stock.demo_user), admitted, token: None }),
            Auth::Strict => Err(Refusal::NoLiveToken(fault)),
        }
    }

    /// The owner of a live token, or what is wrong with it.
    fn judge_token(&self, token: &Token) -> Result<Arc<str>, TokenFault> {
        if token.session != self.session {
            return Err(TokenFault::Foreign);
        }
        let issued_here = Token::mint(self.seed, &self.session, token.epoch, token.issued, token.ordinal);
        if *token != issued_here {
            return Err(TokenFault::Foreign);
        }
        if token.epoch != self.epoch {
            return Err(TokenFault::OldEpoch);
        }
        let at = usize::try_from(token.ordinal).ok();
        let issue = at.and_then(|at| self.tokens.get(at)).filter(|issue| issue.at == token.issued);
        let issue = issue.ok_or(TokenFault::Foreign)?;
        if issue.ends <= self.now { Err(TokenFault::Expired) } else { Ok(Arc::clone(&issue.owner)) }
    }

    /// When a token ends.
    pub(super) fn token_end(&self, token: usize) -> Option<Moment> {
        self.tokens.get(token).map(|issue| issue.ends)
    }

    /// Ends a token's life now.
    pub(crate) fn expire_token(&mut self, token: u32) {
        if let Some(issue) = usize::try_from(token).ok().and_then(|at| self.tokens.get_mut(at)) {
            issue.ends = issue.ends.min(self.now);
        }
    }

    /// Issues a token for an account.
    pub(crate) fn issue_token(&mut self, owner: &str) -> Option<Token> {
        let ordinal = u32::try_from(self.tokens.len()).ok()?;
        let ends = self.now.plus(Token::life()).unwrap_or(Moment::LAST);
        self.tokens.push(Issue { owner: Arc::from(owner), at: self.now, ends });
        Some(Token::mint(self.seed, &self.session, self.epoch, self.now, ordinal))
    }
}
