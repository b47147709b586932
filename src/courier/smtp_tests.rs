//! Letters on their way, with a catcher on this machine that speaks as little SMTP as it can.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::mail::eml;
use super::mail_tests::esim;
use super::smtp::{NotSent, Smtp, deliver};
use crate::session::letter::Letter;

/// Longer than anything here takes; only a broken build waits for it.
const LONG: Duration = Duration::from_secs(30);

/// What a catcher was told.
#[derive(Debug, PartialEq, Eq)]
struct Caught {
    commands: Vec<String>,
    mail: Vec<u8>,
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// Catches so many mails, one a connection.
fn catcher(mails: usize) -> (SocketAddr, Receiver<Caught>) {
    let (listener, address) = listen();
    let (caught, receiver) = channel();
    std::thread::spawn(move || {
        for _ in 0..mails {
            let (stream, _) = listener.accept().expect("a connection");
            caught.send(catch(stream)).expect("a test that waits");
        }
    });
    (address, receiver)
}

fn catch(mut stream: TcpStream) -> Caught {
    stream.set_read_timeout(Some(LONG)).expect("a time-out");
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut say = |text: &str| stream.write_all(text.as_bytes()).expect("a listener");
    let mut line = || {
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        line
    };
    say("220 catcher.test\r\n");
    let mut caught = Caught { commands: Vec::new(), mail: Vec::new() };
    loop {
        let command = line().trim_end().to_owned();
        caught.commands.push(command.clone());
        match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => say("250-catcher.test\r\n250 8BITMIME\r\n"),
            "MAIL" | "RCPT" => say("250 ok\r\n"),
            "DATA" => {
                say("354 go on\r\n");
                loop {
                    let text = line();
                    if text == ".\r\n" {
                        break;
                    }
                    caught.mail.extend_from_slice(text.strip_prefix('.').unwrap_or(&text).as_bytes());
                }
                say("250 caught\r\n");
            }
            "QUIT" => {
                say("221 bye\r\n");
                return caught;
            }
            other => panic!("{other} is no command"),
        }
    }
}

#[test]
fn a_letter_arrives_as_the_bytes_that_the_outbox_shows() {
    let (address, caught) = catcher(1);
    let smtp = Smtp::to(address).expect("an address of this machine");
    let letter = esim("欧洲 30 days");
    smtp.send(letter.clone());
    let Caught { commands, mail } = caught.recv_timeout(LONG).expect("a mail");
    let expected = [
        "EHLO mail.sandbox.test",
        "MAIL FROM:<noreply@mail.sandbox.test>",
        "RCPT TO:<ada@shop.example>",
        "DATA",
        "QUIT",
    ];
    assert_eq!(commands, expected);
    let bytes = eml(&letter).expect("a mail");
    // SMTP ends the last line once more.
    assert_eq!(String::from_utf8_lossy(&mail), format!("{}\r\n", String::from_utf8_lossy(&bytes)));
}

#[test]
fn letters_go_in_order_and_one_that_cannot_be_sent_holds_up_none() {
    let (address, caught) = catcher(3);
    let smtp = Smtp::to(address).expect("an address of this machine");
    for (id, to) in [(1, "ada@shop.example"), (2, "nobody"), (3, "bob@shop.example"), (4, "cyd@shop.example")]
    {
        smtp.send(Letter { id, to: to.to_owned(), ..esim("Europe") });
    }
    for to in ["ada", "bob", "cyd"] {
        let commands = caught.recv_timeout(LONG).expect("a mail").commands;
        assert_eq!(commands[2], format!("RCPT TO:<{to}@shop.example>"));
    }
}

#[test]
fn only_this_machine_is_written_to_and_nothing_begins_before_the_first_letter() {
    for address in ["127.0.0.1:1025", "127.8.8.8:25", "[::1]:1025", "[::ffff:127.0.0.1]:1025"] {
        let smtp = Smtp::to(address.parse().expect("an address")).expect("loopback");
        assert!(!smtp.has_begun());
    }
    for address in ["192.0.2.1:25", "0.0.0.0:25", "[::]:25", "[2001:db8::1]:25", "[::ffff:192.0.2.1]:25"] {
        let refused = Smtp::to(address.parse().expect("an address")).expect_err("not loopback");
        assert!(refused.to_string().starts_with(address), "{refused}");
    }
}

#[test]
fn without_a_catcher_the_reason_and_the_remedy_are_named() {
    let (listener, address) = listen();
    drop(listener);
    let failed = deliver(&esim("Europe"), address, LONG).expect_err("nobody listens");
    let text = failed.to_string();
    assert!(text.starts_with(&address.to_string()), "{text}");
    assert!(text.contains("refused") && text.ends_with("Is a mail catcher listening there?"), "{text}");
}

#[test]
fn a_catcher_that_says_no_is_quoted() {
    let (listener, address) = listen();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        stream.write_all(b"554 5.3.2 no service here\r\n").expect("a listener");
        // Whatever is said, until the client goes.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let failed = deliver(&esim("Europe"), address, LONG).expect_err("it says no");
    assert!(failed.to_string().contains("no service here"), "{failed}");
    server.join().expect("a server");
}

#[test]
fn a_catcher_that_is_silent_is_given_up() {
    // The system accepts for a listener that does not.
    let (_listener, address) = listen();
    let failed = deliver(&esim("Europe"), address, Duration::from_millis(50));
    assert!(matches!(failed, Err(NotSent::Catcher { .. })), "{failed:?}");
}

#[test]
fn a_full_queue_holds_up_nobody_and_a_stop_is_not_waited_for() {
    let (listener, address) = listen();
    let mut smtp = Smtp::to(address).expect("an address of this machine");
    // One is on its way to a catcher that is silent, a thousand wait.
    for id in 0..1_000 {
        smtp.send(Letter { id, ..esim("Europe") });
    }
    assert!(!smtp.was_full());
    smtp.send(esim("Europe"));
    smtp.send(esim("Europe"));
    assert!(smtp.was_full());
    let thread = smtp.stop().expect("a thread");
    drop(smtp);
    // What ends the silence ends the thread, before its time-out and with a thousand letters unsent.
    drop(listener);
    thread.join().expect("no panic");
}
