//! Many calls on one connection: sent in bundles, so that a million take no longer than the server does.

use crate::Outcome;
use crate::line::Line;
use crate::pre_order;

/// Calls that are sent before the first answer is read, and bytes of them: they and their answers fit into the sockets' buffers.
const BUNDLE: usize = 64;
const BUNDLE_BYTES: usize = 64 << 10;

/// Makes so many pre-orders in the session of this prefix (`/s/NAME`, or nothing).
pub(crate) fn pre_orders(line: &mut Line, prefix: &str, count: usize) -> Outcome<()> {
    let path = format!("{prefix}{}", pre_order::PATH);
    let request = line.request("POST", &path, pre_order::HEADERS, pre_order::BODY);
    send(line, &request, count)
}

/// Sends a request so many times; each has to succeed.
pub(crate) fn send(line: &mut Line, request: &str, count: usize) -> Outcome<()> {
    let most = (BUNDLE_BYTES / request.len()).clamp(1, BUNDLE);
    let bundle = request.repeat(most.min(count));
    let mut left = count;
    while left > 0 {
        let now = left.min(most);
        line.say(&bundle.as_bytes()[..now * request.len()])?;
        for _ in 0..now {
            let answer = line.answer()?;
            if answer.status != 200 || !answer.body.starts_with(pre_order::GOOD.as_bytes()) {
                let text = String::from_utf8_lossy(&answer.body);
                return Err(format!("a call was answered {}: {text}", answer.status).into());
            }
        }
        left -= now;
    }
    Ok(())
}
