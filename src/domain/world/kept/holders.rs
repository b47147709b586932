//! Who holds which profile, as far as the orders tell it: the first one that is about it. A profile that was given again, or whose
//! order went on with another one, has a row that tells more.

use crate::domain::ledger::Ledger;
use crate::domain::order::{Esim, OrderOrdinal};

/// By profile, of so many; `None` if no order tells.
pub(super) fn by_orders(orders: &Ledger, known: usize) -> Vec<Option<OrderOrdinal>> {
    let mut holders = vec![None; known];
    for (at, order) in (0..).zip(orders.iter()) {
        if let Esim::New(profile) = order.esim
            && let Some(holder) = usize::try_from(profile.0).ok().and_then(|at| holders.get_mut(at))
        {
            holder.get_or_insert(OrderOrdinal(at));
        }
    }
    holders
}
