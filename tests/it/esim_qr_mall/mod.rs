//! The eSIM QR Mall APIs.

mod codes;
mod pre_order;
mod pre_order_refused;
mod users;
