//! CSSS APIs: SIMs, their plans, orders, usage and texts, by signed calls. The index of the group.

mod admission;
mod answer;
mod batch_order_packages;
mod cancel_order;
mod codes;
mod create_ota_order;
mod enable_order;
mod end_order;
mod envelope;
mod get_info_by_device_id;
mod items;
mod language;
mod order_package;
mod orders;
mod pause_service;
mod plans;
mod query_batch_flow_usage;
mod query_daily_flow_usage;
mod query_device;
mod query_device_flow_usage;
mod query_device_list;
mod query_month_flow_usage;
mod query_order;
mod query_package;
mod renew_package;
mod request;
mod resume_service;
mod send_sms;
mod signing;
mod slips;
mod sync_asset_info;
mod sync_package;
mod wish;
mod words;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use signing::plain_content;
pub(crate) use signing::{Judged, judge_by_hand};

use crate::contract::endpoint::{Admit, Endpoint, Run};
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

const ENDPOINTS: &[Endpoint] = &[
    signed("csss/query_device_list", query_device_list::run),
    signed("csss/query_device", query_device::run),
    signed("csss/sync_asset_info", sync_asset_info::run),
    signed("csss/query_device_flow_usage", query_device_flow_usage::run),
    signed("csss/query_batch_flow_usage", query_batch_flow_usage::run),
    signed("csss/query_daily_flow_usage", query_daily_flow_usage::run),
    signed("csss/query_month_flow_usage", query_month_flow_usage::run),
    signed("csss/query_package", query_package::run),
    signed("csss/order_package", order_package::run),
    signed("csss/batch_order_packages", batch_order_packages::run),
    signed("csss/renew_package", renew_package::run),
    signed("csss/query_order", query_order::run),
    signed("csss/enable_order", enable_order::run),
    signed("csss/cancel_order", cancel_order::run),
    signed("csss/end_order", end_order::run),
    signed("csss/pause_service", pause_service::run),
    signed("csss/resume_service", resume_service::run),
    signed("csss/sync_package", sync_package::run),
    signed("csss/send_sms", send_sms::run),
    signed("csss/create_ota_order", create_ota_order::run),
    signed("csss/get_info_by_device_id", get_info_by_device_id::run),
];

/// Every call of the group is signed.
const fn signed(id: &'static str, run: Run) -> Endpoint {
    Endpoint { id, admit: Admit::Signed, run }
}
