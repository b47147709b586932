//! Many connections: the limit of them, files that are given back, and the system's own limit.

use std::process::Command;

use linksfield_sandbox::Limit;

use super::client::{Client, good};
use super::is_well;
use crate::process::{Server, binary};
use crate::support::builder;

#[test]
fn above_the_limit_of_connections_others_wait_until_one_goes() {
    let sandbox = builder().limit(Limit::Connections(2)).start_blocking().expect("the sandbox starts");
    let mut first = Client::connect(&sandbox);
    first.send(&good());
    assert_eq!(first.answer().as_deref(), Some("200:0"));
    let silent = Client::connect(&sandbox);
    let mut waiting: Vec<Client> = (0..20).map(|_| Client::connect(&sandbox)).collect();
    for client in &mut waiting {
        client.send(&good());
    }
    assert_eq!(sandbox.default_session().orders().len(), 1, "nobody else has come in");
    drop((first, silent));
    for mut client in waiting {
        assert_eq!(client.answer().as_deref(), Some("200:0"));
    }
    is_well(&sandbox, "a crowd");
}

#[test]
fn connections_that_come_and_go_in_every_way_harm_nobody() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let whole = good();
    for way in 0..500_usize {
        let mut client = Client::connect(&sandbox);
        // Anything from nothing to the whole call, then away; every third one asks for the answer.
        client.send(&whole[..(way * 7) % (whole.len() + 1)]);
        match way % 3 {
            0 => client.half_close(),
            1 => {}
            _ => {
                client.send(&whole[(way * 7) % (whole.len() + 1)..]);
                assert_eq!(client.answer().as_deref(), Some("200:0"), "{way}");
            }
        }
    }
    is_well(&sandbox, "five hundred that left");
}

#[cfg(target_os = "linux")]
#[test]
fn after_two_thousand_connections_as_many_files_are_open_as_before() {
    let server = Server::start(&["--seed", "7", "--log", "error"]);
    let folder = format!("/proc/{}/fd", server.child.id());
    let open = || std::fs::read_dir(&folder).expect("the server's files").count();
    let call = || {
        let mut client = Client::connect_to(server.address());
        client.send(&good());
        assert_eq!(client.answer().as_deref(), Some("200:0"));
    };
    call();
    // The server closes in its own time: a look waits until the one connection before it is gone.
    let settled = |most: usize| {
        while open() > most {
            std::thread::yield_now();
        }
    };
    let idle = (0..2_000).map(|_| open()).min().expect("looks");
    for way in 0..2_000 {
        match way % 4 {
            0 => call(),
            1 => drop(Client::connect_to(server.address())),
            2 => Client::connect_to(server.address())
                .send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"),
            _ => Client::connect_to(server.address()).send(b"rubbish\r\n\r\n"),
        }
    }
    // Ends only if all are given back; `timeout` of the whole run is what would tell otherwise.
    settled(idle);
    call();
    settled(idle);
}

#[cfg(target_os = "linux")]
#[test]
fn the_soft_limit_of_open_files_is_raised_to_what_the_connections_need() {
    let limit = |server: &Server| {
        let limits =
            std::fs::read_to_string(format!("/proc/{}/limits", server.child.id())).expect("its limits");
        let line =
            limits.lines().find(|line| line.starts_with("Max open files")).expect("the line").to_owned();
        let numbers: Vec<u64> = line.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect();
        numbers[0]
    };
    let under = |soft: u32, hard: u32, connections: &str| {
        let program = binary();
        let mut command = Command::new("sh");
        let script = format!("ulimit -Sn {soft} && ulimit -Hn {hard} && exec \"$0\" \"$@\"");
        command.args(["-c", &script]).arg(program.get_program());
        for (name, _) in program.get_envs() {
            command.env_remove(name);
        }
        command.args(["serve", "--listen", "127.0.0.1:0", "--max-conns", connections]);
        Server::of(command)
    };
    assert_eq!(limit(&under(64, 512, "100")), 356, "connections and some for the rest");
    assert_eq!(limit(&under(64, 128, "100")), 128, "no more than the hard limit");
    // More connections than files: accepting pauses, is tried again, and those that wait are served.
    let server = under(40, 40, "1000");
    let mut clients: Vec<Client> = (0..60).map(|_| Client::connect_to(server.address())).collect();
    for client in &mut clients {
        client.send(&good());
    }
    for mut client in clients {
        assert_eq!(client.answer().as_deref(), Some("200:0"));
    }
}
