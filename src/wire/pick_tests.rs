//! Which session a call belongs to, with the real time in hand.

use bytes::Bytes;

use super::pick;
use crate::contract::call::Call;
use crate::domain::moment::{Moment, Span};
use crate::sandbox::Sandbox;
use crate::session::claims::Claims;
use crate::session::registry::Order;

#[test]
fn a_session_that_is_only_called_at_its_own_port_is_not_idle() {
    let wire = Sandbox::builder().assemble().expect("a wire");
    let at = |seconds: i64| Moment::from_millis(1_700_000_000_000 + seconds * 1_000);
    let order = Order { idle: Span::parse("60s"), ..Order::default() };
    let session = wire.registry.make("busy", order, at(0)).expect("a session");
    let call = || -> Call { http::Request::post("/x").body(Bytes::new()).expect("a call").into() };
    // Two minutes in all, but never one without a call.
    for seconds in [50, 100, 150] {
        let found = pick::session(&wire.registry, Some(&session), &mut call(), at(seconds));
        assert!(found.is_ok_and(|found| found.name() == "busy"), "{seconds}");
    }
    let gone =
        pick::session(&wire.registry, Some(&session), &mut call(), at(210)).err().expect("an idle one");
    assert_eq!((gone.status.as_u16(), gone.word), (410, "session-gone"));
}

#[test]
fn the_claims_of_a_session_that_was_idle_too_long_are_free_and_its_calls_are_nobodys() {
    let wire = Sandbox::builder().assemble().expect("a wire");
    let at = |seconds: i64| Moment::from_millis(1_700_000_000_000 + seconds * 1_000);
    let order = || {
        let mut claims = Claims::default();
        claims.add("partnerCode", "900017").expect("a claim");
        Order { idle: Span::parse("60s"), claims, ..Order::default() }
    };
    let picked = |seconds: i64| {
        let call = http::Request::post("/v1.2/package/preOrderPackage");
        let mut call: Call = call.body(Bytes::from(r#"{"partnerCode":900017}"#)).expect("a call").into();
        let found = pick::session(&wire.registry, None, &mut call, at(seconds));
        found.map_or_else(|refused| refused.text, |found| found.name().to_owned())
    };
    assert_eq!(picked(0), "default");
    assert!(wire.registry.make("first", order(), at(0)).is_ok());
    // A call that is claimed counts as use.
    assert_eq!([picked(50), picked(100), picked(170)], ["first", "first", "default"]);
    assert!(wire.registry.make("second", order(), at(170)).is_ok());
    // Nobody has looked for it since: the new one does.
    assert!(wire.registry.make("third", order(), at(300)).is_ok());
    assert_eq!(picked(300), "third");
    assert!(wire.registry.drop_session("third", at(300)));
    assert!(!wire.registry.claims().is_in_use());
}
