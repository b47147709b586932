//! The eSIM QR Mall APIs.

mod codes;
mod magic;
mod mails;
mod payer;
mod pre_order;
mod pre_order_refused;
mod purchase;
mod users;
