//! Looking orders and their eSIMs up. No index is kept: an order's place is computed from its id, a profile's from its ICCID.

use super::{Place, World};
use crate::domain::ids;
use crate::domain::order::{Esim, Order, OrderOrdinal};
use crate::domain::profile::{Installation, ProfileOrdinal};

impl World {
    /// How many orders were made in it, those for SIMs included: what counts against the limit.
    pub(crate) fn orders_made(&self) -> usize {
        self.orders.len() + self.plan_orders_made()
    }

    /// Other worlds have so many orders, which count against the same limit.
    pub(crate) fn orders_elsewhere(&mut self, count: usize) {
        self.elsewhere = count;
    }

    /// Whether so many more may be made.
    pub(super) fn has_room_for_orders(&self, more: usize) -> bool {
        self.orders_made().saturating_add(self.elsewhere).saturating_add(more) <= self.order_limit
    }

    /// The order at a place.
    pub(crate) fn order_at(&self, at: OrderOrdinal) -> Option<&Order> {
        self.orders.get(usize::try_from(at.0).ok()?)
    }

    pub(super) fn change_order(&mut self, at: OrderOrdinal, change: impl FnOnce(&mut Order)) {
        self.marks.mark(|| Place::Order(at.0));
        if let Some(order) = usize::try_from(at.0).ok().and_then(|at| self.orders.get_mut(at)) {
            change(order);
        }
    }

    /// The place of the order with this id.
    pub(crate) fn ordinal_by_id(&self, id: u32) -> Option<OrderOrdinal> {
        let at = OrderOrdinal(self.numbers.ids.position(self.seed, id)?);
        self.order_at(at).map(|_| at)
    }

    /// The place of the order with this number: numbers rise.
    pub(crate) fn ordinal_by_number(&self, number: &str) -> Option<OrderOrdinal> {
        let found = self.orders.search(|order| order.number.text().as_str().cmp(number))?;
        self.ordinal_by_id(found.id)
    }

    /// The place of the order with this id or number.
    pub(crate) fn find_order(&self, key: &str) -> Option<OrderOrdinal> {
        let by_id = key.parse().ok().and_then(|id| self.ordinal_by_id(id));
        by_id.or_else(|| self.ordinal_by_number(key))
    }

    /// The profile that an order holds; of a top-up, that of the order whose eSIM it is for. `None` once it was released: it
    /// may be somebody else's by then.
    pub(crate) fn profile_of(&self, order: &Order) -> Option<ProfileOrdinal> {
        match order.esim {
            Esim::New(profile) => Some(profile).filter(|_| order.stage.is_open() || order.stage.is_paid()),
            Esim::TopUpOf(base) => match self.order_at(base)?.esim {
                Esim::New(profile) => Some(profile),
                Esim::TopUpOf(_) => None,
            },
        }
    }

    /// The ICCID of the eSIM that an order is about.
    pub(crate) fn iccid(&self, order: &Order) -> Option<String> {
        Some(self.profile_iccid(self.profile_of(order)?))
    }

    /// The text of the QR code of the eSIM that an order is about.
    pub(crate) fn qr_text(&self, order: &Order) -> Option<String> {
        Some(self.profile_qr_text(self.profile_of(order)?))
    }

    /// A profile's ICCID.
    pub(crate) fn profile_iccid(&self, profile: ProfileOrdinal) -> String {
        ids::iccid(self.seed, profile.0)
    }

    /// The text of a profile's QR code.
    pub(crate) fn profile_qr_text(&self, profile: ProfileOrdinal) -> String {
        ids::qr_text(self.seed, profile.0)
    }

    /// The profile with this ICCID, if it was ever reserved: ICCIDs rise.
    pub(crate) fn profile_by_iccid(&self, iccid: &str) -> Option<ProfileOrdinal> {
        let known = u32::try_from(self.pool.known()).unwrap_or(u32::MAX);
        let (mut low, mut high) = (0, known);
        while low < high {
            let middle = low + (high - low) / 2;
            match ids::iccid(self.seed, middle).as_str().cmp(iccid) {
                std::cmp::Ordering::Equal => return Some(ProfileOrdinal(middle)),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The paid order whose eSIM this ICCID names.
    pub(crate) fn owner_of_esim(&self, iccid: &str) -> Option<OrderOrdinal> {
        let at = self.pool.holder(self.profile_by_iccid(iccid)?)?;
        self.order_at(at).filter(|order| order.stage.is_paid()).map(|_| at)
    }

    /// Paid top-ups of an order's eSIM, oldest first.
    pub(crate) fn top_ups_of(&self, at: OrderOrdinal) -> impl Iterator<Item = &Order> {
        self.top_ups.get(&at).into_iter().flatten().filter_map(|at| self.order_at(*at))
    }

    /// Takes the profile out from under an order that is not paid yet; whether it could be.
    pub(crate) fn withdraw_profile(&mut self, profile: ProfileOrdinal) -> bool {
        let holder = self.pool.holder(profile).and_then(|at| self.order_at(at));
        let is_reserved = holder.is_some_and(|order| order.stage.is_open());
        if is_reserved {
            self.pool.withdraw(profile);
            self.marks.mark(|| Place::Profile(profile.0));
        }
        is_reserved
    }

    /// A phone makes something of a paid eSIM; whether there is one.
    pub(crate) fn install(&mut self, profile: ProfileOrdinal, installation: Installation) -> bool {
        let holder = self.pool.holder(profile).and_then(|at| self.order_at(at));
        let is_paid = holder.is_some_and(|order| order.stage.is_paid());
        if is_paid {
            self.pool.install(profile, installation);
            self.marks.mark(|| Place::Profile(profile.0));
        }
        is_paid
    }
}
