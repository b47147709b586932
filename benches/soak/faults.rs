//! Answers that are lost, cut, late, silent or slow, each ordered for the next call.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::line::Heard;
use crate::{MAX_ORDERS, Outcome, pre_order};

/// How long a client is silent with a silent server.
const STALLED: Duration = Duration::from_millis(30);
const PATIENCE: Duration = Duration::from_secs(10);
const DELAY: Duration = Duration::from_millis(20);

/// What the client sees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Whole,
    Late,
    Ended,
    Silence,
}

const FAULTS: [(&str, Seen); 9] = [
    (r#""fault":"lost","commit":true"#, Seen::Ended),
    (r#""fault":"lost","commit":false"#, Seen::Ended),
    (r#""fault":{"cut":{"at":40,"how":"rst"}},"commit":true"#, Seen::Ended),
    (r#""fault":{"cut":{"at":"afterHead","how":"fin"}},"commit":true"#, Seen::Ended),
    (r#""fault":{"truncate":{"bytes":30}},"commit":true"#, Seen::Ended),
    (r#""fault":"stall","commit":true"#, Seen::Silence),
    (r#""fault":{"delay":"20ms"}"#, Seen::Late),
    (r#""fault":{"drip":{"bytes":64,"every":"1ms"}}"#, Seen::Whole),
    (r#""code":"PRICE_INCONSISTENT""#, Seen::Whole),
];

pub(crate) fn provoke(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    if client.sessions[session].orders >= MAX_ORDERS {
        client.reset(session)?;
    }
    let (fault, wanted) = *client.dice.one_of(&FAULTS);
    let arm = client.action(session, "fail-next");
    client.control("POST", &arm, &format!(r#"{{"on":"pre-order",{fault}}}"#))?;
    let path = client.path(session, pre_order::PATH);
    let patience = if wanted == Seen::Silence { STALLED } else { PATIENCE };
    let begun = Instant::now();
    let heard = client.try_call(&path, pre_order::BODY, patience)?;
    let is_well = match heard {
        Heard::Whole(answer) => match wanted {
            Seen::Whole => answer.status == 200,
            Seen::Late => begun.elapsed() >= DELAY,
            Seen::Ended | Seen::Silence => false,
        },
        Heard::Ended => wanted == Seen::Ended,
        Heard::Silence => wanted == Seen::Silence,
    };
    if wanted == Seen::Silence {
        // On a busy machine its client may have left before the call was read: then the fault still waits for the next one.
        client.control("DELETE", &client.action(session, "rules"), "")?;
    }
    // It may have been stored.
    client.sessions[session].orders += 1;
    if !is_well {
        return Err(format!("{fault} was not what the client saw").into());
    }
    // The next good call is answered as if nothing had been.
    let path = client.path(session, "/v1.1/package/detail?id=1000000");
    let answer = client.call("GET", &path, "", "")?;
    if answer.status == 200 { Ok(()) } else { Err(format!("after {fault}: {}", answer.status).into()) }
}
