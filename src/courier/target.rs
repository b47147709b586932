//! Where a callback may go: judged in one place, pure, when an address is set and again at each attempt, of what it came to.
//!
//! This machine only, and never a port of our own; more if `--callback-allow` names it. What is judged is what a connection would be
//! made to, so odd spellings of an address are read first, as browsers and resolvers read them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A target, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Where it is.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// What stands in the head's `Host`.
    pub authority: String,
    /// Path and query.
    pub path: String,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// An address, however it was spelt.
    Address(IpAddr),
    /// `localhost`, or a name below it: this machine, and nobody is asked for it.
    Localhost,
    /// Another name, in small letters.
    Name(String),
}

/// One entry of `--callback-allow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// A host; at one port, or at any.
    Host(Host, Option<u16>),
    /// A network: its address and how many bits count.
    Network(IpAddr, u8),
}

/// Why a target is refused: what is wrong, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// What is wrong.
    pub why: String,
    /// What helps.
    pub help: String,
}

/// What the judge knows beside the target.
#[derive(Clone, Copy)]
pub(crate) struct Bench<'a> {
    /// What is allowed beyond this machine.
    pub allowed: &'a [Allowed],
    /// Whether a port is one of our own.
    pub is_ours: &'a dyn Fn(u16) -> bool,
}

fn refused(why: impl Into<String>, help: impl Into<String>) -> Refused {
    Refused { why: why.into(), help: help.into() }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { why, help } = self;
        if help.is_empty() { f.write_str(why) } else { write!(f, "{why}: {help}") }
    }
}

/// Longest URL that is looked at.
const LONGEST: usize = 2_048;

const EXAMPLE: &str = "write one such as http://127.0.0.1:9100/hook";

/// Takes a URL apart; what cannot be meant is refused.
pub(crate) fn read(url: &str) -> Result<Target, Refused> {
    if url.len() > LONGEST {
        return Err(refused(format!("the URL has more than {LONGEST} characters"), EXAMPLE));
    }
    if let Some(odd) = url.chars().find(|c| c.is_control() || c.is_whitespace() || *c == '\\') {
        return Err(refused(format!("the URL holds {odd:?}, which no URL may"), EXAMPLE));
    }
    if !url.is_ascii() {
        return Err(refused(
            "the URL has characters beyond ASCII",
            "write them percent-encoded; a host by its number",
        ));
    }
    let (scheme, rest) =
        url.split_once("://").ok_or_else(|| refused("the URL does not begin with http://", EXAMPLE))?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" => {}
        "https" => {
            let help = "this release posts callbacks over plain http only: give your receiver a port without TLS on this machine";
            return Err(refused("https is not supported", help));
        }
        _ => return Err(refused(format!("{scheme:?} is no scheme that callbacks go by"), EXAMPLE)),
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if path.contains('#') {
        return Err(refused(
            "the URL has a fragment, which is never sent",
            "leave # and what follows it out",
        ));
    }
    if authority.contains('@') {
        return Err(refused(
            "the URL names a user",
            "leave what stands before the @ out: no credentials are sent",
        ));
    }
    let (host, port) = split(authority)?;
    let port = port.map_or(Ok(80), read_port)?;
    let host = read_host(host)?;
    let path = match path.as_bytes().first() {
        None => "/".to_owned(),
        Some(b'?') => format!("/{path}"),
        Some(_) => path.to_owned(),
    };
    Ok(Target { host, port, authority: authority.to_ascii_lowercase(), path })
}

/// Host and port; the brackets of an address stay.
fn split(authority: &str) -> Result<(&str, Option<&str>), Refused> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (inside, behind) = rest
            .split_once(']')
            .ok_or_else(|| refused("a bracket is not closed", "such as http://[::1]:9100/"))?;
        let host = &authority[..inside.len() + 2];
        return match behind.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if behind.is_empty() => Ok((host, None)),
            None => Err(refused(
                "something stands between the bracket and the port",
                "such as http://[::1]:9100/",
            )),
        };
    }
    match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => {
            Err(refused("an IPv6 address stands in brackets", "such as http://[::1]:9100/"))
        }
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((authority, None)),
    }
}

fn read_port(text: &str) -> Result<u16, Refused> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let port = if is_number { text.parse().ok() } else { None };
    port.filter(|port| *port != 0)
        .ok_or_else(|| refused(format!("{text:?} is no port"), "a port is a number from 1 to 65535"))
}

fn read_host(text: &str) -> Result<Host, Refused> {
    if let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        let address: Result<Ipv6Addr, _> = inside.parse();
        return match address {
            // ::ffff:127.0.0.1 is connected to as 127.0.0.1.
            Ok(address) => Ok(Host::Address(IpAddr::V6(address).to_canonical())),
            Err(_) => {
                Err(refused(format!("[{inside}] is no IPv6 address"), "no zones, no names in brackets"))
            }
        };
    }
    let name = text.to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    if name.is_empty() {
        return Err(refused("the URL names no host", EXAMPLE));
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.';
    if !name.bytes().all(fits) || name.len() > 253 {
        return Err(refused(
            format!("{text:?} is no host"),
            "a name of letters, digits, dots and hyphens, or an address",
        ));
    }
    let labels: Vec<&str> = name.split('.').collect();
    if labels.iter().any(|label| label.is_empty() || label.len() > 63) {
        return Err(refused(format!("{text:?} is no host"), "a dot stands between two parts of a name"));
    }
    let last = labels.last().copied().unwrap_or_default();
    let looks_like_a_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if looks_like_a_number {
        return match address_of(&labels) {
            Some(address) => Ok(Host::Address(address.into())),
            None => Err(refused(format!("{text:?} looks like an address and is none"), "such as 127.0.0.1")),
        };
    }
    Ok(if last == "localhost" { Host::Localhost } else { Host::Name(name.to_owned()) })
}

/// An IPv4 address as resolvers read it: one to four numbers, decimal, octal or hexadecimal, the last one filling what is left.
fn address_of(labels: &[&str]) -> Option<Ipv4Addr> {
    if labels.len() > 4 {
        return None;
    }
    let numbers: Option<Vec<u32>> = labels.iter().map(|label| number(label)).collect();
    let numbers = numbers?;
    let (last, front) = numbers.split_last()?;
    let mut address: u32 = 0;
    for (at, number) in (0..).zip(front) {
        let byte = u8::try_from(*number).ok()?;
        address |= u32::from(byte) << (24 - 8 * at);
    }
    let left = 8 * (4 - u32::try_from(front.len()).ok()?);
    let fits = left >= 32 || *last < (1_u32 << left);
    fits.then_some(Ipv4Addr::from(address | *last))
}

fn number(label: &str) -> Option<u32> {
    let (digits, radix) = match label.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(digits) => (digits, 16),
        None => match label.strip_prefix('0') {
            Some(digits) if !digits.is_empty() => (digits, 8),
            _ => (label, 10),
        },
    };
    if !digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

/// Reads an entry of `--callback-allow`: `HOST`, `HOST:PORT`, or a network such as `10.1.0.0/16`.
pub(crate) fn read_allowed(text: &str) -> Result<Allowed, Refused> {
    let help = "write HOST, HOST:PORT or a network such as 10.1.0.0/16 or fd00::/8";
    if let Some((address, bits)) = text.split_once('/') {
        let bare = address.trim_start_matches('[').trim_end_matches(']');
        let address: Option<IpAddr> = bare.parse().ok();
        let bits: Option<u8> = bits.parse().ok();
        return match address.zip(bits) {
            Some((address, bits)) if bits <= if address.is_ipv4() { 32 } else { 128 } => {
                Ok(Allowed::Network(address, bits))
            }
            _ => Err(refused(format!("{text:?} is no network"), help)),
        };
    }
    // A bare IPv6 address may be named without brackets: nothing else has two colons.
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(Allowed::Host(Host::Address(IpAddr::V6(address).to_canonical()), None));
    }
    if text.is_empty() || !text.is_ascii() || text.contains(['@', '?', '#', '*', '%']) {
        return Err(refused(format!("{text:?} is no host"), help));
    }
    let (host, port) = split(text)?;
    Ok(Allowed::Host(read_host(host)?, port.map(read_port).transpose()?))
}

/// Judges a target before anybody is asked for its name.
pub(crate) fn judge(target: &Target, bench: Bench<'_>) -> Result<(), Refused> {
    match &target.host {
        Host::Address(address) => judge_address(*address, target, bench),
        Host::Localhost => is_not_ours(target.port, bench),
        Host::Name(_) if names(target, bench.allowed) => Ok(()),
        Host::Name(name) => Err(refused(
            format!("{name} is not this machine"),
            format!("start with --callback-allow {name}:{} if callbacks may go there", target.port),
        )),
    }
}

/// Judges an address that the target came to. It is judged at each attempt, and what is connected to is what was judged.
pub(crate) fn judge_address(address: IpAddr, target: &Target, bench: Bench<'_>) -> Result<(), Refused> {
    let address = address.to_canonical();
    if address.is_loopback() {
        return is_not_ours(target.port, bench);
    }
    let by_name = Target { host: Host::Address(address), ..target.clone() };
    if names(&by_name, bench.allowed) {
        return Ok(());
    }
    let allow = |what: &str| {
        let shown = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
        let help = format!("start with --callback-allow {shown}:{} if callbacks may go there", target.port);
        Err(refused(format!("{address} is {what}"), help))
    };
    if is_link_local(address) {
        return allow(
            "a link-local address, where clouds keep their secrets: it has to be named itself, no network covers it",
        );
    }
    let is_covered = bench.allowed.iter().any(|allowed| match allowed {
        Allowed::Network(network, bits) => lies_in(address, *network, *bits),
        Allowed::Host(..) => false,
    });
    // A name that was allowed is allowed wherever it leads.
    let is_named = matches!(target.host, Host::Name(_)) && names(target, bench.allowed);
    if !address.is_unspecified() && (is_covered || is_named) {
        return Ok(());
    }
    allow("not an address of this machine's own, 127.0.0.0/8 or ::1")
}

fn is_not_ours(port: u16, bench: Bench<'_>) -> Result<(), Refused> {
    if (bench.is_ours)(port) {
        let why = format!("{port} is a port of this sandbox itself");
        return Err(refused(why, "name the port on which your own server listens for callbacks"));
    }
    Ok(())
}

fn names(target: &Target, allowed: &[Allowed]) -> bool {
    allowed.iter().any(|one| match one {
        Allowed::Host(host, port) => *host == target.host && port.is_none_or(|port| port == target.port),
        Allowed::Network(..) => false,
    })
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

fn lies_in(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            u32::from(address) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            u128::from(address) & mask == u128::from(network) & mask
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}
