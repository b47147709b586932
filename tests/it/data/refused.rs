//! Folders that are refused: exit code 6, the file's name, what is the matter, and what helps.

use std::path::Path;

use super::{frozen, kept_in, refusal, serve, start};
use crate::support::{documented, pre_order};
use linksfield_sandbox::ErrorKind;
use serde_json::Value;

const FILE: &str = "sandbox.redb";

/// A folder with an order in it, made with seed 7 under the default scenario.
fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = start(&crate::support::builder().data(folder.path()));
    pre_order(sandbox.default_session(), &Value::Object(documented()));
    folder
}

fn is_refused(folder: &Path, args: &[&str], words: &[&str]) {
    let (code, err) = refusal(folder, args);
    assert_eq!(code, Some(6), "{err}");
    for word in words {
        assert!(err.contains(word), "{word}: {err}");
    }
    assert!(err.contains(&folder.display().to_string()) && !err.contains("panicked"), "{err}");
}

#[test]
fn another_seed_scenario_or_setting_is_refused_with_both_and_what_helps() {
    let folder = made();
    is_refused(folder.path(), &["--seed", "8"], &["seed 7", "--seed 8", "Leave --seed out"]);
    is_refused(
        folder.path(),
        &["--scenario", "sold-out"],
        &["\"default\"", "\"sold-out\"", "--scenario default"],
    );
    is_refused(folder.path(), &["--vendor", "auth=strict"], &["settings: none", "--vendor auth=strict"]);
    // Its own seed, named or not, is right.
    for args in [&["--seed", "7"][..], &[]] {
        assert_eq!(serve(folder.path(), args).ready["seed"], 7);
    }
}

#[test]
fn other_fixtures_are_refused_and_those_that_make_the_same_world_are_not() {
    let folder = made();
    let package = r#"{ "packages": [{ "id": 1000000, "price": { "USD": 9.5 } }] }"#;
    let other = crate::support::folder(&[("world/packages.json", package)]);
    let texts = crate::support::folder(&[]);
    let path = other.path().display().to_string();
    let (code, err) = refusal(folder.path(), &["--fixtures", &path]);
    // Should the overlay itself not fit, this would be 3, and tell nothing of the folder.
    assert_eq!(code, Some(6), "{err}");
    assert!(err.contains("when the folder was made: none") && err.contains(&path), "{err}");
    drop(serve(folder.path(), &["--fixtures", &texts.path().display().to_string()]));
}

#[test]
fn a_second_process_is_refused_while_the_first_one_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = serve(folder.path(), &[]);
    is_refused(folder.path(), &[], &["another process uses this folder", "--data"]);
    let error = crate::support::builder().data(folder.path()).start_blocking().expect_err("it is in use");
    assert_eq!(error.kind(), ErrorKind::Data);
    drop(server);
    drop(serve(folder.path(), &[]));
}

#[test]
fn what_is_no_folder_of_ours_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    is_refused(&folder.path().join("no/such"), &[], &["make that one first"]);
    std::fs::write(folder.path().join(FILE), "a diary, not a database\n".repeat(400)).expect("a file");
    is_refused(folder.path(), &[], &[FILE, "no file of the sandbox"]);
    let text = std::fs::read_to_string(folder.path().join(FILE)).expect("the file");
    assert!(text.starts_with("a diary"));
    // One that is not there is made.
    let new = folder.path().join("new");
    drop(serve(&new, &[]));
    assert!(new.join(FILE).is_file());
}

#[test]
fn a_damaged_shortened_or_older_file_is_refused_by_name_or_right() {
    let (folder, scenario) = (tempfile::tempdir().expect("a folder"), frozen());
    let kept = kept_in(folder.path(), &scenario);
    let sandbox = start(&kept);
    for _ in 0..40 {
        pre_order(sandbox.default_session(), &Value::Object(documented()));
    }
    let right = Value::Array(sandbox.default_session().orders());
    sandbox.stop();
    let file = folder.path().join(FILE);
    let good = std::fs::read(&file).expect("the file");
    for length in [0, 100, 4_096, good.len() / 2, good.len() - 1] {
        std::fs::write(&file, &good[..length]).expect("the file");
        let error = kept.clone().start_blocking().expect_err("it is cut short");
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.to_string().contains(FILE), "{error}");
    }
    let used = good.len() - good.iter().rev().take_while(|byte| **byte == 0).count();
    let mut refused = 0;
    for nth in 0..120 {
        let mut bad = good.clone();
        // Anywhere where something stands, and not in step with pages.
        let at = (nth * 7_919) % used;
        bad[at] ^= 1 << (nth % 8);
        std::fs::write(&file, &bad).expect("the file");
        match kept.clone().start_blocking() {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Data, "{error}");
                refused += 1;
            }
            Ok(sandbox) => assert_eq!(Value::Array(sandbox.default_session().orders()), right, "byte {at}"),
        }
        // What a start has answered with the bad one is not answered by the good one.
        std::fs::write(&file, &good).expect("the file");
        std::fs::remove_file(folder.path().join("answered")).expect("the marker");
        marker_of(&good, folder.path());
    }
    assert!(refused > 5, "{refused}");

    // An older format: the same file, but it says so.
    std::fs::write(&file, &good).expect("the file");
    let rows = redb::Database::open(&file).expect("it is one");
    let table = redb::TableDefinition::<&[u8], &[u8]>::new("folder");
    let write = rows.begin_write().expect("a transaction");
    {
        let mut sealed = crc(b"format", b"0.1").to_le_bytes().to_vec();
        sealed.extend(b"0.1");
        write.open_table(table).expect("the table").insert(&b"format"[..], &sealed[..]).expect("a row");
    }
    write.commit().expect("it is written");
    drop(rows);
    let error = kept.start_blocking().expect_err("it is of another format").to_string();
    assert!(error.contains("its format is 0.1") && error.contains(FILE), "{error}");
}

/// Writes what the good file has answered.
fn marker_of(good: &[u8], folder: &Path) {
    let copy = tempfile::tempdir().expect("a folder");
    std::fs::write(copy.path().join(FILE), good).expect("a file");
    let rows = redb::Database::open(copy.path().join(FILE)).expect("it is one");
    let table = redb::TableDefinition::<&[u8], &[u8]>::new("folder");
    let read = redb::ReadableDatabase::begin_read(&rows).expect("a transaction");
    let record =
        read.open_table(table).expect("the table").get(&b"commit"[..]).expect("a row").expect("a row");
    let number = record.value()[4..].to_vec();
    let mut sealed = crc(b"answered", &number).to_le_bytes().to_vec();
    sealed.extend(&number);
    std::fs::write(folder.join("answered"), sealed).expect("the marker");
}

fn crc(key: &[u8], value: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&(key.len() as u64).to_le_bytes());
    sum.update(key);
    sum.update(value);
    sum.finalize()
}

#[test]
fn a_session_whose_scenario_is_gone_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let extra = r#"{ "format": 1, "scenario": "extra" }"#;
    let overlay = crate::support::folder(&[("scenarios/extra.json", extra)]);
    let kept = crate::support::builder().data(folder.path());
    let sandbox = start(&kept.clone().fixtures(overlay.path()));
    let options = linksfield_sandbox::SessionOptions::named("mine").scenario("extra");
    sandbox.session_with(options).expect("a session");
    sandbox.stop();
    let error = kept.start_blocking().expect_err("its scenario is gone").to_string();
    assert!(error.contains("\"mine\"") && error.contains("\"extra\""), "{error}");
}
