//! Client matrix: the documented call as curl, wget, HTTPie, Python, Node, Java, PHP, Perl, Ruby, C and Go send it, as `docs/clients.md` has it.

mod page;
mod tap;

use std::collections::BTreeSet;
use std::process::Command;

use linksfield_sandbox::EndpointLine;

use crate::comparing::{is_asked_for, major, say, told};
use crate::support::{example, files, root, under};
use page::Row;
use tap::{Request, Tap};

/// A client: its name on the page, and how a shell runs its program.
struct Client {
    name: &'static str,
    run: &'static str,
}

const fn client(name: &'static str, run: &'static str) -> Client {
    Client { name, run }
}

/// In the order of the page. `$TOOLS` is where `tests/clients/matrix/install` puts things.
const CLIENTS: &[Client] = &[
    client("curl", "sh curl.sh"),
    client("wget", "sh wget.sh"),
    client("HTTPie", "sh httpie.sh"),
    client("Python http.client", "$PYTHON python_http_client.py"),
    client("Python urllib3", "$PYTHON python_urllib3.py"),
    client("Python requests", "$PYTHON python_requests.py"),
    client("Python httpx", "$PYTHON python_httpx.py"),
    client("Python aiohttp", "$PYTHON python_aiohttp.py"),
    client("Node fetch", "node node_fetch.mjs"),
    client("Node undici", "node node_undici.mjs"),
    client("Node axios", "node node_axios.mjs"),
    client("Node got", "node node_got.mjs"),
    client("Java HttpClient", "java JavaHttpClient.java"),
    client("Java OkHttp", "java -cp /usr/share/java/okhttp.jar:/usr/share/java/okio.jar OkHttp.java"),
    client("PHP curl", "php php_curl.php"),
    client("PHP Guzzle", "php php_guzzle.php"),
    client("Perl LWP", "perl perl_lwp.pl"),
    client("Ruby Net::HTTP", "ruby ruby_net_http.rb"),
    client("C libcurl", "cc libcurl.c -o $TOOLS/libcurl -lcurl && $TOOLS/libcurl"),
    client("Go net/http", "go run go_net_http.go"),
];

/// The two headers of the sample that have no value.
const EMPTY: [&str; 2] = ["accept-language", "x-access-token"];
/// What every request has, or was asked to have. `user-agent` is told without its value.
const EXPECTED: [&str; 3] = ["host", "content-length", "content-type"];

/// One run of a client; `None`, and a word on stderr, if it is not there.
fn run(client: &Client) -> Option<Row> {
    let (order, detail) = calls();
    let sandbox = under("documented-example");
    let tap = Tap::before(sandbox.addresses()[0]);
    let tools = root().join("target/clients");
    std::fs::create_dir_all(&tools).expect("a folder");
    let python = tools.join("venv/bin/python");
    let mut command = Command::new("timeout");
    command.args(["120", "sh", "-c", &format!("{} \"$@\"", client.run), "sh"]);
    command.args([&order.path, &example(&detail).uri().to_string()].map(|target| tap.url() + target));
    command.current_dir(root().join("tests/clients/matrix"));
    command.env("TOOLS", &tools).env("BODY", &order.example);
    command.env("PYTHON", if python.exists() { python } else { "python3".into() });
    // Nothing stands between: a proxy of the machine is none of ours.
    command.envs([("NO_PROXY", "*"), ("no_proxy", "*")]);
    let (version, told) =
        told(&mut command).map_err(|why| say(&format!("{} is left out: {why}", client.name))).ok()?;
    let answers: Vec<String> = told.into_iter().map(|(_, answer)| answer).collect();
    let connections = tap.requests();
    let requests: Vec<&Request> = connections.iter().flatten().collect();
    let cells = [
        verdict(&answers),
        connections.len().to_string(),
        empty_headers(&requests),
        besides(&requests),
        version,
    ];
    Some(page::COLUMNS.map(str::to_owned).into_iter().zip(cells).collect())
}

/// The documented pre-order and the detail, as their cards have them.
fn calls() -> (EndpointLine, EndpointLine) {
    let listing = crate::support::listing();
    let newest = |operation: &str| listing.newest(operation).expect("an endpoint").clone();
    (newest("pre-order"), newest("detail"))
}

/// What has to come: as printed, the next order, and what a test gets in-process.
fn documented_answers() -> [String; 3] {
    let (order, detail) = calls();
    let reply = order.replies.iter().find(|reply| reply.evidence == "documented").expect("a printed answer");
    let printed: serde_json::Value = serde_json::from_str(&reply.meaning).expect("JSON");
    let first = printed.to_string();
    let next = first.replace("ESIM_L202212050000000", "ESIM_L202212050000001").replace("1055293", "1055294");
    let answer = under("documented-example").default_session().call(&example(&detail));
    [first, next, String::from_utf8_lossy(answer.body()).into_owned()]
}

fn verdict(answers: &[String]) -> String {
    let expected = documented_answers();
    let names = ["pre-order", "next pre-order", "detail"];
    let differs = (0..3).filter(|at| answers.get(*at) != Some(&expected[*at])).map(|at| {
        let got = answers.get(at).map_or("nothing", String::as_str);
        format!("{}: {}", names[at], got.replace('|', "\\|"))
    });
    let differs: Vec<String> = differs.collect();
    if differs.is_empty() { "as documented".to_owned() } else { differs.join("; ") }
}

/// How the headers without a value arrived; of several calls, all that was seen.
fn empty_headers(requests: &[&Request]) -> String {
    let seen = EMPTY.map(|wanted| {
        let values: BTreeSet<String> = requests
            .iter()
            .map(|request| {
                let of = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                match of.map(|(_, value)| &**value) {
                    None => "not sent".to_owned(),
                    Some("") => "empty".to_owned(),
                    Some(value) => format!("as `{value}`"),
                }
            })
            .collect();
        values.into_iter().collect::<Vec<_>>().join(" or ")
    });
    match seen {
        [language, token] if language == token => format!("both {language}"),
        [language, token] => format!("`Accept-Language` {language}, `x-access-token` {token}"),
    }
}

/// What was not asked for, each once, in the order in which it came.
fn besides(requests: &[&Request]) -> String {
    let mut found: Vec<String> = Vec::new();
    for request in requests {
        let is_get = request.line.starts_with("GET ");
        for (name, value) in &request.headers {
            let known = name.to_lowercase();
            let is_asked = EMPTY.contains(&&*known)
                || EXPECTED.contains(&&*known)
                    && (known != "content-type" || value == "application/json")
                    && (known == "host" || !is_get);
            let text = if known == "user-agent" { format!("`{name}`") } else { format!("`{name}: {value}`") };
            if !is_asked && !found.contains(&text) {
                found.push(text);
            }
        }
        if !request.line.ends_with(" HTTP/1.1") && !found.contains(&request.line) {
            found.push(request.line.clone());
        }
    }
    if found.is_empty() { "nothing".to_owned() } else { found.join(", ") }
}

/// Where a run differs from its row; `None` if the row is about another major version.
fn differences(name: &str, known: Option<&Row>, found: &Row) -> Option<Vec<String>> {
    let known = |column: &str| known.map_or("", |row| &*row[column]);
    if !known("made with").is_empty() && major(known("made with")) != major(&found["made with"]) {
        return None;
    }
    let columns = page::COLUMNS.iter().filter(|column| **column != "made with");
    let differs = columns.filter(|column| known(column) != found[**column]);
    Some(
        differs
            .map(|column| format!("{name}, {column}\n  - {}\n  + {}", known(column), found[*column]))
            .collect(),
    )
}

#[test]
fn clients_that_nobody_here_wrote_get_the_documented_answer_as_the_page_says() {
    let renews = is_asked_for("RENEW_TABLES");
    if !renews && !is_asked_for("COMPARE_CLIENTS") {
        say("left out: COMPARE_CLIENTS=1 cargo test --test it clients_matrix compares, as CI does");
        return;
    }
    let mut known = page::read();
    let mut differing = Vec::new();
    let mut count = 0;
    // Most of the time is other languages starting up, and two cores are all that CI has.
    for few in CLIENTS.chunks(4) {
        let found: Vec<(&Client, Option<Row>)> = std::thread::scope(|scope| {
            let runs: Vec<_> = few.iter().map(|client| (client, scope.spawn(move || run(client)))).collect();
            runs.into_iter().map(|(client, run)| (client, run.join().expect("a run"))).collect()
        });
        for (client, row) in found {
            let Some(row) = row else { continue };
            count += 1;
            if renews {
                known.insert(client.name.to_owned(), row);
                continue;
            }
            match differences(client.name, known.get(client.name), &row) {
                None => say(&format!("{} is left out: the page is about another version", row["made with"])),
                Some(differs) if differs.is_empty() => {}
                // A busy machine may open one more connection: what is so is so again.
                Some(_) => {
                    let again = run(client);
                    let again = again.and_then(|row| differences(client.name, known.get(client.name), &row));
                    differing.extend(again.unwrap_or_default());
                }
            }
        }
    }
    say(&format!("{count} of {} clients made the documented calls", CLIENTS.len()));
    if renews {
        std::fs::write(page::path(), page::written(&known)).expect("the page is written");
        return;
    }
    assert!(
        differing.is_empty(),
        "docs/clients.md says otherwise (-) than this run saw (+):\n{}\nif that is right, renew it: RENEW_TABLES=1 cargo test --test it clients_matrix",
        differing.join("\n")
    );
}

#[test]
fn the_page_has_every_client_and_each_gets_the_documented_answer() {
    let rows = page::read();
    let text = std::fs::read_to_string(page::path()).expect("the page");
    assert_eq!(text, page::written(&rows), "docs/clients.md is made by a test run, not by hand");
    for client in CLIENTS {
        let row = rows.get(client.name).unwrap_or_else(|| panic!("no row of {}", client.name));
        assert_eq!(row["answers"], "as documented", "{}", client.name);
    }
    // No program stands there that nobody runs.
    let folder = root().join("tests/clients/matrix");
    for extension in ["sh", "py", "mjs", "java", "php", "pl", "rb", "c", "go"] {
        for path in files(&folder, extension) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let is_run = CLIENTS.iter().any(|client| client.run.contains(&name));
            assert!(is_run || name.starts_with("calls."), "no client runs {name}");
        }
    }
}
