//! What shells complete and what the manual says: both are made from the command line's own table, and hold all of it.

use std::collections::BTreeSet;
use std::process::Command;

use crate::comparing::say;
use crate::process::run;

/// The names in the first column of a section of `--help`.
fn names(help: &str, section: &str) -> BTreeSet<String> {
    let lines = help.lines().skip_while(|line| *line != section).skip(1).take_while(|line| !line.is_empty());
    let first = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    first.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn commands() -> BTreeSet<String> {
    let names = names(&run(&["--help"]).1, "Commands:");
    assert!(names.contains("serve") && names.len() > 10, "{names:?}");
    names
}

/// Every long option that a command's help shows.
fn options(args: &[&str]) -> BTreeSet<String> {
    let (code, help, _) = run(args);
    assert_eq!(code, Some(0));
    let words = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = words.flat_map(|line| line.split([' ', ',']).take(3)).filter(|word| word.starts_with("--"));
    words.map(str::to_owned).collect()
}

#[test]
fn every_shells_completions_hold_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, err) = run(&["completions", shell]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        for command in commands() {
            assert!(script.contains(&command), "{shell} knows no {command}");
        }
        assert!(script.contains("control-token"), "{shell} knows no options of serve");
    }
    let (code, _, err) = run(&["completions", "csh"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("zsh"), "{err}");
}

#[test]
fn bash_takes_the_completions_and_offers_commands_and_options() {
    if Command::new("bash").arg("--version").output().is_err() {
        say("bash is not on this machine: its completions are not tried");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("completions.bash");
    std::fs::write(&file, run(&["completions", "bash"]).1).expect("a file");
    // As bash itself calls it: the words so far, and which of them is being typed.
    let offers = |words: &[&str]| {
        let typed = words.last().expect("a word");
        let script = format!(
            "source '{}'\nf=$(complete -p linksfield-sandbox | sed 's/.* -F \\([^ ]*\\).*/\\1/')\nCOMP_WORDS=(linksfield-sandbox \"$@\")\nCOMP_CWORD=$#\n\"$f\" linksfield-sandbox '{typed}' x\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
            file.display()
        );
        let output =
            Command::new("bash").args(["-c", &script, "bash"]).args(words).output().expect("bash runs");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let valid = Command::new("bash").arg("-n").arg(&file).output().expect("bash runs");
    assert!(valid.status.success(), "{}", String::from_utf8_lossy(&valid.stderr));
    assert!(offers(&[""]).is_superset(&commands()));
    assert_eq!(offers(&["ser"]), BTreeSet::from(["serve".to_owned()]));
    assert_eq!(offers(&["serve", "--scen"]), BTreeSet::from(["--scenario".to_owned()]));
    // Without a command it serves.
    assert_eq!(offers(&["--scen"]), BTreeSet::from(["--scenario".to_owned()]));
    assert!(offers(&["list", "s"]).contains("scenarios"));
    assert!(offers(&["ctl", "ad"]).contains("advance"));
}

#[test]
fn the_manual_has_a_page_for_each_command_and_each_option_on_it() {
    let plain = |page: String| page.replace("\\-", "-");
    let main = plain(run(&["man"]).1);
    let of_serve = options(&["serve", "--help"]);
    assert!(of_serve.len() > 20, "{of_serve:?}");
    for option in &of_serve {
        assert!(main.contains(option.as_str()), "the main page has no {option}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path().join("man1");
    let (code, out, err) = run(&["man", &place.display().to_string()]);
    assert_eq!((code, out, err.as_str()), (Some(0), format!("{}\n", place.display()), ""));
    for command in commands().into_iter().filter(|command| command != "help") {
        let page = std::fs::read_to_string(place.join(format!("linksfield-sandbox-{command}.1")));
        let page = plain(page.unwrap_or_else(|error| panic!("{command}: {error}")));
        for option in options(&[&command, "--help"]) {
            assert!(page.contains(&option), "the page of {command} has no {option}");
        }
    }
}
