//! Files of the start, read again: what changes, what does not, and what a broken file leaves as it is.

use std::fs;

use linksfield_sandbox::{ErrorKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{api, builder, documented, folder, pre_order, scenario_file};

fn with_code(name: &str, code: u32) -> String {
    format!(
        r#"{{ "format": 1, "scenario": "{name}", "rules": [{{ "on": "pre-order", "answer": {{ "code": {code} }} }}] }}"#
    )
}

fn code(sandbox: &Sandbox, session: &str) -> Value {
    let session = sandbox.session(session).expect("a session");
    pre_order(&session, &Value::Object(documented()))["code"].clone()
}

#[test]
fn a_changed_file_gives_its_rules_to_sessions_that_run_it_and_to_new_ones() {
    let file = scenario_file(&with_code("mine", 7));
    let sandbox = builder().scenario(file.path()).start_blocking().expect("the sandbox starts");
    let default = sandbox.default_session();
    default.issue_token("mei.tan@traveller.example").expect("a token");
    for (name, scenario) in [("same", "mine"), ("joined", "flaky,mine"), ("other", "flaky")] {
        let body = json!({ "name": name, "scenario": scenario });
        assert_eq!(api(&sandbox, "POST", "sessions", &body.to_string()).status, 201);
    }
    // The same rules, sent as a document: nobody's file.
    let sent: Value = serde_json::from_str(&with_code("mine", 7)).expect("JSON");
    api(&sandbox, "POST", "sessions", &json!({ "name": "sent", "scenario": sent }).to_string());
    default.arm(r#"{ "id": "armed", "on": "login", "answer": { "code": 2 } }"#).expect("a rule");
    assert_eq!(code(&sandbox, "default"), 7);
    assert_eq!(
        api(&sandbox, "POST", "reload", "").json(),
        json!({ "changed": [], "missing": [], "needsRestart": [], "sessions": [] }),
        "nothing has changed, and nobody is disturbed"
    );

    let text = with_code("mine", 3004)
        .replace("\"rules\"", "\"seed\": 5, \"vendor\": { \"auth\": \"strict\" }, \"rules\"");
    fs::write(file.path(), text).expect("the file");
    let answer = api(&sandbox, "POST", "reload", "");
    let taken =
        |name: &str, scenario: &str| json!({ "name": name, "scenario": scenario, "notTaken": ["seed"] });
    assert_eq!(
        answer.json(),
        json!({ "changed": [file.path()], "missing": [], "needsRestart": [],
            "sessions": [taken("default", "mine"), taken("joined", "flaky,mine"), taken("same", "mine")] })
    );
    let codes = ["default", "same", "joined", "other", "sent", "new"].map(|name| code(&sandbox, name));
    assert_eq!(codes, [7, 7, 7, 0, 7, 7], "strict by now: an empty token is refused before any rule");
    assert_eq!(default.journal().len(), 2, "the world and the journal are as they were");
    let rules = api(&sandbox, "GET", "sessions/default/rules", "").json();
    assert_eq!(rules["rules"][0]["id"], "armed", "armed rules stay");
    fs::write(file.path(), with_code("mine", 3004)).expect("the file");
    sandbox.reload().expect("a good file");
    let codes = ["default", "same", "joined", "other", "sent", "new"].map(|name| code(&sandbox, name));
    assert_eq!(codes, [3004, 3004, 3004, 0, 7, 3004]);
}

#[test]
fn a_broken_file_keeps_the_last_good_one_and_says_so() {
    let file = scenario_file(&with_code("mine", 7));
    let sandbox = builder().scenario(file.path()).start_blocking().expect("the sandbox starts");
    fs::write(file.path(), with_code("mine", 4711)).expect("the file");
    let answer = api(&sandbox, "POST", "reload", "");
    assert_eq!(answer.status, 422, "{answer:?}");
    let error = answer.json()["error"].clone();
    let drawn = error["message"].as_str().expect("a message");
    assert!(
        drawn.contains("error[unknown-code]") && drawn.contains(&format!("--> {}:1:", file.path())),
        "{drawn}"
    );
    assert!(error["help"].as_str().expect("help").contains("last good"), "{error}");
    assert_eq!(code(&sandbox, "default"), 7);
    let look = |session: &str| api(&sandbox, "GET", &format!("sessions/{session}/scenario"), "").json();
    assert_eq!(look("default")["stale"], true);
    assert_eq!(look("default")["error"], drawn);
    api(&sandbox, "POST", "sessions", r#"{ "name": "other", "scenario": "flaky" }"#);
    assert_eq!(look("other").get("stale"), None, "no file of this went into it");
    let error = sandbox.reload().expect_err("still broken");
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidFile, drawn));

    // As editors do it: another file in its place.
    let aside = format!("{}~", file.path());
    fs::write(&aside, with_code("mine", 9999)).expect("a file");
    fs::rename(&aside, file.path()).expect("in its place");
    let reloaded = sandbox.reload().expect("mended");
    assert_eq!((reloaded.changed, reloaded.sessions[0].name.as_str()), (vec![file.path()], "default"));
    assert_eq!((code(&sandbox, "default"), look("default").get("stale")), (json!(9999), None));
}

#[test]
fn a_file_that_is_gone_keeps_what_it_last_held() {
    let dir = folder(&[("scenarios/other.json", &with_code("other", 2))]);
    let file = scenario_file(&with_code("mine", 7));
    let sandbox =
        builder().fixtures(dir.path()).scenario(file.path()).start_blocking().expect("the sandbox starts");
    fs::remove_file(file.path()).expect("the file");
    fs::remove_dir_all(dir.path().join("scenarios")).expect("the folder");
    let reloaded = sandbox.reload().expect("nothing is wrong");
    let other = dir.path().join("scenarios/other.json").display().to_string();
    assert_eq!((reloaded.changed.len(), reloaded.missing), (0, vec![other, file.path()]));
    assert_eq!(code(&sandbox, "default"), 7);
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "t", "scenario": "other" }"#);
    assert_eq!((made.status, code(&sandbox, "t")), (201, json!(2)));
}

#[test]
fn scenarios_worlds_and_bodies_of_the_folder_are_taken_and_cards_and_codes_wait_for_a_restart() {
    let dir = folder(&[
        ("world/packages.json", r#"{ "packages": [{ "id": 1000000, "price": { "USD": 3 } }] }"#),
        ("bodies/note.json", r#"{ "code": 1, "message": "old" }"#),
        (
            "scenarios/notes.json",
            r#"{ "format": 1, "scenario": "notes", "rules": [{ "on": "pre-order", "commit": false, "answer": { "fixture": "note" } }] }"#,
        ),
    ]);
    let write = |place: &str, text: &str| {
        let path = dir.path().join(place);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let sandbox = builder().fixtures(dir.path()).start_blocking().expect("the sandbox starts");
    let default = sandbox.default_session();
    let amount = || pre_order(default, &Value::Object(documented()))["data"]["amount"].clone();
    assert_eq!(amount(), 3);
    let notes = json!({ "name": "notes", "scenario": "notes" });
    assert_eq!(api(&sandbox, "POST", "sessions", &notes.to_string()).status, 201);
    let notes = sandbox.session("notes").expect("a session");
    let message = || pre_order(&notes, &Value::Object(documented()))["message"].clone();
    assert_eq!(message(), "old");

    let packages =
        write("world/packages.json", r#"{ "packages": [{ "id": 1000000, "price": { "USD": 8 } }] }"#);
    let body = write("bodies/note.json", r#"{ "code": 1, "message": "new" }"#);
    let card = write("esim_qr_mall/pre_order_package_v1_2.json", r#"{ "path": "/v9/order" }"#);
    let reloaded = sandbox.reload().expect("good files");
    assert_eq!((reloaded.changed, reloaded.needs_restart), (vec![body, packages], vec![card.clone()]));
    let names: Vec<&str> = reloaded.sessions.iter().map(|session| session.name.as_str()).collect();
    assert_eq!(names, ["default", "notes"]);
    assert_eq!((amount(), message()), (json!(3), json!("new")), "a world that has begun is as it was");
    default.reset();
    assert_eq!(amount(), 8, "and the next one begins with what was read");
    default
        .arm(r#"{ "on": "pre-order", "times": { "next": 1 }, "commit": false, "answer": { "fixture": "note" } }"#)
        .expect("a rule");
    assert_eq!(pre_order(default, &Value::Object(documented()))["message"], "new");

    // A code that is not served yet cannot be answered with yet.
    let codes = write(
        "esim_qr_mall/codes.json",
        r#"{ "codes": [{ "code": 5001, "name": "RISK_CONTROL", "texts": { "en": "no" } }] }"#,
    );
    write("scenarios/notes.json", &with_code("notes", 5001));
    let error = sandbox.reload().expect_err("an unknown code").to_string();
    assert!(error.contains("error[unknown-code]"), "{error}");
    assert!(error.contains(&format!("{codes}, {card} changed as well")), "{error}");
    // A card that will not do at the next start is told now.
    write("scenarios/notes.json", &with_code("notes", 7));
    write("esim_qr_mall/pre_order_package_v1_2.json", r#"{ "paht": "/v9/order" }"#);
    let error = sandbox.reload().expect_err("a bad card").to_string();
    assert!(error.contains("did you mean `path`?"), "{error}");
    assert_eq!(message(), "new", "all files are good, or nothing changes");
}

#[test]
fn what_is_told_of_a_broken_file_shows_no_password() {
    let dir = folder(&[("world/users.json", "{}")]);
    let sandbox = builder().fixtures(dir.path()).start_blocking().expect("the sandbox starts");
    let users = r#"{ "users": [{ "email": "a@b.example", "partner": "P001101", "password": "own-secret", "nmae": 1 }] }"#;
    fs::write(dir.path().join("world/users.json"), users).expect("the file");
    let answer = api(&sandbox, "POST", "reload", "");
    assert!(answer.status == 422 && answer.body.contains("did you mean `name`?"), "{answer:?}");
    assert!(!answer.body.contains("own-secret"), "{answer:?}");
}

#[test]
fn a_sandbox_without_files_has_nothing_to_read_and_nothing_to_watch() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    assert_eq!(sandbox.reload().expect("nothing").changed, Vec::<String>::new());
    let error = builder().watch().start_blocking().expect_err("nothing to watch");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("--scenario FILE"), "{error}");
}
