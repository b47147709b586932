//! eSIM QR Mall APIs: accounts, pre-order, pay, poll, QR code. The index of the group.

mod admission;
mod browsing;
mod codes;
mod country_package_list;
mod credentials;
mod detail_v1_0;
mod detail_v1_1;
mod email_login;
mod email_register;
mod email_verification_code;
mod envelope;
mod format;
mod items;
mod login;
mod my_esim_detail_v1_0;
mod my_esim_detail_v1_1;
mod orders;
mod package_list_v1_0;
mod package_list_v1_1;
mod password_reset;
mod pre_order_package_v1_0;
mod pre_order_package_v1_1;
mod pre_order_package_v1_2;
mod query_country;
mod query_ord_status;
mod query_ord_status_and_email;
mod select_continents_code;
mod select_hot_package;
mod select_package_by_continents;
mod select_top_up_list;
mod top_up_order;
mod webhook_v1_0;
mod webhook_v1_1;
mod wish;

use crate::contract::endpoint::{Admit, Endpoint};
use crate::contract::group::Group;
use crate::contract::language;

/// The group. Versions of a call stand together, the newest last.
pub(crate) const GROUP: Group = Group {
    id: "esim_qr_mall",
    title: "eSIM QR Mall APIs",
    endpoints: ENDPOINTS,
    claim: admission::claim,
    language: language::asked_for,
    seal: None,
    // Its world is there from the start.
    ready: |_| {},
    envelope: envelope::wrap,
    code_of: codes::of,
    detail: codes::detail,
    notification: Some((NEWEST_WEBHOOK, webhook_v1_1::body)),
    success: codes::SUCCESS,
    general_error: codes::ERROR,
};

const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "esim_qr_mall/email_verification_code",
        admit: Admit::Anyone,
        run: email_verification_code::run,
    },
    Endpoint { id: "esim_qr_mall/email_register", admit: Admit::Anyone, run: email_register::run },
    Endpoint { id: "esim_qr_mall/login", admit: Admit::Anyone, run: login::run },
    Endpoint { id: "esim_qr_mall/email_login", admit: Admit::Anyone, run: email_login::run },
    Endpoint { id: "esim_qr_mall/password_reset", admit: Admit::Anyone, run: password_reset::run },
    Endpoint {
        id: "esim_qr_mall/country_package_list",
        admit: Admit::Anyone,
        run: country_package_list::run,
    },
    Endpoint { id: "esim_qr_mall/package_list_v1_0", admit: Admit::Anyone, run: package_list_v1_0::run },
    Endpoint { id: "esim_qr_mall/package_list_v1_1", admit: Admit::Anyone, run: package_list_v1_1::run },
    Endpoint { id: "esim_qr_mall/detail_v1_0", admit: Admit::Anyone, run: detail_v1_0::run },
    Endpoint { id: "esim_qr_mall/detail_v1_1", admit: Admit::Anyone, run: detail_v1_1::run },
    Endpoint { id: "esim_qr_mall/query_country", admit: Admit::Anyone, run: query_country::run },
    Endpoint {
        id: "esim_qr_mall/select_continents_code",
        admit: Admit::Anyone,
        run: select_continents_code::run,
    },
    Endpoint {
        id: "esim_qr_mall/select_package_by_continents",
        admit: Admit::Anyone,
        run: select_package_by_continents::run,
    },
    Endpoint { id: "esim_qr_mall/select_hot_package", admit: Admit::Anyone, run: select_hot_package::run },
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
    Endpoint { id: "esim_qr_mall/webhook_v1_0", admit: Admit::Token, run: webhook_v1_0::run },
    Endpoint { id: NEWEST_WEBHOOK, admit: Admit::Token, run: webhook_v1_1::run },
    Endpoint { id: "esim_qr_mall/query_ord_status", admit: Admit::Token, run: query_ord_status::run },
    Endpoint {
        id: "esim_qr_mall/query_ord_status_and_email",
        admit: Admit::Token,
        run: query_ord_status_and_email::run,
    },
    Endpoint { id: "esim_qr_mall/my_esim_detail_v1_0", admit: Admit::Token, run: my_esim_detail_v1_0::run },
    Endpoint { id: "esim_qr_mall/my_esim_detail_v1_1", admit: Admit::Token, run: my_esim_detail_v1_1::run },
    Endpoint { id: "esim_qr_mall/select_top_up_list", admit: Admit::Token, run: select_top_up_list::run },
    Endpoint { id: "esim_qr_mall/top_up_order", admit: Admit::Token, run: top_up_order::run },
];

const NEWEST_WEBHOOK: &str = "esim_qr_mall/webhook_v1_1";
