//! What a session tells the partner's server, as an embedding test suite steers and sees it.

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};

use super::error::{Error, ErrorKind};
use super::handle::{SessionHandle, steering};
use crate::session::clock::real_now;

impl SessionHandle {
    /// Posts what happens to SIMs to a server of yours from now on: pairs of a kind, or `*` for all others, and a URL. What is not
    /// named goes nowhere. It is judged as `PUT /__sandbox/sessions/{s}/callbacks` judges it.
    ///
    /// ```
    /// # use linksfield_sandbox::{Sandbox, test_session};
    /// # fn doc() {
    /// let session = test_session!();
    /// // Where the server under test listens.
    /// session.set_callbacks(&[("*", "http://127.0.0.1:9100/hook")]).expect("a target on this machine");
    /// session.fire_event(r#"{ "kind": "uplink-sms", "sim": "89860220190123456789", "text": "hi" }"#).expect("an event");
    /// let told = &session.deliveries()[0];
    /// assert_eq!((&told["kind"], &told["event"]), (&"uplink-sms".into(), &1.into()));
    /// assert!(told["request"]["body"].as_str().is_some_and(|body| body.contains(r#""text_message":"hi""#)));
    /// # }
    /// # doc();
    /// ```
    pub fn set_callbacks(&self, targets: &[(&str, &str)]) -> Result<(), Error> {
        let targets: Map<String, Value> =
            targets.iter().map(|(kind, url)| ((*kind).to_owned(), (*url).into())).collect();
        self.steer(&Method::PUT, "callbacks", Value::Object(targets).to_string()).map(drop)
    }

    /// Tells of an event now, whether it happened or not, written as `POST /__sandbox/sessions/{s}/events` takes it; its number.
    pub fn fire_event(&self, event: &str) -> Result<u64, Error> {
        let told = self.steer(&Method::POST, "events", event.to_owned())?;
        Ok(told["event"].as_u64().unwrap_or_default())
    }

    /// Lets a text come from a SIM, as `POST /__sandbox/sessions/{s}/sims/{iccid}/texts` does: one must have been sent to it within
    /// 24 hours.
    pub fn text_from(&self, iccid: &str, text: &str) -> Result<(), Error> {
        let path = format!("sims/{}/texts", crate::contract::percent::encoded(iccid));
        self.steer(&Method::POST, &path, json!({ "text": text }).to_string()).map(drop)
    }

    /// The callbacks of its events, oldest first, each with what is sent and its tries, as `GET …/deliveries` shows them. What is
    /// sent stands there at once; the tries are made by another thread.
    pub fn deliveries(&self) -> Vec<Value> {
        let (deliveries, _) = self.session.deliveries(real_now());
        deliveries.iter().filter_map(|delivery| serde_json::to_value(delivery).ok()).collect()
    }

    /// Asks the control surface for something, without a connection.
    fn steer(&self, method: &Method, path: &str, body: String) -> Result<Value, Error> {
        let reply = steering(&self.registry)(&self.session, method, path, Bytes::from(body));
        let said: Value = serde_json::from_slice(reply.body()).unwrap_or_default();
        if reply.status().is_success() {
            return Ok(said);
        }
        let word = |name: &str| said["error"][name].as_str().unwrap_or_default();
        let help =
            if word("help").is_empty() { String::new() } else { format!("\n  help: {}", word("help")) };
        Err(Error::new(ErrorKind::Usage, format!("{}{help}", word("message"))))
    }
}
