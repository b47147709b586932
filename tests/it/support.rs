//! What tests share: a sandbox under a scenario, a call without a socket, and a client that sends raw bytes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bytes::Bytes;
use http::{Request, Response};
use linksfield_sandbox::{Builder, EndpointLine, Listing, Sandbox, SessionHandle};
use serde_json::{Map, Value};

/// The newest pre-order.
pub(crate) const PRE_ORDER: &str = "/v1.2/package/preOrderPackage";

/// The tables of what is embedded, read once.
pub(crate) fn listing() -> &'static Listing {
    static LISTING: OnceLock<Listing> = OnceLock::new();
    LISTING.get_or_init(|| Listing::read(None).expect("the embedded fixtures"))
}

/// A sandbox of the default scenario with a fixed seed.
pub(crate) fn builder() -> Builder {
    Sandbox::builder().seed(7)
}

/// A sandbox under one of the shipped scenarios.
pub(crate) fn under(scenario: &str) -> Sandbox {
    builder().scenario(scenario).start_blocking().expect("the sandbox starts")
}

/// A sandbox under a scenario that the test writes itself.
pub(crate) fn under_text(text: &str) -> Sandbox {
    let file = scenario_file(text);
    builder().scenario(file.path()).start_blocking().expect("the sandbox starts")
}

/// A scenario file in a folder of its own, which goes when it is dropped.
pub(crate) struct ScenarioFile {
    folder: tempfile::TempDir,
}

impl ScenarioFile {
    pub(crate) fn path(&self) -> String {
        self.folder.path().join("scenario.json").display().to_string()
    }
}

pub(crate) fn scenario_file(text: &str) -> ScenarioFile {
    let file = ScenarioFile { folder: tempfile::tempdir().expect("a temporary folder") };
    std::fs::write(file.path(), text).expect("a scenario file");
    file
}

/// A folder of files by place, which goes when it is dropped.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (place, text) in files {
        let path = folder.path().join(place);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

/// A scenario with these rules and nothing else.
pub(crate) fn with_rules(rules: &str) -> Sandbox {
    under_text(&format!(r#"{{ "format": 1, "scenario": "test", "rules": {rules} }}"#))
}

/// The documented request, its comma mended.
pub(crate) fn documented() -> Map<String, Value> {
    let text = r#"{
        "currency": "USD", "currencyId": 2, "deviceType": "10", "discountFlag": 0, "id": 1000000, "money": 5,
        "packageCode": "LP20220325000000", "packageNum": 1, "partnerCode": "1000000005", "periodNum": 1,
        "receive_qr_email": "test@test.com"
    }"#;
    serde_json::from_str(text).expect("JSON")
}

/// The documented request with some fields changed; a change to `null` is sent as null.
pub(crate) fn changed(changes: Value) -> Value {
    let mut body = documented();
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    body.extend(changes);
    Value::Object(body)
}

/// The documented request without one field.
pub(crate) fn without(field: &str) -> Value {
    let mut body = documented();
    body.shift_remove(field).expect("a documented field");
    Value::Object(body)
}

pub(crate) fn request(path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    let request = Request::post(path).header("content-type", "application/json");
    request.header("accept-language", "").header("x-access-token", "").body(body.into()).expect("a request")
}

/// The example of a card: over its method, and in the place where its fields travel.
pub(crate) fn example(endpoint: &EndpointLine) -> Request<Bytes> {
    if endpoint.place == "body" {
        let mut request = request(&endpoint.path, endpoint.example.clone());
        *request.method_mut() = endpoint.method.parse().expect("a method");
        return request;
    }
    let fields: Map<String, Value> = serde_json::from_str(&endpoint.example).expect("an object");
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    let target = format!("{}?{}", endpoint.path, pairs.join("&"));
    Request::builder().method(&*endpoint.method).uri(target).body(Bytes::new()).expect("a request")
}

/// A GET without a socket; the body of its answer.
pub(crate) fn get(session: &SessionHandle, target: &str) -> Value {
    json(&session.call(&Request::get(target).body(Bytes::new()).expect("a request")))
}

/// A call without a socket; the body of its answer.
pub(crate) fn call(session: &SessionHandle, path: &str, body: &Value) -> Value {
    json(&session.call(&request(path, body.to_string())))
}

pub(crate) fn pre_order(session: &SessionHandle, body: &Value) -> Value {
    call(session, PRE_ORDER, body)
}

pub(crate) fn json(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("a JSON answer")
}

/// A root of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with this extension, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A raw HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }
}

/// A connection that sends what it is told, byte by byte.
pub(crate) struct Raw {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Raw {
    pub(crate) fn connect(sandbox: &Sandbox) -> Self {
        Self::connect_to(sandbox.addresses()[0])
    }

    pub(crate) fn connect_to(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).expect("a connection"), unread: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.stream.write_all(bytes.as_ref()).expect("the server reads");
        self
    }

    /// A whole POST.
    pub(crate) fn post(&mut self, path: &str, body: &str) -> &mut Self {
        let length = body.len();
        self.send(format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"))
    }

    /// The next answer, by its Content-Length.
    pub(crate) fn answer(&mut self) -> Answer {
        let end = loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(
                self.more(),
                "the connection ended before an answer: {:?}",
                String::from_utf8_lossy(&self.unread)
            );
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).expect("a head");
        let mut lines = head.lines();
        let status =
            lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let length =
            headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value);
        let length: usize = length.parse().expect("a length");
        while self.unread.len() < length {
            assert!(self.more(), "the connection ended within a body");
        }
        let body = String::from_utf8(self.unread.drain(..length).collect()).expect("UTF-8");
        Answer { status: status.expect("a status"), headers, body }
    }

    /// Everything until the server ends the connection.
    pub(crate) fn rest(&mut self) -> String {
        while self.more() {}
        String::from_utf8_lossy(&std::mem::take(&mut self.unread)).into_owned()
    }

    /// Everything until the server ends the connection, as it came.
    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        while self.more() {}
        std::mem::take(&mut self.unread)
    }

    /// The local end, so that a test can close one direction.
    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    fn more(&mut self) -> bool {
        let mut piece = [0; 4096];
        // A reset is an end as well.
        let count = self.stream.read(&mut piece).unwrap_or(0);
        self.unread.extend_from_slice(&piece[..count]);
        count > 0
    }
}

/// A call of the control surface.
pub(crate) fn api(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Answer {
    let length = body.len();
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let head = format!(
        "{method} /__sandbox/{path} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {length}\r\n\r\n"
    );
    Raw::connect(sandbox).send(head + body).answer()
}

/// The documented pre-order over HTTP, with these headers, at this path.
pub(crate) fn order_at(sandbox: &Sandbox, path: &str, headers: &str) -> Answer {
    let body = Value::Object(documented()).to_string();
    let host = if headers.contains("Host:") { "" } else { "Host: x\r\n" };
    let head = format!("POST {path} HTTP/1.1\r\n{host}{headers}Content-Length: {}\r\n\r\n", body.len());
    Raw::connect(sandbox).send(head + &body).answer()
}

/// A mail catcher for one mail: speaks as much SMTP as a sender needs; the mail as it came.
pub(crate) fn catch_mail(listener: &std::net::TcpListener) -> String {
    use std::io::{BufRead, BufReader};
    let (stream, _) = listener.accept().expect("a sender");
    let mut lines = BufReader::new(stream.try_clone().expect("the same stream")).lines();
    let say = |text: &str| (&stream).write_all(text.as_bytes()).expect("the sender listens");
    say("220 catcher\r\n");
    let mut mail = String::new();
    let mut is_data = false;
    while let Some(Ok(line)) = lines.next() {
        if is_data {
            if line == "." {
                say("250 kept\r\n");
                break;
            }
            mail += &line;
            mail.push('\n');
            continue;
        }
        match line.split(' ').next().unwrap_or_default() {
            "DATA" => {
                is_data = true;
                say("354 go on\r\n");
            }
            "QUIT" => {
                say("221 bye\r\n");
                break;
            }
            _ => say("250 fine\r\n"),
        }
    }
    mail
}
