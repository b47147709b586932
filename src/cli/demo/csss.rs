//! The story of a SIM: its plan is ordered, enabled, used, renewed, and expires. Each signed call is shown with its answer, each
//! callback as it arrives at a partner's server that the story starts itself.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::ensure;
use bytes::Bytes;
use http::{Method, Request, Uri};
use linksfield_sandbox::{EndpointLine, Listing, Sandbox, callback_digest, sign_body};
use serde_json::{Value, json};

use super::super::client;
use super::receiver::{Posted, Receiver};
use super::{clipped, newest, say, text};

/// A SIM of P000270's that nothing was ordered for.
const SIM: &str = "89852022018041800193";
const PARTNER: &str = "P000270";
/// What callbacks are digested with, unless `--vendor notify.secret` says otherwise.
const NOTIFY_SECRET: &str = "replica-notify-secret";
/// With this seed the SIM uses more than 80 % of its plan in the first month.
const SEED: u64 = 1;

/// A morning at the beginning of a month at UTC+8, since the plan counts calendar months there. Callbacks of the other SIMs are lost,
/// so that the story stays that of one; those of changed orders are signed, which is off by default.
const SCENARIO: &str = r#"{
  "format": 1,
  "scenario": "story-of-a-sim",
  "clock": { "start": "2026-03-01T01:00:00Z", "mode": "frozen" },
  "vendor": { "notify.orderStatusHeaders": "on" },
  "rules": [
    { "id": "others", "on": "callback/*", "when": { "body": { "sim_id": { "not": "89852022018041800193" } } }, "fault": "lost" }
  ]
}"#;
/// The same moment in seconds.
const START: u64 = 1_772_326_800;
const DAY: Duration = Duration::from_hours(24);
/// From then to the end of the next month at UTC+8.
const LIFE: Duration = Duration::from_hours(60 * 24 + 15);

pub(super) async fn show(seed: Option<u64>) -> anyhow::Result<()> {
    let sandbox = Sandbox::builder().seed(seed.unwrap_or(SEED)).start_blocking()?;
    sandbox.default_session().use_scenario(SCENARIO)?;
    let receiver = Receiver::start().await?;
    let mut story = Story { listing: Listing::read(None)?, sandbox, receiver, passed: Duration::ZERO };

    say(
        "A sandbox and a partner's server, each on a free port of this machine. The sandbox is told where callbacks go:",
    )?;
    let target = json!({ "*": story.receiver.url() });
    story.steer(Method::PUT, "callbacks", &target).await?;
    say(r#"   > PUT /__sandbox/sessions/default/callbacks {"*": the partner's server}"#)?;

    say(
        "\n1. A plan of 20 MB a month is ordered for a SIM; what the vendor has to tell arrives at the partner's server:",
    )?;
    let wish = json!({
        "device_id": SIM, "global_order": "0", "is_open": "0", "order_period": "1", "package_code": "DP20190726001274",
        "package_name": "C_M_0_P_中国20M不限速月套餐", "package_type": "2", "pay_amount": "5.00", "pay_rst": "2", "pay_type": "2",
        "test_flow": "0", "test_flow_flag": "0",
    });
    let order = text(&story.call("order-plan", &wish).await?["data"]["order_id"]);
    story.arrives().await?;

    say("\n2. It is enabled, and is in use from now on:")?;
    story.call("enable-order", &json!({ "order_id": order })).await?;
    story.arrives().await?;

    say("\n3. Three days later some of it is used:")?;
    story.advance(DAY * 3).await?;
    story.call("usage", &json!({ "device_id": SIM })).await?;

    say("\n4. It goes on; at 80 % of the quota the vendor warns:")?;
    story.until_warned().await?;

    say("\n5. So it is renewed, for another month:")?;
    story.call("renew-plan", &json!({ "order_id": order, "renew_period": 1 })).await?;
    story.arrives().await?;

    say("\n6. Two months after it was ordered its time is over:")?;
    story.advance(LIFE.saturating_sub(story.passed)).await?;
    story.call("plan-orders", &json!({ "order_id": order, "page_no": 1, "page_size": 10 })).await?;

    say("\nAnd now it goes wrong, on command.")?;
    say("\n7. A call is signed with a wrong secret; the answer shows the text that is to be signed:")?;
    story.call_with("usage", &json!({ "device_id": SIM }), Some("not-the-secret")).await?;

    say(
        "\n8. The partner's server is down while a text comes from the SIM; it is told again, with the same id, until it is taken:",
    )?;
    story.receiver.set_down(true);
    let event = json!({ "kind": "uplink-sms", "sim": SIM, "text": "anybody there?" });
    story.fire(&event).await?;
    story.receiver.set_down(false);
    story.advance(Duration::from_secs(1)).await?;

    say(
        "\nServe it yourself:  linksfield-sandbox --callback '*=http://127.0.0.1:9100/hook'      What was sent:  linksfield-sandbox ctl deliveries",
    )
}

struct Story {
    listing: Listing,
    sandbox: Sandbox,
    receiver: Receiver,
    /// How far the clock was moved.
    passed: Duration,
}

impl Story {
    /// A signed call and its answer.
    async fn call(&self, operation: &str, fields: &Value) -> anyhow::Result<Value> {
        let answer = self.call_with(operation, fields, None).await?;
        ensure!(answer["code"] == "0000", "{operation} was refused");
        Ok(answer)
    }

    async fn call_with(
        &self,
        operation: &str,
        fields: &Value,
        secret: Option<&str>,
    ) -> anyhow::Result<Value> {
        let EndpointLine { method, path, .. } = newest(&self.listing, operation)?;
        let mut body = fields.clone();
        body["access_code"] = PARTNER.into();
        body["timestamp"] = (START + self.passed.as_secs()).to_string().into();
        body["version"] = "2.0".into();
        body["sign"] = sign_body(&body.to_string(), None, secret, None)?.sign.into();
        let url: Uri = format!("{}{path}", self.sandbox.url()).parse()?;
        let request = Request::builder()
            .method(method.as_str())
            .uri(&url)
            .header("content-type", "application/json")
            .header("accept-language", "EN-US")
            .body(Bytes::from(body.to_string()))?;
        let answer = client::send(&url, request).await?;
        let shown = String::from_utf8_lossy(answer.body());
        say(&format!("   > {method} {path}\n   > {body}\n   < {} {}", answer.status(), clipped(&shown)))?;
        Ok(serde_json::from_str(&shown)?)
    }

    /// Asks the control API for something.
    async fn steer(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let url: Uri = format!("{}/__sandbox/sessions/default/{path}", self.sandbox.url()).parse()?;
        let request = Request::builder().method(method).uri(&url).header("content-type", "application/json");
        let answer = client::send(&url, request.body(Bytes::from(body.to_string()))?).await?;
        let said = String::from_utf8_lossy(answer.body());
        ensure!(answer.status().is_success(), "{path}: {said}");
        Ok(serde_json::from_str(&said)?)
    }

    /// Moves the clock, while the partner's server answers; what came.
    async fn pass(&mut self, time: Duration) -> anyhow::Result<(String, VecDeque<Posted>)> {
        let by = format!("{}s", time.as_secs());
        let moved =
            self.steer(Method::POST, "clock/advance", &json!({ "by": by, "deliver": "wait" })).await?;
        self.passed += time;
        Ok((text(&moved["now"]), self.receiver.arrived()))
    }

    /// Moves the clock and shows what came.
    async fn advance(&mut self, time: Duration) -> anyhow::Result<()> {
        let (now, arrived) = self.pass(time).await?;
        say(&format!("   the clock shows {now}"))?;
        arrived.iter().try_for_each(tell)
    }

    /// Day by day, until a warning comes; a SIM that uses too little for one in this month has one all the same.
    async fn until_warned(&mut self) -> anyhow::Result<()> {
        while self.passed < DAY * 30 {
            let (now, arrived) = self.pass(DAY).await?;
            if !arrived.is_empty() {
                say(&format!("   the clock shows {now}"))?;
                return arrived.iter().try_for_each(tell);
            }
        }
        say("   with this seed the SIM uses too little for that, so it is told by hand:")?;
        self.fire(&json!({ "kind": "usage-warning", "sim": SIM, "percent": 80 })).await
    }

    /// Has an event told, and shows what came of it.
    async fn fire(&mut self, event: &Value) -> anyhow::Result<()> {
        say(&format!("   > POST /__sandbox/sessions/default/events {event}"))?;
        self.steer(Method::POST, "events", event).await?;
        self.arrives().await
    }

    /// Waits until what is under way was answered, and shows it.
    async fn arrives(&mut self) -> anyhow::Result<()> {
        let (_, arrived) = self.pass(Duration::ZERO).await?;
        arrived.iter().try_for_each(tell)
    }
}

/// Shows a callback as it came, and whether its digest is the one that the partner's server makes of the body.
fn tell(posted: &Posted) -> anyhow::Result<()> {
    let header =
        |name: &str| posted.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("none");
    let digest = header("x-lf-md5");
    let is_right = callback_digest(&posted.body, NOTIFY_SECRET)? == digest;
    say(&format!("   ↳ POST /hook  {}", posted.body))?;
    say(&format!("     x-lf-delivery: {}", header("x-lf-delivery")))?;
    let judged = if is_right { "checked: it is the body's" } else { "checked: WRONG" };
    say(&format!("     x-lf-md5: {digest}  ({judged}); answered {}", posted.answered.as_u16()))?;
    ensure!(is_right, "the digest is not that of the body");
    Ok(())
}
