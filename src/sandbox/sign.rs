//! Signing by hand: what is to be signed of a body, its signature, and what is wrong with the one that is in it;
//! and the digest of a callback.

use std::path::Path;

use serde_json::{Map, Value};

use super::blueprint::Blueprint;
use super::error::{Error, ErrorKind};
use crate::contract::callback_digest::x_lf_md5;
use crate::contract::signature_words;
use crate::domain::language::Language;
use crate::domain::notify::Notify;
use crate::domain::signature::SignatureFault;
use crate::vendor::csss;

/// A body as a signed call of the CSSS group carries it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedBody {
    /// The partner whose secret was taken; `None` if a secret was given.
    pub partner: Option<String>,
    /// The text that is to be signed, to the character.
    pub content: String,
    /// Its signature.
    pub sign: String,
    /// What is to be said of the `sign` that the body holds.
    pub sent: SentSign,
}

/// What is to be said of the `sign` that a body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SentSign {
    /// It holds none.
    None,
    /// It is right.
    Right,
    /// The body is a sample as a vendor page prints it: nobody can recompute its signature, and it is accepted as it is.
    PrintedSample,
    /// It is wrong: a sentence that says so, and which slip it is, if that can be told.
    Wrong(String),
}

/// What `x-lf-md5` of a callback's body has to be, as long as no setting says otherwise: for a server that checks what is posted
/// to it, and for the tests of one.
///
/// ```
/// let body = r#"{"sim_id":"89860220190123456789","event":"1005"}"#;
/// let digest = linksfield_sandbox::callback_digest(body, "replica-notify-secret").expect("a JSON body");
/// assert_eq!(digest, "IG5DFLzCLAi9/xLLMXZXTQ==");
/// ```
pub fn callback_digest(body: &str, secret: &str) -> Result<String, Error> {
    let body: Value = serde_json::from_str(body)
        .map_err(|error| Error::new(ErrorKind::Usage, format!("the body is no JSON: {error}")))?;
    Ok(x_lf_md5(&body, &Notify { secret: secret.into(), ..Notify::default() }))
}

/// Signs a body as a partner of the fixtures does, or with a secret. Without either, the partner is the body's `access_code`.
/// `fixtures` is an overlay folder, as for the server.
pub fn sign_body(
    body: &str,
    partner: Option<&str>,
    secret: Option<&str>,
    fixtures: Option<&Path>,
) -> Result<SignedBody, Error> {
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    let parameters: Map<String, Value> =
        serde_json::from_str(body).map_err(|error| usage(format!("the body is no JSON object: {error}")))?;
    let blueprint = Blueprint::with(fixtures, "")?;
    let named = partner.or_else(|| parameters.get("access_code").and_then(Value::as_str));
    let known = named.and_then(|code| blueprint.stock.partners.get(code));
    let secret = match (secret, known.and_then(|partner| partner.secret.as_deref())) {
        (Some(given), _) => given,
        (None, Some(secret)) => secret,
        (None, None) => {
            let partners = blueprint.stock.partners.values();
            let signing: Vec<&str> =
                partners.filter(|partner| partner.secret.is_some()).map(|partner| &*partner.code).collect();
            let why = match named {
                Some(code) => format!("no partner with a secret is called {code:?}"),
                None => "the body has no access_code, and no partner is named".to_owned(),
            };
            return Err(usage(format!(
                "{why}: take --secret, or --partner with one of {}",
                signing.join(", ")
            )));
        }
    };
    let notify = known.and_then(|partner| partner.notify_secret.as_deref());
    let csss::Judged { content, sign, sent } = csss::judge_by_hand(&parameters, secret, notify);
    let is_sample = || {
        let examples = blueprint.catalogue.endpoints.iter().map(|served| served.card.request.example.get());
        examples
            .filter_map(|text| serde_json::from_str(text).ok())
            .any(|example: Value| example.as_object().is_some_and(|example| *example == parameters))
    };
    let sent = match sent {
        None => SentSign::None,
        Some(Ok(())) => SentSign::Right,
        Some(Err(_)) if is_sample() => SentSign::PrintedSample,
        Some(Err((sent, slip))) => {
            let fault = SignatureFault::Wrong { content: content.clone(), sent, slip };
            SentSign::Wrong(signature_words::of(&fault, Language::English))
        }
    };
    Ok(SignedBody { partner: known.map(|partner| partner.code.clone()), content, sign, sent })
}
