//! Where other machines find this one.

use std::net::{IpAddr, SocketAddr};

use linksfield_sandbox::Sandbox;

/// The base URLs under which a server on all addresses is reached from the LAN: those of IPv4 first.
pub(super) fn urls(sandbox: &Sandbox) -> Vec<String> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "nobody tells which addresses this machine has in the LAN");
        Vec::new()
    });
    let ips = interfaces.iter().map(if_addrs::Interface::ip).filter(is_of_a_lan);
    // Where a family could not be bound, nobody answers at its addresses.
    let port = |ip: &IpAddr| {
        let same = |bound: &&SocketAddr| bound.is_ipv4() == ip.is_ipv4();
        sandbox.addresses().iter().find(same).map(SocketAddr::port)
    };
    let mut reached: Vec<SocketAddr> = ips.filter_map(|ip| Some((ip, port(&ip)?).into())).collect();
    reached.sort_by_key(SocketAddr::is_ipv6);
    let mut urls: Vec<String> = reached.iter().map(|address| format!("http://{address}")).collect();
    urls.dedup();
    urls
}

/// Others can reach it, and it means the same on all interfaces.
fn is_of_a_lan(ip: &IpAddr) -> bool {
    let is_link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !ip.is_loopback() && !ip.is_unspecified() && !is_link_local
}
