//! eSIM QR Mall APIs: pre-order, pay, poll, QR code. The index of the group.

mod admission;
mod codes;
mod envelope;
mod format;
mod pre_order_package_v1_0;
mod pre_order_package_v1_1;
mod pre_order_package_v1_2;

use crate::contract::endpoint::{Admit, Endpoint};
use crate::contract::group::Group;

/// The group. Versions of a call stand together, the newest last.
pub(crate) const GROUP: Group = Group {
    id: "esim_qr_mall",
    title: "eSIM QR Mall APIs",
    endpoints: ENDPOINTS,
    claim: admission::claim,
    envelope: envelope::wrap,
    code_of: codes::of,
    detail: codes::detail,
    success: codes::SUCCESS,
    general_error: codes::ERROR,
};

const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "esim_qr_mall/pre_order_package_v1_0",
        admit: Admit::Token,
        run: pre_order_package_v1_0::run,
    },
    Endpoint {
        id: "esim_qr_mall/pre_order_package_v1_1",
        admit: Admit::Token,
        run: pre_order_package_v1_1::run,
    },
    Endpoint {
        id: "esim_qr_mall/pre_order_package_v1_2",
        admit: Admit::Token,
        run: pre_order_package_v1_2::run,
    },
];
