//! What the system still has to deliver of a connection. A reset throws that away, so whoever orders one behind a long answer waits
//! for it. Read from the system's own table of connections, where it has one (Linux).

use std::net::SocketAddr;

use tokio::net::TcpStream;

/// Bytes that were written and have not arrived yet; `None` if the system does not tell.
pub(super) fn undelivered(stream: &TcpStream) -> Option<u64> {
    let (local, peer) = (stream.local_addr().ok()?, stream.peer_addr().ok()?);
    let table = if local.is_ipv4() { "/proc/net/tcp" } else { "/proc/net/tcp6" };
    find(&std::fs::read_to_string(table).ok()?, local, peer)
}

/// The send queue of a connection in the system's table: `sl local remote state tx:rx …`, addresses in hexadecimal.
fn find(table: &str, local: SocketAddr, peer: SocketAddr) -> Option<u64> {
    let (local, peer) = (hexadecimal(local), hexadecimal(peer));
    let line = table.lines().map(str::split_ascii_whitespace).find_map(|mut words| {
        let is_it = words.nth(1) == Some(&local) && words.next() == Some(&peer);
        is_it.then_some(words)
    });
    let (to_send, _) = line?.nth(1)?.split_once(':')?;
    u64::from_str_radix(to_send, 16).ok()
}

/// An address as the table writes it: words of four bytes as the machine has them.
fn hexadecimal(address: SocketAddr) -> String {
    let words = |octets: &[u8]| -> String {
        let word = |four: &[u8]| <[u8; 4]>::try_from(four).map_or(0, u32::from_ne_bytes);
        octets.chunks(4).map(|four| format!("{:08X}", word(four))).collect::<Vec<_>>().concat()
    };
    let ip = match address {
        SocketAddr::V4(address) => words(&address.ip().octets()),
        SocketAddr::V6(address) => words(&address.ip().octets()),
    };
    format!("{ip}:{:04X}", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn a_connection_is_found_by_both_its_ends() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n   \
                     0: 0100007F:1F90 0100007F:D431 01 00000A00:00000000 00:00000000\n   \
                     1: 0100007F:1F90 0100007F:D432 01 00000000:00000000 00:00000000\n";
        let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(find(table, at(8080), at(0xD431)), Some(2_560));
        assert_eq!(find(table, at(8080), at(0xD432)), Some(0));
        assert_eq!(find(table, at(8080), at(1)), None);
    }
}
