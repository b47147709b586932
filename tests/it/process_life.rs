//! How long the binary lives and how it is found: the port file.

use rustix::process::Signal;

use crate::process::{Server, run};

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
