//! The table of all actions.

mod callbacks;
mod callbacks_set;
mod clock_advance;
mod clock_look;
mod clock_set;
mod codes;
mod coverage;
mod deliveries;
mod delivery_again;
mod endpoints;
mod entry;
mod events_fire;
mod explain;
mod fail_next;
mod faults;
mod fork;
mod health_live;
mod health_ready;
mod journal;
mod journal_clear;
mod magic;
mod openapi;
mod order;
mod order_patch;
mod order_pay;
mod orders;
mod outbox;
mod outbox_eml;
mod outbox_mail;
mod outbox_qr_png;
mod outbox_qr_svg;
mod package;
mod package_patch;
mod packages;
mod profile;
mod profile_patch;
mod profiles;
mod reload;
mod reset;
mod restore;
mod rule_drop;
mod rules_arm;
mod rules_drop;
mod rules_list;
mod scenario_look;
mod scenario_put;
mod scenarios;
mod schema;
mod session_drop;
mod session_look;
mod sessions_drop;
mod sessions_list;
mod sessions_make;
mod settings;
mod shutdown;
mod sim;
mod sim_patch;
mod sim_text;
mod sims;
mod snapshot;
mod token;
mod token_patch;
mod tokens;
mod tokens_make;
mod user;
mod user_patch;
mod users;
mod users_make;
mod verify;
mod why;

use super::action::Action;

/// All actions, as a 404 lists them.
pub(super) const ACTIONS: &[Action] = &[
    health_live::ACTION,
    health_ready::ACTION,
    sessions_make::ACTION,
    sessions_list::ACTION,
    sessions_drop::ACTION,
    session_look::ACTION,
    session_drop::ACTION,
    reset::ACTION,
    fork::ACTION,
    snapshot::ACTION,
    restore::ACTION,
    scenario_look::ACTION,
    scenario_put::ACTION,
    rules_arm::ACTION,
    rules_list::ACTION,
    rules_drop::ACTION,
    rule_drop::ACTION,
    fail_next::ACTION,
    clock_look::ACTION,
    clock_set::ACTION,
    clock_advance::ACTION,
    users::ACTION,
    users_make::ACTION,
    user::ACTION,
    user_patch::ACTION,
    tokens::ACTION,
    tokens_make::ACTION,
    token::ACTION,
    token_patch::ACTION,
    orders::ACTION,
    order::ACTION,
    order_patch::ACTION,
    order_pay::ACTION,
    outbox::ACTION,
    outbox_mail::ACTION,
    outbox_eml::ACTION,
    outbox_qr_svg::ACTION,
    outbox_qr_png::ACTION,
    callbacks::ACTION,
    callbacks_set::ACTION,
    events_fire::ACTION,
    deliveries::ACTION,
    delivery_again::ACTION,
    profiles::ACTION,
    profile::ACTION,
    profile_patch::ACTION,
    sims::ACTION,
    sim::ACTION,
    sim_patch::ACTION,
    sim_text::ACTION,
    packages::ACTION,
    package::ACTION,
    package_patch::ACTION,
    journal::ACTION,
    entry::ACTION,
    why::ACTION,
    explain::ACTION,
    journal_clear::ACTION,
    verify::ACTION,
    endpoints::ACTION,
    codes::ACTION,
    faults::ACTION,
    coverage::ACTION,
    magic::ACTION,
    scenarios::ACTION,
    settings::ACTION,
    schema::ACTION,
    openapi::ACTION,
    reload::ACTION,
    shutdown::ACTION,
];
