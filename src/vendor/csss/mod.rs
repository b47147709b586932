//! CSSS APIs: SIMs, their plans, orders, usage and texts, by signed calls. The index of the group.

mod admission;
mod answer;
mod codes;
mod envelope;
mod language;
mod order_package;
mod signing;
mod slips;
mod wish;
mod words;

use crate::contract::endpoint::{Admit, Endpoint};
use crate::contract::group::Group;
use crate::domain::world::World;

/// The group.
pub(crate) const GROUP: Group = Group {
    id: "csss",
    title: "CSSS APIs",
    endpoints: ENDPOINTS,
    claim: admission::claim,
    language: language::asked_for,
    seal: Some(admission::seal),
    ready: World::wake_fleet,
    envelope: envelope::wrap,
    code_of: codes::of,
    detail: codes::detail,
    notification: None,
    success: codes::SUCCESS,
    general_error: codes::ERROR,
};

const ENDPOINTS: &[Endpoint] =
    &[Endpoint { id: "csss/order_package", admit: Admit::Signed, run: order_package::run }];
