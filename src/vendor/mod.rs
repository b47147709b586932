//! The vendor's own names: one folder for each group of the portal, with the same file names inside each.

pub(crate) mod csss;
pub(crate) mod esim_qr_mall;

use crate::contract::group::Group;

/// All groups that are served, in the portal's order.
pub(crate) const GROUPS: &[&Group] = &[&esim_qr_mall::GROUP, &csss::GROUP];
