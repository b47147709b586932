//! What `packaging/` says of names and options is so. The archive itself is made and tried by CI, since a release build takes minutes.

use std::process::Command;

use crate::process::{Server, binary, run};
use crate::support::root;

fn text(place: &str) -> String {
    std::fs::read_to_string(root().join(place)).unwrap_or_else(|error| panic!("{place}: {error}"))
}

#[test]
fn cargo_binstall_looks_for_the_name_that_the_archive_has() {
    let output = Command::new(root().join("packaging/archives")).arg("--name").output().expect("bash runs");
    let name = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let version = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let version = String::from_utf8(version).expect("text");
    let target = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a target");
    let filled = |template: &str| {
        let filled = template.replace("{ name }", env!("CARGO_PKG_NAME"));
        filled.replace("{ version }", env!("CARGO_PKG_VERSION")).replace("{ target }", target)
    };
    let manifest = text("Cargo.toml");
    let value = |key: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        filled(line.and_then(|line| line.strip_suffix('"')).unwrap_or_else(|| panic!("no {key}")))
    };
    assert!(value("pkg-url").ends_with(&format!("/{}", name.trim())), "{name}");
    assert_eq!(value("bin-dir").split('/').next(), name.trim().strip_suffix(".tar.gz"));
}

/// A server as the container starts it, but on a free port.
fn container(env: &[(&str, &str)], args: &[&str]) -> std::process::Command {
    let mut command = binary();
    for line in text("packaging/Containerfile").lines() {
        if let Some((name, value)) = line.strip_prefix("ENV ").and_then(|line| line.split_once('=')) {
            command.env(name, value.replace(":8484", ":0"));
        }
    }
    command.envs(env.iter().copied()).args(args);
    command
}

#[test]
fn the_container_starts_with_a_token_and_is_healthy_and_without_one_it_says_what_is_missing() {
    let compose = text("packaging/compose.yaml");
    let args = compose.lines().find_map(|line| line.trim().strip_prefix("command: ")).expect("a command");
    let args: Vec<String> = serde_json::from_str(args).expect("a list");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let token = "LINKSFIELD_SANDBOX_CONTROL_TOKEN";
    assert!(compose.contains(&format!("{token}: ")), "the compose file sets no token");

    let server = Server::of(container(&[(token, "local")], &args));
    assert_eq!(server.ready["scenario"], "default");
    // It serves on all addresses, whichever one the ready line names: on this one as well.
    let url = format!("http://127.0.0.2:{}", server.address().port());
    assert!(text("packaging/Containerfile").contains(r#"CMD ["/linksfield-sandbox", "health"]"#));
    assert_eq!(run(&["health", &url]).0, Some(0));

    let output = container(&[], &args).output().expect("the binary runs");
    let says = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{says}");
    assert!(says.contains("--control-token") && says.contains("--control off"), "{says}");
}

#[test]
fn health_takes_localhost_for_this_machine() {
    let server = Server::start(&[]);
    for host in ["localhost", "checkout.localhost"] {
        let (code, out, err) = run(&["health", &format!("http://{host}:{}", server.address().port())]);
        assert_eq!(code, Some(0), "{host}: {out}{err}");
    }
}
