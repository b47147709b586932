//! A URL for callbacks in the first line, entries of `--callback-allow` and addresses that a name came to in the lines that follow.
//!
//! What is let through is this machine at a port that is not ours, or was named; and nothing in it can end a line of a head.

use std::net::IpAddr;

use crate::courier::target::{Allowed, Bench, Host, Target, judge, judge_address, read, read_allowed};

const OURS: u16 = 8484;
const MOST_LINES: usize = 8;

pub(super) fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut lines = text.split('\n');
    let url = lines.next().unwrap_or_default();
    let (mut allowed, mut came_to) = (Vec::new(), Vec::new());
    for line in lines.take(MOST_LINES) {
        allowed.extend(read_allowed(line).ok());
        came_to.extend(line.parse::<IpAddr>().ok());
    }
    let bench = Bench { allowed: &allowed, is_ours: &|port| port == OURS };
    let target = match read(url) {
        Ok(target) => target,
        Err(refused) => return assert!(!refused.why.is_empty()),
    };
    is_one_line(&target);
    is_where_others_read_it(url, &target);
    if judge(&target, bench).is_ok() {
        match &target.host {
            Host::Address(address) => may_be_called(*address, &target, &allowed),
            Host::Localhost => assert_ne!(target.port, OURS, "{url}"),
            Host::Name(_) => assert!(is_named(&target.host, target.port, &allowed), "{url}"),
        }
    }
    for address in came_to {
        if judge_address(address, &target, bench).is_ok() {
            may_be_called(address, &target, &allowed);
        }
    }
}

/// What goes into a head is visible ASCII.
fn is_one_line(target: &Target) {
    let is_visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    assert!(is_visible(&target.authority) && is_visible(&target.path), "{target:?}");
    assert!(target.path.starts_with('/') && target.port != 0, "{target:?}");
}

/// Where another parser reads an address, it is the same one.
fn is_where_others_read_it(url: &str, target: &Target) {
    let Some(host) = url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)) else {
        return;
    };
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        assert_eq!(target.host, Host::Address(address.to_canonical()), "{url}");
    }
}

/// Loopback at a port that is not ours, or allowed.
fn may_be_called(address: IpAddr, target: &Target, allowed: &[Allowed]) {
    let address = address.to_canonical();
    if address.is_loopback() {
        assert_ne!(target.port, OURS, "{target:?} is our own port");
        return;
    }
    let is_named = is_named(&Host::Address(address), target.port, allowed);
    let is_link_local = match address {
        IpAddr::V4(address) => address.octets()[..2] == [169, 254],
        IpAddr::V6(address) => address.segments()[0] & 0xffc0 == 0xfe80,
    };
    let may_lead_anywhere =
        matches!(target.host, Host::Name(_)) && self::is_named(&target.host, target.port, allowed);
    let is_covered =
        !is_link_local && !address.is_unspecified() && (may_lead_anywhere || lies_in_one(address, allowed));
    assert!(is_named || is_covered, "{target:?} leads to {address} past {allowed:?}");
}

fn is_named(host: &Host, port: u16, allowed: &[Allowed]) -> bool {
    let is = |one: &Allowed| matches!(one, Allowed::Host(named, at) if named == host && at.is_none_or(|at| at == port));
    allowed.iter().any(is)
}

/// Whether a network has it, bit by bit.
fn lies_in_one(address: IpAddr, allowed: &[Allowed]) -> bool {
    allowed.iter().any(|one| match one {
        Allowed::Network(network, bits) => {
            network.is_ipv4() == address.is_ipv4()
                && binary(*network)
                    .into_iter()
                    .zip(binary(address))
                    .take((*bits).into())
                    .all(|(one, other)| one == other)
        }
        Allowed::Host(..) => false,
    })
}

fn binary(address: IpAddr) -> Vec<bool> {
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
}
