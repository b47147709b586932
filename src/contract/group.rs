//! A group of the vendor's portal: what its endpoints have in common, and what sets it apart from the other groups.

use serde_json::{Map, Value};

use super::call::Call;
use super::card::Card;
use super::codes::CodeRow;
use super::endpoint::{Admit, Data, Endpoint};
use crate::domain::language::Language;
use crate::domain::payment::Due;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Stock;
use crate::domain::user::Claim;
use crate::domain::world::World;

/// Writes the body of a payment notification; `None` if the order is gone.
pub(crate) type Notify = fn(&World, Due) -> Option<Vec<u8>>;

/// Signs the fields of a call, as the client that they name would.
pub(crate) type Seal = fn(&mut Map<String, Value>, &Stock);

/// One group. The groups differ exactly here.
pub(crate) struct Group {
    /// The name of its folders under `src/vendor` and `fixtures`.
    pub id: &'static str,
    /// The portal's title.
    pub title: &'static str,
    /// Its endpoints, in the portal's order.
    pub endpoints: &'static [Endpoint],
    /// Who a call says it comes from; outside the lock. Partners and their secrets are in the stock.
    pub claim: fn(&Call, &Card, Admit, &Stock) -> Claim,
    /// Which language a caller asks for.
    pub language: fn(&Call) -> Language,
    /// What a client adds to fields of its own making: a signature. `None` if the group's calls have none.
    pub seal: Option<Seal>,
    /// What has to be so before an endpoint of the group looks at the world; within the lock.
    pub ready: fn(&mut World),
    /// The envelope around data and message.
    pub envelope: fn(&CodeRow, Option<&Data>, &str) -> Vec<u8>,
    /// The code's name for a refusal.
    pub code_of: fn(&Refusal) -> &'static str,
    /// What is said behind the code's own text about a refusal; `None` where the text says it all.
    pub detail: fn(&Refusal, &Card, Language) -> Option<String>,
    /// How a partner's server tells of a payment: the endpoint, and the body of its call. `None` if the group has no such call.
    pub notification: Option<(&'static str, Notify)>,
    /// The name of the code of a success.
    pub success: &'static str,
    /// The name of the code for what no page foresees: an unknown path, a wrong method.
    pub general_error: &'static str,
}
