//! Fault × client, and fault × proxy: what curl, Python, Node, Java and nginx make of each fault of the wire, as `docs/faults.md` has it.

use std::collections::BTreeMap;
use std::process::Command;

use linksfield_sandbox::Sandbox;
use serde_json::{Value, json};

use super::table::{Column, Page, path};
use super::{nginx, parts, whole};
use crate::comparing::{is_asked_for, major, say, told};
use crate::support::{api, builder, root, under};

/// What fails, as it is written in a rule.
const FAULTS: &[&str] = &[
    r#""lost""#,
    r#"{ "cut": { "at": "beforeHead", "how": "rst" } }"#,
    r#"{ "cut": { "at": "beforeHead", "how": "fin" } }"#,
    r#"{ "cut": { "at": 40, "how": "rst" } }"#,
    r#"{ "cut": { "at": 40, "how": "fin" } }"#,
    r#"{ "cut": { "at": "afterHead", "how": "rst" } }"#,
    r#"{ "cut": { "at": "afterHead", "how": "fin" } }"#,
    IN_THE_BODY,
    r#"{ "cut": { "at": 450, "how": "fin" } }"#,
    r#""stall""#,
    r#"{ "truncate": { "bytes": 30 } }"#,
    r#"{ "length": "tooBig" }"#,
    r#"{ "length": "tooSmall" }"#,
    KEPT_OPEN,
    r#"{ "length": "missing" }"#,
    r#""chunkGarbage""#,
    r#"{ "malformedJson": "cut" }"#,
    r#"{ "malformedJson": "badUtf8" }"#,
    r#"{ "wrongType": "htmlPage" }"#,
    r#"{ "wrongType": "gzipFlag" }"#,
    r#"{ "delay": "5s" }"#,
    r#"{ "drip": { "bytes": 64, "every": "20ms" } }"#,
    r#"{ "drip": { "bytes": 100, "every": "700ms" } }"#,
];
const IN_THE_BODY: &str = r#"{ "cut": { "at": 450, "how": "rst" } }"#;
/// Its next call is the one to look at.
const KEPT_OPEN: &str = r#"{ "length": { "tooSmall": { "keepOpen": true } } }"#;
/// The last row: everything else is a POST.
const OF_A_GET: &str = "`\"lost\"`, of a `GET`";

/// In the order of the page.
const COLUMNS: [&str; 6] = ["curl", "urllib3", "requests", "Node", "Java", "nginx"];

/// One call, or two, in a session of its own.
pub(super) struct Job {
    row: String,
    /// `fresh`, `kept`, `next` or `get`: see the drivers.
    pub(super) how: &'static str,
    pub(super) session: String,
    rule: String,
}

fn jobs() -> Vec<Job> {
    let wires = &crate::support::listing().faults;
    let needs_commit = |form: &str| {
        let fault = wires.iter().find(|fault| form.contains(&format!("\"{}\"", fault.name)));
        fault.expect("a fault of the table").commit == "required"
    };
    let job = |row: &str, how: &'static str, form: &str, at: usize| {
        let (on, commit) = match how {
            "get" => ("detail", ""),
            _ if needs_commit(form) => ("pre-order", r#", "commit": true"#),
            _ => ("pre-order", ""),
        };
        let rule =
            format!(r#"{{ "id": "f", "on": "{on}", "times": {{ "first": 1 }}, "fault": {form}{commit} }}"#);
        Job { row: row.to_owned(), how, session: format!("{how}-{at}"), rule }
    };
    let mut jobs = Vec::new();
    for (at, form) in FAULTS.iter().enumerate() {
        let hows: &[&str] = if *form == KEPT_OPEN { &["next"] } else { &["fresh", "kept"] };
        jobs.extend(hows.iter().map(|how| job(&format!("`{form}`"), how, form, at)));
    }
    jobs.push(job(OF_A_GET, "get", FAULTS[0], 0));
    jobs
}

fn rows() -> Vec<String> {
    let mut rows: Vec<String> = jobs().into_iter().map(|job| job.row).collect();
    rows.dedup();
    rows
}

/// A run of a client over all faults; `None`, and a word on stderr, if it is not there.
fn run(name: &'static str) -> Option<Column> {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let jobs: Vec<Job> = jobs().into_iter().filter(|job| name != "nginx" || job.how != "kept").collect();
    // A port of its own for each: no client takes a connection of another job for its own.
    let urls: Vec<String> = jobs.iter().map(|job| open(&sandbox, job)).collect();
    let told = if name == "nginx" { nginx::run(&sandbox, &jobs) } else { drive(name, &jobs, &urls) };
    let (version, classes) = told.map_err(|why| say(&format!("{name} is left out: {why}"))).ok()?;
    let mut cells: BTreeMap<String, String> = BTreeMap::new();
    for job in jobs {
        let session = sandbox.session(&job.session).expect("a session");
        let wanted = if matches!(job.how, "kept" | "next") { 2 } else { 1 };
        let again = session.journal().len().saturating_sub(wanted);
        let class =
            classes.get(&job.session).unwrap_or_else(|| panic!("{name} says nothing of {}", job.session));
        let class = if again == 0 { class.clone() } else { format!("{class}, **sent {} times**", 1 + again) };
        match cells.get_mut(&job.row) {
            None => drop(cells.insert(job.row, class)),
            Some(fresh) if *fresh != class => *fresh = format!("{fresh}; kept alive: {class}"),
            Some(_) => {}
        }
    }
    let cells = cells.into_iter().map(|(row, cell)| (row, [cell].into())).collect();
    Some(Column { name, version, cells })
}

/// What a driver says: its version, and a class by session. An error is why it says nothing.
pub(super) type Told = Result<(String, BTreeMap<String, String>), String>;

/// Makes the session of a job; the URL that it has to itself.
fn open(sandbox: &Sandbox, job: &Job) -> String {
    let rules = format!(r#"{{ "format": 1, "scenario": "fails-once", "rules": [{}] }}"#, job.rule);
    let wish = json!({ "name": job.session, "listen": "127.0.0.1:0" });
    let made = api(sandbox, "POST", "sessions", &wish.to_string()).json();
    sandbox.session(&job.session).and_then(|session| session.use_scenario(&rules)).expect("a scenario");
    made["urls"]["port"].as_str().expect("a port").to_owned()
}

fn drive(name: &str, jobs: &[Job], urls: &[String]) -> Told {
    let (program, file) = match name {
        "curl" => ("sh", "curl.sh"),
        "Node" => ("node", "node.mjs"),
        "Java" => ("java", "Client.java"),
        _ => ("python3", "python.py"),
    };
    let mut command = Command::new(program);
    command.arg(root().join("tests/clients/faults").join(file)).env("LIBRARY", name);
    let jobs = jobs.iter().zip(urls).map(|(job, url)| format!("{}:{}:{url}", job.how, job.session));
    let (version, told) = told(command.args(jobs))?;
    Ok((version, told.into_iter().collect()))
}

/// Every client at once: most of the time is waiting.
fn run_all() -> Vec<Column> {
    std::thread::scope(|scope| {
        let runs: Vec<_> = COLUMNS.into_iter().map(|name| scope.spawn(move || run(name))).collect();
        runs.into_iter().filter_map(|run| run.join().expect("a run")).collect()
    })
}

#[test]
fn what_clients_and_a_proxy_make_of_each_fault_is_as_the_page_says() {
    // Among hundreds of other tests a client may be late for reasons of its own: this runs by itself.
    if !is_asked_for("COMPARE_CLIENTS") && !is_asked_for("RENEW_TABLES") {
        say("left out: COMPARE_CLIENTS=1 cargo test --test it faults::clients compares, as CI does");
        return;
    }
    let page = Page::read();
    let mut found = run_all();
    if is_asked_for("RENEW_TABLES") {
        for _ in 1..3 {
            for more in run_all() {
                let Some(column) = found.iter_mut().find(|column| column.name == more.name) else { continue };
                for (row, seen) in more.cells {
                    column.cells.entry(row).or_default().extend(seen);
                }
            }
        }
        std::fs::create_dir_all(path().parent().expect("a folder")).expect("a folder");
        std::fs::write(path(), page.renewed(found, &COLUMNS, &rows())).expect("the page is written");
        return;
    }
    let mut differing = Vec::new();
    for column in found {
        match page.differences(&column) {
            None => {
                let (here, there) =
                    (&column.version, page.columns.get(column.name).map_or("", |(version, _)| version));
                say(&format!("{here} is left out: the page is about {}", major(there)));
            }
            Some(differs) if differs.is_empty() => {}
            // A busy machine makes time-outs of what is none: what is so is so again.
            Some(_) => {
                let again = run(column.name).and_then(|again| page.differences(&again));
                differing.extend(again.unwrap_or_default());
            }
        }
    }
    assert!(
        differing.is_empty(),
        "docs/faults.md says otherwise (-) than this run saw (+):\n{}\nif that is right, renew it: RENEW_TABLES=1 cargo test --test it faults::clients",
        differing.join("\n")
    );
}

#[test]
fn the_page_has_every_fault_of_the_wire_and_its_cuts_are_where_they_say() {
    let page = Page::read();
    assert_eq!(
        page.columns.keys().map(String::as_str).collect::<std::collections::BTreeSet<_>>(),
        COLUMNS.into()
    );
    for (name, (version, cells)) in &page.columns {
        assert!(version.starts_with(name.as_str()), "{name}: {version}");
        for row in rows() {
            assert!(cells.get(&row).is_some_and(|cell| !cell.is_empty()), "{name} says nothing of {row}");
        }
    }
    for fault in &crate::support::listing().faults {
        let is_there = FAULTS.iter().any(|form| form.contains(&format!("\"{}\"", fault.name)));
        assert!(
            is_there
                || fault.about.starts_with("of mails only")
                || fault.about.starts_with("of callbacks only")
                || ["outage", "hold"].contains(&fault.name),
            "{}",
            fault.name
        );
    }
    let sandbox = under("default");
    let answer = whole(&sandbox);
    let head = answer.len() - parts(&answer).1.len();
    let rule: Value = serde_json::from_str(IN_THE_BODY).expect("JSON");
    let cut = usize::try_from(rule["cut"]["at"].as_u64().expect("bytes")).expect("bytes");
    assert!(40 < head && head + 20 < cut && cut + 20 < answer.len(), "{head} {cut} {}", answer.len());
}
