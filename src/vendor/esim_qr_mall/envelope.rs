//! The envelope: `code` (a number), `data` (an object or null), `message`, in this order, in HTTP 200.

use crate::contract::codes::CodeRow;
use crate::contract::endpoint::Data;
use crate::contract::written;

/// Wraps data and message. Compact, raw UTF-8.
pub(super) fn wrap(row: &CodeRow, data: Option<&Data>, message: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(b"{\"code\":");
    written::write(&row.code, &mut out);
    out.extend_from_slice(b",\"data\":");
    match data {
        Some(data) => data.write(&mut out),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"message\":");
    written::text(message, &mut out);
    out.push(b'}');
    out
}
