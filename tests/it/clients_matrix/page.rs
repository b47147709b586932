//! `docs/clients.md`: what clients make of the documented call. Written and read here, so that a run can be held against it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::CLIENTS;
use crate::support::root;

const INTRODUCTION: &str = "\
# Clients that nobody here wrote

This page is made by a test run. `tests/clients/matrix/install` gets what package managers have, as far as they have it;
`COMPARE_CLIENTS=1 cargo test --test it clients_matrix` runs every client that is on the machine and compares;
`RENEW_TABLES=1 cargo test --test it clients_matrix` writes the page anew. A client that is not there, or whose major version is
another one, is left out, which is said on stderr, and its row stays.

## What each makes of the documented call

Each client sends the page's sample (`Accept-Language` and `x-access-token` without a value) under the scenario `documented-example`, then the
same once more, then `GET /v1.1/package/detail` with its query: with one client object, session or process where it has such a thing, and
without any setting. The answers are compared to the character: the first with what the page \"Pre - order v1.2\" prints, white space
apart, the second with the next order's number and id, the third with the answer that a Rust test gets in-process. What was sent is
read off the wire. The programs are in `tests/clients/matrix/`.

- **connections**: over how many the three calls went.
- **without a value**: how the two empty headers arrived.
- **sends besides**: what was not asked for, `Host`, `Content-Length` and the value of `User-Agent` apart.
";

/// Named on the portal's pages or asked about, and not to be had from the package managers that this project uses.
const NOT_TRIED: &str = "
## Left out

| client | why |
|---|---|
| OkHttp 4 and 5, Unirest | only Maven's registry has them; OkHttp 3 above is Debian's |
| PHP HTTP_Request2, pecl_http | no package of Debian 12 |
| Swift URLSession, Objective-C NSURLSession | no package of Debian 12; they need Apple's or Swift's own toolchain |
| C# RestSharp, HttpClient | no package of Debian 12 |
| Dart http | no package of Debian 12 |
| R httr, OCaml Cohttp | Debian has them, with a language of some hundred megabytes each: left out for their size |
| jQuery, XMLHttpRequest, request of a mini program | run in a browser or an app only; the README tells how a web app is let in |
";

/// What is known of a client: its cells by the name of the column.
pub(super) type Row = BTreeMap<String, String>;

/// The first column is the client's name.
pub(super) const COLUMNS: [&str; 5] =
    ["answers", "connections", "without a value", "sends besides", "made with"];

pub(super) fn path() -> PathBuf {
    root().join("docs/clients.md")
}

/// The committed table; empty if there is none.
pub(super) fn read() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        let Some(line) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else { continue };
        let mut cells = line.split(" | ").map(str::to_owned);
        let name = cells.next().unwrap_or_default();
        let cells: Vec<String> = cells.collect();
        if cells.len() == COLUMNS.len() && name != "client" {
            rows.insert(name, COLUMNS.map(str::to_owned).into_iter().zip(cells).collect());
        }
    }
    rows
}

/// The page with these rows, in the order of the clients.
pub(super) fn written(rows: &BTreeMap<String, Row>) -> String {
    let mut text = INTRODUCTION.to_owned();
    writeln!(text, "\n| client | {} |\n|---|{}", COLUMNS.join(" | "), "---|".repeat(COLUMNS.len()))
        .expect("a text");
    for (name, row) in CLIENTS.iter().filter_map(|client| rows.get_key_value(client.name)) {
        let cells: Vec<&str> = COLUMNS.iter().map(|column| &*row[*column]).collect();
        writeln!(text, "| {name} | {} |", cells.join(" | ")).expect("a text");
    }
    text + NOT_TRIED
}
