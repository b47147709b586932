//! A call and its reply: whole, owned, and free of any server's types.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

/// A request with its whole body.
pub(crate) type Call = http::Request<Bytes>;

/// Put into a call's extensions when its token names a session that is gone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionGone;

/// Put into the extensions of a call that the sandbox makes itself: the account in whose name it does, whatever tokens say.
#[derive(Clone, Debug)]
pub(crate) struct InTheNameOf(pub Arc<str>);

/// Put into the extensions of a reply that plays a gateway in front of the vendor: nothing is added to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfAGateway;

/// A response with its whole body.
pub(crate) type Reply = http::Response<Bytes>;

/// The header that carries an access token.
pub(crate) const ACCESS_TOKEN: HeaderName = HeaderName::from_static("x-access-token");

/// The media type of all JSON answers, as the vendor's stack sends it.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// A JSON reply.
pub(crate) fn json(status: http::StatusCode, body: Vec<u8>) -> Reply {
    let mut reply = Reply::new(Bytes::from(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    reply
}
