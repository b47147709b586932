//! ARCHITECTURE.md is one page and names what there is.

use crate::support::root;

#[test]
fn the_map_is_one_page_and_names_every_layer() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the map");
    assert!(map.lines().count() < 150, "{} lines", map.lines().count());
    for entry in std::fs::read_dir(root().join("src")).expect("src") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            assert!(map.contains(&format!("`{name}/`")), "the map does not name {name}/");
        }
    }
}
