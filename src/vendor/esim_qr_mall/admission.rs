//! Who a call says it comes from: the header `x-access-token`.

use std::sync::Arc;

use crate::contract::call::{Call, InTheNameOf, Rare, SessionGone};
use crate::contract::card::Card;
use crate::contract::endpoint::Admit;
use crate::domain::stock::Stock;
use crate::domain::token::Token;
use crate::domain::user::Claim;

/// Reads the token into a claim. The vendor's own samples send the header with an empty value.
pub(super) fn claim(call: &Call, _: &Card, admit: Admit, _: &Stock) -> Claim {
    if let Some(InTheNameOf(account)) = call.extensions().get() {
        return Claim::InTheNameOf(Arc::clone(account));
    }
    match admit {
        Admit::Anyone | Admit::Signed => Claim::Nobody,
        Admit::Token => match call.rare(Rare::AccessToken) {
            Some(token) if !token.is_empty() => match token.to_str().ok().and_then(Token::parse) {
                Some(_) if call.extensions().get::<SessionGone>().is_some() => Claim::TokenOfGoneSession,
                Some(token) => Claim::Token(token),
                None => Claim::ForeignToken,
            },
            _ => Claim::NoToken,
        },
    }
}
