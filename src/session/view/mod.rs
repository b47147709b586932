//! What our own surfaces show of a session, as JSON: one thing, one file.

mod account;
mod delivery;
mod entry;
mod event;
mod mail;
mod order;
mod package;
mod profile;
mod sim;
mod why;

pub(crate) use account::{DemoUserView, TokenView, UserView};
pub(crate) use delivery::DeliveryView;
pub(crate) use entry::EntryView;
pub(crate) use event::EventView;
pub(crate) use mail::MailView;
pub(crate) use order::OrderView;
pub(crate) use package::PackageView;
pub(crate) use profile::ProfileView;
pub(crate) use sim::{PlanOrderView, SimView};
pub(crate) use why::WhyView;
