//! An eSIM profile.

use serde::Serialize;

use crate::domain::profile::ProfileOrdinal;
use crate::domain::world::World;

/// A profile that was reserved at least once.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileView {
    /// Its ICCID, 20 digits.
    pub iccid: String,
    /// The text of its QR code.
    pub qr_text: String,
    /// What has become of it: `reserved`, `assigned`, `free` again, or `withdrawn`.
    pub state: &'static str,
    /// What a phone has made of it: `released` until one has fetched it.
    pub installation: &'static str,
    /// The order that holds it, or held it last.
    pub order_id: Option<u32>,
}

impl ProfileView {
    /// Shows a profile of this world.
    pub(crate) fn of(world: &World, profile: ProfileOrdinal) -> Self {
        let holder = world.pool().holder(profile).and_then(|at| world.order_at(at));
        let state = match holder {
            _ if world.pool().is_withdrawn(profile) => "withdrawn",
            Some(order) if order.stage.is_paid() => "assigned",
            Some(order) if order.stage.is_open() => "reserved",
            Some(_) | None => "free",
        };
        Self {
            iccid: world.profile_iccid(profile),
            qr_text: world.profile_qr_text(profile),
            state,
            installation: world.pool().installation(profile).word(),
            order_id: holder.map(|order| order.id),
        }
    }
}
