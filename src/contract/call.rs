//! A call and its reply: whole, owned, and free of any server's types.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{
    ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HeaderName, HeaderValue, ORIGIN,
};
use http::{Extensions, HeaderMap, Request, Uri};

use super::fields::plain::Object;

/// A request with its whole body. Its header lines are what they were when it came: what is known of them stays true.
#[derive(Debug)]
pub(crate) struct Call {
    request: Request<Bytes>,
    lines: Lines,
    plain: OnceLock<Option<Object>>,
}

/// What one look along the header lines tells of them. Cheaper than to ask a map for each name that may stand there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    sent: u8,
    /// How many lines there are.
    pub count: usize,
    /// How long all names and values are together.
    pub length: usize,
}

/// A header that is looked for in every call, and stands in few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rare {
    /// `accept-language`
    AcceptLanguage = 1,
    /// `content-encoding`
    ContentEncoding = 2,
    /// `expect`
    Expect = 4,
    /// `origin`
    Origin = 8,
    /// `x-access-token`
    AccessToken = 16,
    /// `x-sandbox-session`
    Session = 32,
}

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

/// The header that names a session.
pub(crate) const SESSION: HeaderName = HeaderName::from_static("x-sandbox-session");

/// The media type of all JSON answers, as the vendor's stack sends it.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// A JSON reply.
pub(crate) fn json(status: http::StatusCode, body: Vec<u8>) -> Reply {
    let mut reply = Reply::new(Bytes::from(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    reply
}

impl Lines {
    /// Of these headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut lines = Self::default();
        for (name, value) in headers {
            lines.count += 1;
            lines.length += name.as_str().len() + value.len();
            lines.sent |= Rare::named(name).map_or(0, |rare| rare as u8);
        }
        lines
    }

    /// Whether there is a line of this name.
    pub(crate) fn have(self, rare: Rare) -> bool {
        self.sent & rare as u8 != 0
    }
}

impl Rare {
    fn named(name: &HeaderName) -> Option<Self> {
        Some(match name.as_str() {
            "accept-language" => Self::AcceptLanguage,
            "content-encoding" => Self::ContentEncoding,
            "expect" => Self::Expect,
            "origin" => Self::Origin,
            "x-access-token" => Self::AccessToken,
            "x-sandbox-session" => Self::Session,
            _ => return None,
        })
    }

    fn name(self) -> HeaderName {
        match self {
            Self::AcceptLanguage => ACCEPT_LANGUAGE,
            Self::ContentEncoding => CONTENT_ENCODING,
            Self::Expect => EXPECT,
            Self::Origin => ORIGIN,
            Self::AccessToken => ACCESS_TOKEN,
            Self::Session => SESSION,
        }
    }
}

impl Call {
    /// One of whose lines this is known already.
    pub(crate) fn new(request: Request<Bytes>, lines: Lines) -> Self {
        Self { request, lines, plain: OnceLock::new() }
    }

    /// What is known of its header lines.
    pub(crate) fn lines(&self) -> Lines {
        self.lines
    }

    /// Whether it has such a header.
    pub(crate) fn has(&self, rare: Rare) -> bool {
        self.lines.have(rare)
    }

    /// The first such header.
    pub(crate) fn rare(&self, rare: Rare) -> Option<&HeaderValue> {
        if self.has(rare) { self.request.headers().get(rare.name()) } else { None }
    }

    /// Its body, if that is a plain object. Read once, for all who ask.
    pub(crate) fn plain(&self) -> Option<&Object> {
        self.plain.get_or_init(|| Object::read(self.request.body())).as_ref()
    }

    /// The same, if somebody has asked before: whoever looks only once has a cheaper way.
    pub(crate) fn plain_if_read(&self) -> Option<&Object> {
        self.plain.get()?.as_ref()
    }

    /// What goes with it, for somebody to add to.
    pub(crate) fn extensions_mut(&mut self) -> &mut Extensions {
        self.request.extensions_mut()
    }

    /// Its target, to be changed.
    pub(crate) fn uri_mut(&mut self) -> &mut Uri {
        self.request.uri_mut()
    }
}

impl Deref for Call {
    type Target = Request<Bytes>;

    fn deref(&self) -> &Request<Bytes> {
        &self.request
    }
}

impl From<Request<Bytes>> for Call {
    fn from(request: Request<Bytes>) -> Self {
        let lines = Lines::of(request.headers());
        Self::new(request, lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Rare; 6] = [
        Rare::AcceptLanguage,
        Rare::ContentEncoding,
        Rare::Expect,
        Rare::Origin,
        Rare::AccessToken,
        Rare::Session,
    ];

    #[test]
    fn rare_headers_are_found_where_they_stand_and_nowhere_else() {
        for sent in ALL {
            let call =
                Request::post("/x").header("host", "a").header(sent.name(), "first").header(sent.name(), "b");
            let call = Call::from(call.body(Bytes::new()).expect("a call"));
            for asked in ALL {
                let found = call.rare(asked).map(HeaderValue::as_bytes);
                assert_eq!(found, (sent == asked).then_some(b"first".as_slice()), "{sent:?} {asked:?}");
            }
            let length = "hosta".len() + 2 * sent.name().as_str().len() + "firstb".len();
            assert_eq!((call.lines().count, call.lines().length), (3, length));
        }
    }
}
