//! How long the binary lives and how it is found: the port file, the end of stdin.

use std::io::Write;
use std::process::Stdio;

use rustix::process::Signal;

use crate::process::{Server, binary, run};
use crate::support::Raw;

#[test]
fn the_port_file_is_there_before_the_ready_line_and_gone_after_the_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("port");
    let path = file.display().to_string();
    std::fs::write(&file, "an old one, of a server that was killed").expect("a file");
    let server = Server::start(&["--port-file", &path]);
    let text = std::fs::read_to_string(&file).expect("the port file");
    assert_eq!(text, format!("{}\n", server.address().port()));
    let names = || std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(names(), 1, "nothing is left aside");
    server.signal(Signal::TERM);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str(), err.as_str()), (Some(0), "", ""));
    assert_eq!(names(), 0);

    // What another server wrote in the meantime is not ours to remove.
    let server = Server::start(&["--port-file", &path]);
    std::fs::write(&file, "1\n").expect("a file");
    server.signal(Signal::INT);
    assert_eq!(server.end().0.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&file).expect("still there"), "1\n");

    let nowhere = folder.path().join("no/such/folder").display().to_string();
    let (code, out, err) = run(&["serve", "--listen", "127.0.0.1:0", "--port-file", &nowhere]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains(&format!("cannot write --port-file {nowhere}")), "{err}");
    assert_eq!(names(), 1);
}

#[test]
fn the_end_of_stdin_ends_it_with_0_and_what_comes_before_does_not() {
    let start = || {
        let mut command = binary();
        command.args(["serve", "--listen", "127.0.0.1:0", "--exit-on-stdin-eof"]).stdin(Stdio::piped());
        let mut server = Server::of(command);
        let stdin = server.child.stdin.take().expect("stdin");
        (server, stdin)
    };
    let (server, mut stdin) = start();
    stdin.write_all(b"a line that means nothing\n").expect("it is read");
    let head = "GET /__sandbox/health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(Raw::connect_to(server.address()).send(head).answer().status, 200);
    drop(stdin);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str()), (Some(0), ""));
    assert!(err.contains("stdin has ended: the server ends"), "{err}");

    // Whoever waits for the end of an input that stays open does not keep the process from ending.
    let (server, stdin) = start();
    server.signal(Signal::TERM);
    assert_eq!(server.end().0.code(), Some(0));
    drop(stdin);

    // Without the option an input that has ended is nothing to it.
    let mut command = binary();
    command.args(["serve", "--listen", "127.0.0.1:0"]).stdin(Stdio::null());
    let server = Server::of(command);
    assert_eq!(Raw::connect_to(server.address()).send(head).answer().status, 200);
}
