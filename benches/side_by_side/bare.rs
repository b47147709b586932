//! The baseline: hyper with nothing behind it.
//!
//! It does everything that any hyper server has to do for the same exchange (accept, parse the head, read the
//! body whole, write a head and a body of this length) and nothing else.

use std::convert::Infallible;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::{io, process};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustix::process::{Signal, set_parent_process_death_signal};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

/// The hidden first argument that makes this executable the baseline: `--bare-server LENGTH CONTENT_TYPE GOOD`, the last of
/// which is how its answers begin.
pub(crate) const FLAG: &str = "--bare-server";

pub(crate) fn serve(length: usize, content_type: &str, good: &str) -> Outcome<()> {
    // The bench ends its children itself; this is for the day when it is killed before it can.
    set_parent_process_death_signal(Some(Signal::TERM))?;

    let body = body(length, good.as_bytes())?;
    let content_type = HeaderValue::from_str(content_type)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(accept(body, content_type))
}

/// A body of exactly this length that the client takes for a good one.
fn body(length: usize, good: &[u8]) -> Outcome<Bytes> {
    const END: &[u8] = br#""message":"SUCCESS"}"#;
    let blanks =
        length.checked_sub(good.len() + END.len()).ok_or("too short for a body that says success")?;
    Ok([good, &vec![b' '; blanks], END].concat().into())
}

async fn accept(body: Bytes, content_type: HeaderValue) -> Outcome<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let ready = json!({
        "event": "ready",
        "contract": 1,
        "pid": process::id(),
        "url": format!("http://{}", listener.local_addr()?),
    });
    println!("{ready}");
    io::stdout().flush()?;

    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(converse(stream, body.clone(), content_type.clone()));
    }
}

async fn converse(stream: TcpStream, body: Bytes, content_type: HeaderValue) {
    let service = service_fn(move |request| answer(request, body.clone(), content_type.clone()));
    // A connection that breaks off is the client's to notice: it is the one that counts answers.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn answer(
    request: Request<Incoming>,
    body: Bytes,
    content_type: HeaderValue,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_post = request.method() == Method::POST;
    let was_read = request.into_body().collect().await.is_ok();
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    if !(is_post && was_read) {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}
