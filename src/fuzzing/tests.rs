//! What `fuzz/corpus` keeps is played here, so that it holds on machines without cargo-fuzz too.

use std::path::Path;

use super::TARGETS;

/// The inputs that are kept for a target.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read(&path).expect("an input"))
    };
    let mut inputs: Vec<_> = entries.map(read).collect();
    inputs.sort();
    inputs
}

/// Plays all inputs of a target; those that it is not content with are in the failure's text.
fn play(target: &str) {
    let (_, entry) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    let inputs = inputs(target);
    assert!(inputs.len() >= 10, "{target} has {} inputs", inputs.len());
    let fails = |(name, input): &(String, Vec<u8>)| {
        std::panic::catch_unwind(|| entry(input)).is_err().then(|| name.clone())
    };
    let failed: Vec<String> = inputs.iter().filter_map(fails).collect();
    assert!(failed.is_empty(), "fuzz/corpus/{target}: {}", failed.join(", "));
}

#[test]
fn the_inputs_of_dispatch_hold() {
    play("dispatch");
}

#[test]
fn the_inputs_of_scenario_hold() {
    play("scenario");
}

#[test]
fn the_inputs_of_guard_hold() {
    play("guard");
}

#[test]
fn the_inputs_of_callback_hold() {
    play("callback");
}

#[test]
fn the_inputs_of_signature_hold() {
    play("signature");
}

#[test]
fn the_inputs_of_store_hold() {
    play("store");
}

#[test]
fn each_target_has_a_program_and_a_folder_and_there_are_no_others() {
    let below = |folder: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
        let entries = std::fs::read_dir(folder).expect("a folder");
        let stem =
            |path: std::path::PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
        let mut names: Vec<String> = entries.map(|entry| stem(entry.expect("an entry").path())).collect();
        names.sort();
        names
    };
    let mut names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(below("fuzz_targets"), names);
    assert_eq!(below("corpus"), names);
}
