//! The client of `demo`, `health` and `ctl`: one request on a connection of its own, no proxies, no redirects.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Longer than any answer of a sandbox that is well.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a request to an `http://` URL and reads the answer whole.
pub(super) async fn send(url: &Uri, mut request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
    if url.scheme_str() != Some("http") {
        bail!("{url} does not begin with http://");
    }
    let authority = url.authority().with_context(|| format!("{url} names no host"))?;
    let (host, port) = (authority.host().trim_matches(['[', ']']), authority.port_u16().unwrap_or(80));
    *request.uri_mut() = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).parse()?;
    request.headers_mut().insert(http::header::HOST, authority.as_str().parse()?);
    let exchange = async {
        let stream = connect(host, port).await.with_context(|| format!("cannot connect to {authority}"))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let answer = async {
            let response = sender.send_request(request.map(Full::new)).await?;
            let (parts, body) = response.into_parts();
            anyhow::Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
        };
        // The connection does nothing by itself: it has to be driven beside the request.
        tokio::select! {
            answer = answer => answer,
            ended = connection => match ended {
                Ok(()) => bail!("the server closed the connection without an answer"),
                Err(error) => Err(error.into()),
            },
        }
    };
    tokio::time::timeout(PATIENCE, exchange)
        .await
        .with_context(|| format!("no answer within {PATIENCE:?}"))?
}

/// `localhost` is this machine, and nobody is asked for it: an empty container has no file that would tell.
async fn connect(host: &str, port: u16) -> std::io::Result<TcpStream> {
    if host == "localhost" || host.ends_with(".localhost") {
        let here: [SocketAddr; 2] = [(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()];
        return TcpStream::connect(&here[..]).await;
    }
    TcpStream::connect((host, port)).await
}
