//! Generated worlds: they are sold and listed like any other, are the same in every session, and have a largest size.

use linksfield_sandbox::{Sandbox, check_scenario};
use serde_json::{Value, json};

use crate::support::{api, changed, pre_order, scenario_file, under, under_text};

/// The packages of a session, as the control surface lists them.
fn packages(sandbox: &Sandbox, session: &str) -> Vec<Value> {
    let listed = api(sandbox, "GET", &format!("sessions/{session}/packages"), "").json();
    let mut packages = listed["packages"].as_array().expect("a list").clone();
    // Those with telling names have the last ids, whatever is generated.
    packages.retain(|package| package["id"].as_u64() < Some(9_000_000));
    packages
}

#[test]
fn generated_packages_are_listed_after_those_of_the_fixtures_and_sold() {
    let sandbox = under("crowded-shop");
    let own = packages(&under("default"), "default");
    let all = packages(&sandbox, "default");
    assert_eq!((all.len(), &all[..own.len()]), (own.len() + 300, &own[..]));
    for package in &all[own.len()..] {
        let price = &package["price"]["USD"];
        let body = json!({ "id": package["id"], "packageCode": package["code"], "periodNum": package["periods"]["max"] });
        let answer = pre_order(sandbox.default_session(), &changed(body));
        assert_eq!(answer["code"], 0, "{answer}");
        assert!(answer["data"]["amount"].as_f64() > price.as_f64(), "{answer}");
        assert_eq!(answer["data"]["packageName"], package["name"]["zh"]);
    }
    assert_eq!(sandbox.default_session().orders().len(), 300);
}

#[test]
fn sessions_of_one_file_have_the_same_world_whatever_their_seeds() {
    let sandbox = under("crowded-shop");
    for body in [
        r#"{ "name": "one", "seed": 1 }"#,
        r#"{ "name": "two", "seed": 2 }"#,
        r#"{ "name": "three", "scenario": "crowded-shop" }"#,
    ] {
        assert_eq!(api(&sandbox, "POST", "sessions", body).status, 201);
    }
    let one = packages(&sandbox, "one");
    assert_eq!(one.len(), 372);
    assert!(["two", "three", "default"].iter().all(|session| packages(&sandbox, session) == one));
    // What one session changes, the others do not see.
    let path = "sessions/one/packages/2000013";
    assert_eq!(api(&sandbox, "PATCH", path, r#"{ "price": { "USD": 1000 } }"#).status, 200);
    assert_ne!(packages(&sandbox, "one"), one);
    assert_eq!(packages(&sandbox, "two"), one);
}

#[test]
fn the_seed_is_the_one_beside_the_numbers_or_else_the_scenarios() {
    let world = |rest: &str| {
        let text = format!(r#"{{ "format": 1, "scenario": "test", {rest} }}"#);
        packages(&under_text(&text), "default")
    };
    let of_scenario = world(r#""seed": 5, "world": { "generate": { "note": "few", "packages": 9 } }"#);
    assert_eq!(of_scenario, world(r#""seed": 6, "world": { "generate": { "packages": 9, "seed": 5 } }"#));
    let of_nobody = world(r#""world": { "generate": { "packages": 9 } }"#);
    assert_eq!(of_nobody, world(r#""seed": 5, "world": { "generate": { "packages": 9, "seed": 0 } }"#));
    assert_ne!(of_nobody, of_scenario);
    // What is generated can be changed in the same file.
    let patched = world(
        r#""world": { "generate": { "packages": 9 }, "packages": [{ "id": 2000013, "price": { "HKD": 12 } }] }"#,
    );
    let price =
        |list: &[Value]| list.iter().find(|p| p["id"] == 2_000_013).expect("the package")["price"].clone();
    assert_eq!(
        (price(&of_nobody)["HKD"].as_f64(), price(&patched)["HKD"].as_f64()),
        (Some(45.5), Some(12.0))
    );
}

#[test]
fn a_world_that_is_too_large_is_refused_with_its_place() {
    let text = r#"{
  "format": 1,
  "scenario": "test",
  "world": { "generate": { "users": 100001, "packages": 10000, "partner": 1 } }
}
"#;
    let file = scenario_file(text);
    let error = check_scenario(file.path().as_ref(), None).expect_err("too many");
    insta::assert_snapshot!(error.to_string().replace(&file.path(), "crowd.json"), @r#"
    error[out-of-range]: 100001 is out of range: expected 0 to 100000
     --> crowd.json:4:37
      |
    4 |   "world": { "generate": { "users": 100001, "packages": 10000, "partner": 1 } }
      |                                     ^^^^^^
      |
      = note: at /world/generate/users

    error[unknown-key]: unknown key `partner`
     --> crowd.json:4:64
      |
    4 |   "world": { "generate": { "users": 100001, "packages": 10000, "partner": 1 } }
      |                                                                ^^^^^^^^^
      |
      = note: at /world/generate/partner
      = help: did you mean `partners`?
    "#);
}

#[test]
fn sims_and_plans_of_ones_own_are_taken_and_what_does_not_fit_is_named() {
    let file = |sims: &str| {
        scenario_file(&format!(
            r#"{{
  "format": 1, "scenario": "fleet",
  "world": {{
    "generate": {{ "sims": 10000 }},
    "plans": [{{ "code": "DP20260101000001", "zh": "套餐", "en": "A plan", "type": 2, "quotaMb": 500, "price": 9.9 }}],
    "sims": [{sims}]
  }},
  "vendor": {{ "bulkOrder": "partial", "smsWindow": "off", "usageWarnings": "50+80+100" }}
}}"#
        ))
    };
    let running = r#"{ "iccid": "89852000000000000018", "imsi": "454001234567890", "partner": "P012345",
        "orders": [{ "plan": "DP20260101000001", "state": "inUse", "ahead": 2 }] }"#;
    let good = file(running);
    check_scenario(good.path().as_ref(), None).expect("it fits");
    let foreign = running.replace("P012345", "P999999");
    let wrong = file(&format!("{running}, {foreign}, {}", running.replace("DP2026", "DP1999")));
    let error = check_scenario(wrong.path().as_ref(), None).expect_err("two mistakes").to_string();
    for part in ["/world/sims/1/partner", "P999999", "/world/sims/2/orders/0/plan", "DP19990101000001"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}
