//! `POST /__sandbox/sessions/{s}/sims/{key}/texts`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::sim;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::sim::event::Message;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/sims/{key}/texts",
    access: Access::Guarded,
    about: "a text arrives from the SIM: {\"text\": \"…\"}, or bytes as {\"binary\": \"0A1B\"}",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = ["text", "binary"]))]
struct Text {
    /// What it says.
    text: Option<String>,
    /// Its bytes in hex digits.
    #[schemars(regex(pattern = r"^([0-9A-Fa-f]{2})*$"))]
    binary: Option<String>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(arrive(ask).unwrap_or_else(|refused| refused))
}

fn arrive(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let (message, pointer) = match ask.body()? {
        Text { text: Some(text), .. } => (Message::Text(text.into()), "/text"),
        Text { binary: Some(digits), .. } => (Message::Binary(bytes(&digits).into()), "/binary"),
        Text { .. } => {
            let help = r#"{"text": "hello"} or {"binary": "0A1B"}"#;
            return Err(reply::error(
                StatusCode::BAD_REQUEST,
                "no-text",
                "the body has neither text nor binary",
                help,
            ));
        }
    };
    let at = sim::awake(ask, |world| world.find_sim(ask.key)).ok_or_else(|| sim::unknown(ask))?;
    let arrived = ask.session().change(ask.real, |world| world.receive_sms(at, message));
    arrived.map_err(|no| sim::refused(&no, pointer))?;
    Ok(sim::look(ask))
}

fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().filter_map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit)).collect()
}
