//! nginx in front of a sandbox, and what a client sees through it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use linksfield_sandbox::Sandbox;
use serde_json::Value;

use super::clients::{Job, Told};
use crate::support::{PRE_ORDER, documented};

/// A running nginx, ended when it is dropped.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Each job's call through nginx.
pub(super) fn run(sandbox: &Sandbox, jobs: &[Job]) -> Told {
    let output = Command::new("nginx").arg("-v").output().map_err(|error| format!("nginx: {error}"))?;
    let version = String::from_utf8_lossy(&output.stderr).trim().replace("nginx version: nginx/", "nginx ");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let socket = folder.path().join("s");
    let _nginx = start(sandbox, folder.path(), &socket)?;
    let classes = std::thread::scope(|scope| {
        let runs: Vec<_> =
            jobs.iter().map(|job| (&job.session, scope.spawn(|| calls(&socket, job)))).collect();
        runs.into_iter().map(|(session, run)| (session.clone(), run.join().expect("a call"))).collect()
    });
    Ok((version, classes))
}

/// Listens on a socket in the folder, where no port can be taken by somebody else.
fn start(sandbox: &Sandbox, folder: &Path, socket: &Path) -> Result<Nginx, String> {
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path t-{kind};"));
    let config = format!(
        "daemon off; master_process off; pid pid; events {{}}\n\
         http {{ access_log off; {} server {{ listen unix:{};\n\
         location / {{ proxy_pass {}; proxy_http_version 1.1; proxy_read_timeout 2s; }} }} }}\n",
        paths.concat(),
        socket.display(),
        sandbox.url()
    );
    std::fs::write(folder.join("conf"), config).expect("a file");
    let mut command = Command::new("nginx");
    command
        .arg("-p")
        .arg(folder)
        .args(["-c", "conf", "-e", "log"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut nginx = Nginx(command.spawn().map_err(|error| format!("nginx: {error}"))?);
    while UnixStream::connect(socket).is_err() {
        if let Ok(Some(status)) = nginx.0.try_wait() {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(format!("it ends with {status}: {}", log.lines().last().unwrap_or_default()));
        }
        std::thread::yield_now();
    }
    Ok(nginx)
}

fn calls(socket: &Path, job: &Job) -> String {
    let first = call(socket, job);
    if job.how == "next" { format!("{first}, then {}", call(socket, job)) } else { first }
}

fn call(socket: &Path, job: &Job) -> String {
    let (session, body) = (&job.session, Value::Object(documented()).to_string());
    let request = match job.how {
        "get" => format!(
            "GET /s/{session}/v1.1/package/detail?id=1000000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ),
        _ => format!(
            "POST /s/{session}{PRE_ORDER} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    };
    let mut stream = UnixStream::connect(socket).expect("nginx listens");
    stream.write_all(request.as_bytes()).expect("nginx reads");
    let mut answer = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut answer);
    judged(&answer)
}

/// What an answer is, in words.
fn judged(answer: &[u8]) -> String {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return format!("the end after {} bytes", answer.len());
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let status = head.lines().next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let body = &answer[end + 4..];
    let (body, is_whole) = match (header("content-length:"), header("transfer-encoding:")) {
        (Some(length), _) => (body.to_vec(), length == body.len().to_string()),
        (None, Some(_)) => unchunked(body),
        (None, None) => (body.to_vec(), true),
    };
    let what = match serde_json::from_slice::<Value>(&body) {
        _ if !is_whole && body.is_empty() => "the end in the place of its body".to_owned(),
        _ if !is_whole => "the end within its body".to_owned(),
        Ok(value) => format!("code {}", value["code"]),
        Err(_) if header("content-type:") == Some("text/html") && status != "200" => {
            "a page of its own".to_owned()
        }
        Err(_) => "whole, and no JSON".to_owned(),
    };
    format!("{status}, {what}")
}

/// What is in chunks, and whether the last one came.
fn unchunked(mut chunks: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = chunks.windows(2).position(|two| two == b"\r\n") else { return (body, false) };
        let size =
            std::str::from_utf8(&chunks[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let rest = &chunks[end + 2..];
        match size {
            Some(0) => return (body, true),
            Some(size) if rest.len() >= size + 2 => {
                body.extend_from_slice(&rest[..size]);
                chunks = &rest[size + 2..];
            }
            Some(_) | None => {
                body.extend_from_slice(rest);
                return (body, false);
            }
        }
    }
}
