//! Where callbacks may go: spelt in every way that somebody has thought of.

use std::net::IpAddr;

use proptest::prelude::*;

use super::target::{Allowed, Bench, Host, judge, judge_address, read, read_allowed};

/// Ours is 8484.
fn is_let_through(url: &str, allowed: &[Allowed]) -> Result<(), String> {
    let bench = Bench { allowed, is_ours: &|port| port == 8484 };
    read(url).and_then(|target| judge(&target, bench)).map_err(|refused| refused.to_string())
}

#[test]
fn this_machine_may_be_called_however_it_is_spelt() {
    for url in [
        "http://127.0.0.1:9100/hook",
        "http://127.0.0.1",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1:1/",
        "http://127.0.0.1:65535/",
        "HTTP://LOCALHOST:9100/",
        "http://localhost:9100/a?b=c%20d",
        "http://localhost.:9100/",
        "http://app.localhost:9100/",
        "http://127.1:9100/",
        "http://127.8.8.8:9100/",
        "http://127.0.0.1.:9100/",
        "http://2130706433:9100/",
        "http://0x7f000001:9100/",
        "http://0x7f.1:9100/",
        "http://0177.0.0.1:9100/",
        "http://017700000001:9100/",
        "http://[::1]:9100/",
        "http://[0:0:0:0:0:0:0:1]:9100/",
        "http://[::ffff:127.0.0.1]:9100/",
        "http://[::ffff:7f00:1]:9100/",
    ] {
        assert_eq!(is_let_through(url, &[]), Ok(()), "{url}");
    }
}

#[test]
fn nothing_else_may_however_it_is_spelt() {
    for (url, why) in [
        ("", "does not begin"),
        ("127.0.0.1:9100/hook", "does not begin"),
        ("//127.0.0.1:9100/", "does not begin"),
        ("http:/127.0.0.1/", "does not begin"),
        ("https://127.0.0.1:9100/", "https is not supported"),
        ("ftp://127.0.0.1/", "no scheme"),
        ("file:///etc/passwd", "no scheme"),
        ("gopher://127.0.0.1:25/_HELO", "no scheme"),
        ("http:///hook", "no host"),
        ("http://:9100/", "no host"),
        ("http://./", "no host"),
        ("http://user@127.0.0.1:9100/", "names a user"),
        ("http://user:word@127.0.0.1:9100/", "names a user"),
        ("http://127.0.0.1@example.com/", "names a user"),
        ("http://127.0.0.1:9100/#part", "fragment"),
        ("http://127.0.0.1:9100/ hook", "which no URL may"),
        ("http://127.0.0.1:9100/\r\nX-Evil: 1", "which no URL may"),
        ("http://127.0.0.1:9100/\u{7f}", "which no URL may"),
        ("http://127.0.0.1\\@example.com/", "which no URL may"),
        ("http://１２７.0.0.1/", "beyond ASCII"),
        ("http://127。0。0。1/", "beyond ASCII"),
        ("http://%31%32%37.0.0.1/", "no host"),
        ("http://127.0.0.1:0/", "no port"),
        ("http://127.0.0.1:/", "no port"),
        ("http://127.0.0.1:65536/", "no port"),
        ("http://127.0.0.1:+9100/", "no port"),
        ("http://127.0.0.1:0x50/", "no port"),
        ("http://127.0.0.1:80:90/", "in brackets"),
        ("http://::1:9100/", "in brackets"),
        ("http://[::1:9100/", "not closed"),
        ("http://[::1]9100/", "between the bracket"),
        ("http://[::1%25lo]:9100/", "no IPv6 address"),
        ("http://[localhost]/", "no IPv6 address"),
        ("http://127.0.0.256/", "looks like an address"),
        ("http://127.0.0.0.1/", "looks like an address"),
        ("http://4294967296/", "looks like an address"),
        ("http://0x100000000/", "looks like an address"),
        ("http://089.0.0.1/", "looks like an address"),
        ("http://a..b/", "no host"),
        ("http://0.0.0.0:9100/", "not an address of this machine's own"),
        ("http://0:9100/", "not an address of this machine's own"),
        ("http://[::]:9100/", "not an address of this machine's own"),
        ("http://[::127.0.0.1]:9100/", "not an address of this machine's own"),
        ("http://[64:ff9b::7f00:1]:9100/", "not an address of this machine's own"),
        ("http://10.0.0.1:9100/", "not an address of this machine's own"),
        ("http://3232235777/", "not an address of this machine's own"),
        ("http://192.0.2.1/", "not an address of this machine's own"),
        ("http://[2001:db8::1]/", "not an address of this machine's own"),
        ("http://[::ffff:192.0.2.1]/", "not an address of this machine's own"),
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("http://0xa9fea9fe/", "link-local"),
        ("http://[fe80::1]/", "link-local"),
        ("http://[::ffff:169.254.169.254]/", "link-local"),
        ("http://example.com/", "is not this machine"),
        ("http://localhost.example.com/", "is not this machine"),
        ("http://127.0.0.1.nip.test/", "is not this machine"),
        ("http://xn--lcalhost-54a/", "is not this machine"),
        ("http://localhost:8484/", "of this sandbox itself"),
        ("http://127.9.9.9:8484/__sandbox/shutdown", "of this sandbox itself"),
        ("http://[::ffff:127.0.0.1]:8484/", "of this sandbox itself"),
    ] {
        let refused = is_let_through(url, &[]).expect_err(url);
        assert!(refused.contains(why), "{url:?}: {refused}");
    }
}

#[test]
fn what_is_named_may_be_called_and_nothing_beside_it() {
    let allow = |text: &str| [read_allowed(text).unwrap_or_else(|refused| panic!("{text}: {refused}"))];
    for (entry, url, is_allowed) in [
        ("hooks.example", "http://hooks.example/", true),
        ("HOOKS.example.", "http://hooks.example:9100/", true),
        ("hooks.example:80", "http://hooks.example/", true),
        ("hooks.example:80", "http://hooks.example:81/", false),
        ("hooks.example", "http://a.hooks.example/", false),
        ("10.1.2.3", "http://10.1.2.3/", true),
        ("10.1.2.3:9100", "http://0xa010203:9100/", true),
        ("10.1.2.3:9100", "http://10.1.2.3/", false),
        ("10.1.0.0/16", "http://10.1.2.3:1/", true),
        ("10.1.0.0/16", "http://10.2.0.1/", false),
        ("0.0.0.0/0", "http://192.0.2.1/", true),
        ("0.0.0.0/0", "http://[2001:db8::1]/", false),
        ("0.0.0.0/0", "http://169.254.169.254/", false),
        ("0.0.0.0/0", "http://0.0.0.0:8484/", false),
        ("0.0.0.0/0", "http://127.0.0.1:8484/", false),
        ("169.254.169.254", "http://169.254.169.254/", true),
        ("fd00::/8", "http://[fd12::1]:9100/", true),
        ("[fd12::1]:9100", "http://[fd12::1]:9100/", true),
        ("fd12::1", "http://[fd12::1]/", true),
    ] {
        assert_eq!(is_let_through(url, &allow(entry)).is_ok(), is_allowed, "{entry} {url}");
    }
    for entry in ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "*", "http://x/", "x:0", "a@b"] {
        assert!(read_allowed(entry).is_err(), "{entry}");
    }
}

#[test]
fn an_allowed_name_that_leads_to_our_own_port_or_to_the_clouds_secrets_is_refused_all_the_same() {
    let allowed = [Allowed::Host(Host::Name("hooks.example".to_owned()), None)];
    let bench = Bench { allowed: &allowed, is_ours: &|port| port == 8484 };
    let at = |url: &str, address: &str| {
        let address: IpAddr = address.parse().expect("an address");
        judge_address(address, &read(url).expect("a URL"), bench).is_ok()
    };
    assert!(at("http://hooks.example:9100/", "192.0.2.7"));
    assert!(at("http://hooks.example:9100/", "127.0.0.1"));
    for (url, address) in [
        ("http://hooks.example:8484/", "127.0.0.1"),
        ("http://hooks.example:8484/", "::ffff:127.0.0.1"),
        ("http://hooks.example:9100/", "169.254.169.254"),
        ("http://hooks.example:9100/", "fe80::1"),
        ("http://hooks.example:9100/", "0.0.0.0"),
        ("http://other.example:9100/", "192.0.2.7"),
    ] {
        assert!(!at(url, address), "{url} at {address}");
    }
}

#[test]
fn paths_and_hosts_are_sent_as_they_were_written() {
    let target = read("http://App.Localhost:9100/a/../b?x=1&y=%2f").expect("a URL");
    assert_eq!((&*target.authority, &*target.path), ("app.localhost:9100", "/a/../b?x=1&y=%2f"));
    assert_eq!(read("http://127.0.0.1?x").expect("a URL").path, "/?x");
}

proptest! {
    /// Whatever is typed: nothing panics, and what is let through is this machine, at a port that is not ours.
    #[test]
    fn whatever_is_let_through_is_this_machine(
        scheme in prop_oneof![Just("http://".to_owned()), "[a-zA-Z]{0,6}:?/{0,3}"],
        authority in prop_oneof![
            "[0-9a-fxX.:\\[\\]]{0,24}",
            "(127|0x7f|0177|10|169)(\\.[0-9]{1,3}){0,4}(:[0-9]{0,6})?",
            "[a-z.]{0,12}(localhost)?\\.?(:8484)?",
            ".{0,20}",
        ],
        rest in ".{0,12}",
    ) {
        let url = format!("{scheme}{authority}{rest}");
        let bench = Bench { allowed: &[], is_ours: &|port| port == 8484 };
        if let Ok(target) = read(&url)
            && judge(&target, bench).is_ok()
        {
            prop_assert_ne!(target.port, 8484);
            match target.host {
                Host::Address(address) => prop_assert!(address.is_loopback(), "{url}"),
                Host::Localhost => {}
                Host::Name(name) => prop_assert!(false, "{url} leads to {name}"),
            }
        }
        let _ = read_allowed(&authority);
    }
}
