//! Who a call says it comes from: the header `x-access-token`.

use crate::contract::call::Call;
use crate::contract::endpoint::Admit;
use crate::domain::user::Claim;

/// Reads the token into a claim. The vendor's own samples send the header with an empty value.
pub(super) fn claim(call: &Call, admit: Admit) -> Claim {
    match admit {
        Admit::Anyone => Claim::Nobody,
        Admit::Token => match call.headers().get("x-access-token") {
            Some(token) if !token.is_empty() => Claim::ForeignToken,
            _ => Claim::NoToken,
        },
    }
}
