//! A receiver that is down for an hour of the clock: nothing is lost but what found no room, and that is told.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Three SIMs of two partners.
const SIMS: [&str; 3] = [SIM, OTHER, "89852022018041800193"];

#[test]
fn all_that_found_room_arrives_in_order_for_each_sim_with_valid_digests_and_the_rest_is_counted_and_listed() {
    let receiver = Receiver::new();
    receiver.answers("500 Down");
    let sandbox = telling(&receiver, r#", "vendor": { "notify.orderStatusHeaders": "on" }"#);
    let mut fired = BTreeSet::new();
    let tell = |nth: usize| {
        let sim = SIMS[nth % 3];
        match nth % 2 {
            0 => fire(&sandbox, &json!({ "kind": "order-status", "sim": OTHER, "event": 1003 })),
            _ => uplink(&sandbox, sim, &format!("text {nth}")),
        }
    };
    for minute in 0..60 {
        fired.extend((0..3).map(|sim| tell(minute * 3 + sim)));
        advance(&sandbox, "1m");
    }
    // More than there is room for.
    fired.extend((180..1_200).map(tell));
    let listed = api(&sandbox, "GET", "sessions/default/deliveries?state=dropped", "").json();
    let dropped = listed["deliveries"].as_array().expect("a list").clone();
    assert!(!dropped.is_empty() && listed["dropped"] == dropped.len(), "{}", listed["dropped"]);
    // What is still to come, by SIM.
    let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen: BTreeSet<u64> =
        dropped.iter().map(|one| one["event"].as_u64().expect("a number")).collect();
    for state in ["due", "waiting"] {
        for one in deliveries(&sandbox, state, 1) {
            seen.insert(one["event"].as_u64().expect("a number"));
            let sim = one["sim"].as_str().expect("a SIM").to_owned();
            wanted.entry(sim).or_default().push(one["delivery"].as_str().expect("an id").to_owned());
        }
    }
    assert!(seen.is_superset(&fired), "each event is dropped, or it waits");
    assert!(wanted.len() >= 3, "several SIMs wait");
    receiver.rest();
    receiver.answers("200 OK");
    advance(&sandbox, "5m");
    let posted = receiver.rest();
    assert_eq!(digests_elsewhere(&posted), "fine\n");
    let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in &posted {
        let sim = one.json()["sim_id"].as_str().expect("a SIM").to_owned();
        arrived.entry(sim).or_default().push(one.header("x-lf-delivery").expect("an id").to_owned());
    }
    for (sim, ids) in wanted {
        // Behind them there may be what those five minutes brought.
        assert_eq!(arrived[&sim][..ids.len()], ids[..], "{sim}");
    }
}
