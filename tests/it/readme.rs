//! The README is true: its commands run and print what it shows, its scenarios load and keep what they expect.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

use linksfield_sandbox::{Sandbox, test_session};

use crate::support::{PRE_ORDER, documented, files, listing, request, root, scenario_file};

/// Language and text of each fenced block.
fn blocks() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(blocks.len() >= 5, "the README has lost its blocks");
    blocks
}

/// Digits differ from run to run: ports, times, numbers.
fn masked(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// What a command of the README prints, with its server at the usual address. `ctl` and `health` find it by their variable.
fn output(command: &str, url: &str) -> String {
    let output = shell(&command.replace("http://127.0.0.1:8484", url), url).output().expect("sh");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The id of the README's order.
const ORDER: &str = "1664362";

/// The id of a sandbox's first order, made if there is none.
fn an_order(sandbox: &Sandbox) -> String {
    let session = sandbox.default_session();
    // What an example armed before is used up on the way.
    while session.orders().is_empty() {
        session.call(&request(PRE_ORDER, serde_json::Value::Object(documented()).to_string()));
    }
    session.orders()[0]["id"].to_string()
}

/// A shell that finds the binary under its name, as after an installation.
fn shell(command: &str, url: &str) -> Command {
    let binary = assert_cmd::cargo::cargo_bin!("linksfield-sandbox");
    let folder = binary.parent().expect("a folder").display().to_string();
    let path = std::env::var("PATH").map_or(folder.clone(), |path| format!("{folder}:{path}"));
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .env("PATH", path)
        .env("LINKSFIELD_SANDBOX_URL", url)
        .current_dir(root())
        .stdin(Stdio::null());
    shell
}

/// Whether a command serves until it is told to stop.
fn serves(command: &str) -> bool {
    let mut words = command.split(' ');
    let first = (words.next(), words.next());
    if command.ends_with("--help") {
        return false;
    }
    first.0 == Some("linksfield-sandbox")
        && first.1.is_none_or(|word| word == "serve" || word.starts_with("--"))
}

/// What a command that serves prints until it is ready: on a terminal, or to whoever reads its one line.
fn banner(command: &str, on_terminal: bool) -> String {
    let (command, _comment) = command.split_once(" #").unwrap_or((command, ""));
    let free = if command.contains("--listen") { "" } else { " --listen 127.0.0.1:0" };
    let command = format!("exec {}{free} --exit-on-stdin-eof", command.trim_end());
    let mut shell = shell(&command, "http://127.0.0.1:8484");
    // Its end is the end of its stdin, which closes with this test, whatever becomes of it.
    shell.stdin(Stdio::piped()).stderr(Stdio::null());
    let (mut out, mut child): (Box<dyn Read>, _) = if on_terminal {
        let (here, there) = terminal();
        (Box::new(here), shell.stdout(there).spawn().expect("sh"))
    } else {
        let mut child = shell.stdout(Stdio::piped()).spawn().expect("sh");
        (Box::new(child.stdout.take().expect("a pipe")), child)
    };
    // The terminal's other end is the server's alone: it closes with it.
    drop(shell);
    let last = if on_terminal { "Ctrl-C stops it." } else { "}\n" };
    let mut printed = String::new();
    let mut buffer = [0; 4_096];
    while !printed.contains(last) {
        let read = out.read(&mut buffer).unwrap_or(0);
        assert!(read > 0, "{command}\nended after\n{printed}");
        printed.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    drop(child.stdin.take());
    assert!(child.wait().expect("an end").success(), "{command}");
    printed.replace('\r', "")
}

/// Both ends of a terminal.
fn terminal() -> (File, File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let here = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&here).and_then(|()| unlockpt(&here)).expect("its other end");
    let name = ptsname(&here, Vec::new()).expect("its name");
    let there =
        File::options().read(true).write(true).open(name.to_str().expect("a path")).expect("its other end");
    (File::from(here), there)
}

/// Runs of digits count as one: a port has four or five. So do runs of blanks, since columns are as wide as their widest cell.
fn squeezed(text: &str) -> String {
    let mut squeezed = masked(text);
    for (run, one) in [("00", "0"), ("  ", " ")] {
        while squeezed.contains(run) {
            squeezed = squeezed.replace(run, one);
        }
    }
    squeezed
}

#[test]
fn commands_print_what_the_readme_shows() {
    let has_curl = Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let mut tried = 0;
    for (language, text) in blocks() {
        if language != "console" {
            continue;
        }
        let sandbox = Sandbox::builder().start_blocking().expect("the sandbox starts");
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{line:?} follows no command"));
            let mut command = command.to_owned();
            while let Some(begun) = command.strip_suffix('\\') {
                command = begun.to_owned() + lines.next().expect("the command goes on");
            }
            let mut shown = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                shown.push(squeezed(line));
            }
            if command.starts_with("curl") && !has_curl {
                continue;
            }
            let command = command
                .replace("cargo run --release -- ", "linksfield-sandbox ")
                .replace("cargo run --release", "linksfield-sandbox");
            // The order of the examples is one that stands in this sandbox.
            let command =
                if command.contains(ORDER) { command.replace(ORDER, &an_order(&sandbox)) } else { command };
            let printed = squeezed(&match command.as_str() {
                // That is what runs here.
                "cargo test" => continue,
                serve if serves(serve) => {
                    banner(serve, shown.first().is_some_and(|line| !line.starts_with('{')))
                }
                other => output(other, &sandbox.url()),
            });
            // `…` stands for lines, or the rest of one, that the README leaves out.
            let mut rest = printed.as_str();
            for line in shown.iter().map(|line| line.trim_end_matches('…')).filter(|line| !line.is_empty())
            {
                let at =
                    rest.find(line).unwrap_or_else(|| panic!("{command}\nshows no {line:?} in\n{printed}"));
                rest = &rest[at + line.len()..];
            }
            tried += 1;
        }
    }
    assert!(tried >= 20, "only {tried} commands were tried");
}

#[test]
fn scenarios_of_the_readme_keep_what_they_expect() {
    let mut tried = 0;
    for (language, text) in blocks() {
        if language != "jsonc" {
            continue;
        }
        let file = scenario_file(&text);
        let warnings = linksfield_sandbox::check_scenario(file.path().as_ref(), None)
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(warnings, "");
        let sandbox = Sandbox::builder().scenario(file.path()).start_blocking().expect("the sandbox starts");
        let unmet = sandbox.default_session().rehearse();
        assert!(unmet.is_empty(), "{unmet:#?}");
        tried += 1;
    }
    assert!(tried >= 1);
}

#[test]
fn a_failed_rust_test_says_what_the_readme_shows() {
    let (_, shown) = blocks()
        .into_iter()
        .find(|(language, text)| language == "text" && text.contains("calls of session"))
        .expect("the text of a failure");
    let unmet = || {
        let session = test_session!(Sandbox::shared(), name: "the_shop_refuses_once");
        session
            .arm(r#"{ "on": "pre-order", "times": { "next": 1 }, "answer": { "code": 10009 } }"#)
            .expect("a rule");
        session.expects(r#"{ "expect": [{ "on": "pre-order", "codes": 0, "count": 1 }] }"#);
        session.call(&request(PRE_ORDER, serde_json::Value::Object(documented()).to_string()));
    };
    let payload = std::panic::catch_unwind(unmet).expect_err("a panic");
    let text = payload.downcast_ref::<String>().expect("a text");
    assert_eq!(squeezed(text.trim()), squeezed(shown.trim()));
}

/// Commands of the README that no test runs, and who does.
const RUN_ELSEWHERE: &[(&str, &str)] = &[
    ("cargo install --path .", "a release build; the archives are one as well"),
    ("packaging/archives", "CI"),
    ("mkdir -p target/image && tar", "CI unpacks what it packed"),
    ("docker ", "nobody: the README says that no container engine has run it"),
];

#[test]
fn no_block_of_the_readme_is_of_a_kind_that_nothing_runs() {
    for (language, text) in blocks() {
        // `console`: above. `jsonc`: rehearsed. `rust`: a doctest. Other languages: lines of suites that run.
        let is_run = match language.as_str() {
            "console" | "jsonc" | "rust" | "python" | "js" | "java" | "go" | "sh" => true,
            "xml" => is_nested(&text),
            "text" if text.contains("$ ") => text.lines().all(|line| {
                let command = line.strip_prefix("$ ").unwrap_or_default();
                RUN_ELSEWHERE.iter().any(|(begun, _)| command.starts_with(begun))
            }),
            // The picture, and the failure that is compared above.
            "text" => text.contains("──▶") || text.contains("calls of session"),
            _ => false,
        };
        assert!(is_run, "nothing runs this block of `{language}`:\n{text}");
    }
}

/// Whether each tag is closed, the last one first.
fn is_nested(xml: &str) -> bool {
    let mut open = Vec::new();
    for tag in xml.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = |tag: &str| tag.split_whitespace().next().unwrap_or_default().to_owned();
        match tag.strip_prefix('/') {
            Some(end) if open.pop() == Some(name(end)) => {}
            Some(_) => return false,
            None if tag.ends_with('/') => {}
            None => open.push(name(tag)),
        }
    }
    open.is_empty() && xml.contains('<')
}

/// What the sandbox has no hand in: texts of phones and browsers.
const TEXTS_OF_OTHERS: &[&str] = &["connection reset"];

#[test]
fn the_questions_of_the_readme_quote_texts_that_there_are() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let (_, section) = text.split_once("\n## Questions, by error text\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let said: String = ["src", "fixtures"]
        .iter()
        .flat_map(|folder| ["rs", "json"].map(|extension| files(&root().join(folder), extension)))
        .flatten()
        .map(|file| std::fs::read_to_string(file).expect("a source"))
        .collect();
    let mut quoted = 0;
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let quote = row.split('`').nth(1).expect("a quote");
        for piece in quote.split(['…', '"', '{', '}']).map(str::trim) {
            // What is put together from parts is looked for by its parts.
            let piece = piece
                .split("127.0.0.1:8484")
                .next()
                .unwrap_or_default()
                .trim_matches(['(', ')', ';', ':', ' ']);
            let words = piece
                .split(|c: char| c.is_ascii_digit())
                .max_by_key(|words| words.len())
                .unwrap_or_default()
                .trim();
            if words.len() > 6 && !TEXTS_OF_OTHERS.contains(&words) {
                assert!(said.contains(words), "{words:?} of {quote:?} is said nowhere");
                quoted += 1;
            }
        }
    }
    assert!(quoted >= 3, "only {quoted} texts were looked for");
}

#[test]
fn the_evidence_of_each_call_is_the_one_on_its_card() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let (_, section) = text.split_once("\n## How faithful\n").expect("the section");
    for endpoint in &listing().endpoints {
        let whole = format!("`{} {}`", endpoint.method, endpoint.path);
        let short = format!("`…/{}`", endpoint.path.rsplit('/').next().unwrap_or_default());
        let row = section.lines().find(|line| line.contains(&whole) || line.contains(&short));
        let row = row.unwrap_or_else(|| panic!("{} has no row", endpoint.path));
        let told = row.split(" | ").nth(1).unwrap_or_default();
        assert!(told.starts_with(endpoint.evidence), "{}: {} says the card", row, endpoint.evidence);
    }
}

#[test]
fn every_scenario_code_and_magic_value_is_named_in_the_readme() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let listing = listing();
    for scenario in &listing.scenarios {
        assert!(text.contains(&format!("`{}`", scenario.name)), "{}", scenario.name);
    }
    for code in &listing.codes {
        assert!(text.contains(&format!("`{}`", code.name)), "{}", code.name);
    }
    for row in &listing.magic {
        assert!(text.contains(&format!("`{}`", row.trigger)), "{}", row.trigger);
    }
}

#[test]
fn every_route_of_the_control_surface_is_named_in_the_readme() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let sandbox = Sandbox::builder().start_blocking().expect("the sandbox starts");
    let listed = crate::support::api(&sandbox, "GET", "nothing", "").json();
    let help = listed["error"]["help"].as_str().expect("the routes");
    let paths: Vec<&str> =
        help.split("/__sandbox/").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
    assert!(paths.len() > 30, "{help}");
    for path in paths {
        let path = path.trim_end_matches("/{key}");
        let short = path.strip_prefix("sessions/{s}/").unwrap_or(path);
        let is_named = [path, short]
            .iter()
            .any(|name| text.contains(&format!("`{name}`")) || text.contains(&format!("{name}/{{")));
        assert!(is_named, "{path}");
    }
}

/// The first cells of the table that follows a line, without their ticks.
fn column(text: &str, head: &str) -> Vec<String> {
    let (_, table) = text.split_once(head).unwrap_or_else(|| panic!("no table begins with {head:?}"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let first = |row: &str| row.split('|').nth(1).unwrap_or_default().replace(['`', ' '], "");
    rows.flat_map(|row| first(row).split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn the_process_contract_of_the_readme_is_the_one_that_is_kept() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let fields = column(&text, "| field | what |");
    let of = |args: &[&str]| {
        let ready = crate::process::Server::start(args).ready.clone();
        ready.as_object().expect("an object").keys().cloned().collect::<Vec<_>>()
    };
    let ready = of(&[]);
    assert_eq!(fields[..ready.len()], ready, "in this order");
    assert_eq!(fields, of(&["--lan"]));

    // The help, the README and the program's own table say the same.
    let codes: Vec<u8> =
        column(&text, "| exit code | when |").iter().filter_map(|code| code.parse().ok()).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6]);
    let help = crate::process::run(&["--help"]).1;
    let (_, listed) = help.split_once("Exit codes:").expect("the exit codes");
    for code in codes {
        assert!(listed.contains(&format!("{code} ")), "{code}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let busy = taken.local_addr().expect("an address").to_string();
    let broken = scenario_file("{ \"format\": 1, ");
    let unmet = scenario_file(r#"{ "format": 1, "scenario": "x", "expect": [{ "on": "webhook" }] }"#);
    for (args, code) in [
        (&["list", "codes"][..], 0),
        (&["serve", "--listen", "nowhere"], 2),
        (&["serve", "--scenario", &broken.path()], 3),
        (&["serve", "--listen", &busy], 4),
        (&["exec", "--scenario", &unmet.path(), "--fail-on-unmet", "--", "true"], 5),
        (&["serve", "--listen", "127.0.0.1:0", "--data", "./no/such/folder"], 6),
    ] {
        assert_eq!(crate::process::run(args).0, Some(code), "{args:?}");
    }
    // Nobody listens there any more.
    drop(taken);
    assert_eq!(crate::process::run(&["health", &format!("http://{busy}")]).0, Some(1));
}

/// Whether the lines stand in the file one after the other, all of them as much further in.
fn holds(file: &str, block: &str) -> bool {
    let lines: Vec<&str> = file.lines().collect();
    let block: Vec<&str> = block.lines().collect();
    lines.windows(block.len()).any(|window| {
        let indent = window[0].strip_suffix(block[0]);
        indent.is_some_and(|indent| {
            let is_blank = indent.chars().all(char::is_whitespace);
            let is_same = |(line, wanted): (&&str, &&str)| {
                line.strip_prefix(indent).map_or(wanted.is_empty(), |line| line == *wanted)
            };
            is_blank && window.iter().zip(&block).all(is_same)
        })
    })
}

#[test]
fn snippets_of_other_languages_are_lines_of_their_example_suites() {
    let places = [
        ("python", "python/test_esim.py"),
        ("js", "javascript/esim.test.mjs"),
        ("java", "java/EsimTest.java"),
        ("go", "go/esim_test.go"),
        ("sh", "shell/esim_test.sh"),
    ];
    let blocks = blocks();
    for (language, place) in places {
        let file = std::fs::read_to_string(root().join("tests/clients").join(place)).expect("a suite");
        let mut shown = blocks.iter().filter(|(name, _)| name == language).peekable();
        assert!(shown.peek().is_some(), "the README shows nothing of {place}");
        for (_, block) in shown {
            assert!(
                holds(&file, block),
                "tests/clients/{place} does not hold what the README shows:\n{block}"
            );
        }
    }
}
