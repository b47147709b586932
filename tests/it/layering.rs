//! Data flows one way: which layer may import which. The table is the architecture.

use std::collections::BTreeSet;

use crate::support::{files, root};

/// Layer, and what it may import of ours besides itself.
const TABLE: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("store", &[]),
    ("domain", &[]),
    ("contract", &["document", "domain"]),
    ("vendor", &["contract", "domain"]),
    ("scenario", &["document", "contract", "domain"]),
    ("session", &["document", "store", "contract", "domain", "scenario"]),
    ("courier", &["contract", "domain", "session"]),
    ("control", &["document", "store", "contract", "domain", "scenario", "session", "courier"]),
    ("wire", &["contract", "domain", "scenario", "session", "control"]),
    (
        "sandbox",
        &[
            "document", "store", "domain", "contract", "vendor", "scenario", "session", "courier", "control",
            "wire",
        ],
    ),
    (
        "fuzzing",
        &[
            "document", "domain", "contract", "vendor", "scenario", "session", "courier", "control", "wire",
            "sandbox",
        ],
    ),
];

/// Crates that must not occur in a layer: the invariants that state an absence.
const ABSENT: &[(&str, &[&str])] = &[
    ("document", &["http", "hyper", "tokio", "tracing"]),
    ("store", &["http", "hyper", "tokio", "serde_json", "bytes"]),
    ("domain", &["http", "hyper", "tokio", "tracing", "serde_json", "bytes", "md5"]),
    ("contract", &["hyper", "tokio"]),
    ("vendor", &["hyper", "tokio"]),
    ("scenario", &["hyper", "tokio"]),
    ("session", &["hyper", "tokio"]),
    ("courier", &["hyper", "tokio"]),
    ("control", &["hyper", "tokio"]),
];

#[test]
fn each_layer_imports_only_what_the_table_allows() {
    let mut broken = Vec::new();
    for (layer, text, path) in sources() {
        let (_, allowed) =
            TABLE.iter().find(|(name, _)| *name == layer).unwrap_or_else(|| panic!("{layer} has no row"));
        for found in paths_into_crate(&text) {
            if found != layer && !allowed.contains(&found.as_str()) {
                broken.push(format!("{path}: {layer} imports {found}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn nested_crate_imports_are_not_used_since_this_test_could_not_read_them() {
    for (_, text, path) in sources() {
        assert!(!text.contains("use crate::{"), "{path}");
    }
}

#[test]
fn layers_do_without_what_they_must_not_know() {
    for (layer, text, path) in sources() {
        let absent = ABSENT.iter().filter(|(name, _)| *name == layer).flat_map(|(_, crates)| *crates);
        for name in absent {
            // `#[cfg(test)]` code may read JSON to check what was written.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let used = code.lines().any(|line| names_crate(line, name));
            assert!(!used, "{path}: {layer} knows {name}");
        }
    }
}

#[test]
fn the_domain_has_neither_a_clock_nor_a_random_source_nor_a_hash_map() {
    for (layer, text, path) in sources() {
        for word in ["SystemTime", "Instant", "thread_rng", "rand::rng(", "SysRng", "HashMap", "HashSet"] {
            assert!(layer != "domain" || !text.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn the_command_line_knows_the_public_api_only() {
    for path in files(&root().join("src/cli"), "rs").into_iter().chain([root().join("src/main.rs")]) {
        let text = code(&std::fs::read_to_string(&path).expect("a source"));
        assert!(!text.contains("crate::"), "{}", path.display());
    }
}

#[test]
fn no_vendor_group_imports_another() {
    let groups: Vec<String> = std::fs::read_dir(root().join("src/vendor"))
        .expect("the groups")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter(|name| name != "mod.rs")
        .collect();
    for (_, text, path) in sources() {
        let own = groups.iter().find(|group| path.contains(&format!("src/vendor/{group}/")));
        for group in groups.iter().filter(|group| own.is_some_and(|own| own != *group)) {
            assert!(!text.contains(&format!("vendor::{group}")), "{path}: {group}");
        }
    }
}

/// Layer, code without comments, and path of each source of the library.
fn sources() -> Vec<(String, String, String)> {
    let src = root().join("src");
    let read = |path: std::path::PathBuf| {
        let place = path.strip_prefix(&src).expect("below src").to_path_buf();
        let layer = place.iter().next().expect("a layer").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a source");
        (layer, code(&text), format!("src/{}", place.display()))
    };
    let all: Vec<_> = files(&src, "rs").into_iter().map(read).collect();
    let outside = ["lib.rs", "main.rs", "cli"];
    // Files of unit tests may build what they test from whatever they like.
    let is_code = |(layer, _, path): &(String, String, String)| {
        !outside.contains(&layer.as_str()) && !path.ends_with("tests.rs")
    };
    let layers: Vec<_> = all.into_iter().filter(is_code).collect();
    assert!(layers.len() > 40, "the sources were not found");
    layers
}

/// The lines that are no comments.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every layer that is named as `crate::<layer>`, in imports and in paths written out.
fn paths_into_crate(code: &str) -> BTreeSet<String> {
    let name =
        |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    code.split("crate::").skip(1).map(name).filter(|name| !name.is_empty()).collect()
}

/// `use tokio…` or `tokio::…`, but not `super::tokio` or a longer word.
fn names_crate(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    line.match_indices(&path)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':'))
}
