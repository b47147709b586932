//! A small partner's server: takes what is posted to it, remembers it, and answers as it is told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::net::TcpListener;

/// A callback as it came, and what it was answered.
pub(super) struct Posted {
    pub(super) headers: HeaderMap,
    pub(super) body: String,
    pub(super) answered: StatusCode,
}

/// Listens on a free port of 127.0.0.1 as long as the runtime runs.
pub(super) struct Receiver {
    url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    posted: Mutex<VecDeque<Posted>>,
    is_down: AtomicBool,
}

impl Receiver {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}/hook", listener.local_addr()?);
        let shared = Arc::new(Shared::default());
        let takes = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&takes);
                let service = service_fn(move |request| take(Arc::clone(&shared), request));
                // What goes wrong with a connection is told by the sandbox, as an attempt without an answer.
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Self { url, shared })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// From now on it answers 503, or 200 again.
    pub(super) fn set_down(&self, is_down: bool) {
        self.shared.is_down.store(is_down, Ordering::Relaxed);
    }

    /// What came and was not looked at, in its order.
    pub(super) fn arrived(&self) -> VecDeque<Posted> {
        std::mem::take(&mut *self.shared.posted.lock())
    }
}

/// It is remembered before it is answered, so that whoever waits for the answer finds it here.
async fn take(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let is_down = shared.is_down.load(Ordering::Relaxed);
    let answered = if is_down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let body = String::from_utf8_lossy(&whole).into_owned();
    shared.posted.lock().push_back(Posted { headers: parts.headers, body, answered });
    let mut response = Response::new(Full::default());
    *response.status_mut() = answered;
    Ok(response)
}
