//! Which session a call belongs to, with the real time in hand.

use bytes::Bytes;

use super::pick;
use crate::contract::call::Call;
use crate::domain::moment::{Moment, Span};
use crate::sandbox::Sandbox;
use crate::session::registry::Order;

#[test]
fn a_session_that_is_only_called_at_its_own_port_is_not_idle() {
    let wire = Sandbox::builder().assemble().expect("a wire");
    let at = |seconds: i64| Moment::from_millis(1_700_000_000_000 + seconds * 1_000);
    let order = Order { idle: Span::parse("60s"), ..Order::default() };
    let session = wire.registry.make("busy", order, at(0)).expect("a session");
    let call = || -> Call { http::Request::post("/x").body(Bytes::new()).expect("a call") };
    // Two minutes in all, but never one without a call.
    for seconds in [50, 100, 150] {
        let found = pick::session(&wire.registry, Some(&session), &mut call(), at(seconds));
        assert!(found.is_ok_and(|found| found.name() == "busy"), "{seconds}");
    }
    let gone =
        pick::session(&wire.registry, Some(&session), &mut call(), at(210)).err().expect("an idle one");
    assert_eq!((gone.status.as_u16(), gone.word), (410, "session-gone"));
}
