//! The eSIM QR Mall APIs.

mod browse;
mod browse_refused;
mod codes;
mod magic;
mod mails;
mod payer;
mod pre_order;
mod pre_order_refused;
mod purchase;
mod users;
