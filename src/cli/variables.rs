//! Variables: each option has one, and a slip in a name is told.

use std::collections::BTreeSet;
use std::io::Write;

const PREFIX: &str = "LINKSFIELD_SANDBOX_";

/// Gives each option the variable of its name: `--max-body` is `LINKSFIELD_SANDBOX_MAX_BODY`. A variable that is set to nothing
/// counts as not set, as compose files leave it.
pub(super) fn with_variables(command: clap::Command) -> (clap::Command, BTreeSet<String>) {
    let mut names = BTreeSet::from(["URL", "BIN"].map(|name| format!("{PREFIX}{name}")));
    let command = command.mut_subcommands(|subcommand| {
        subcommand.mut_args(|arg| {
            let Some(long) = arg.get_long().filter(|long| !["help", "version"].contains(long)) else {
                return arg;
            };
            let name = format!("{PREFIX}{}", long.replace('-', "_").to_uppercase());
            names.insert(name.clone());
            let is_set = std::env::var_os(&name).is_some_and(|value| !value.is_empty());
            if is_set { arg.hide_env(true).env(name) } else { arg }
        })
    });
    (command, names)
}

/// A variable with a slip in its name would otherwise do nothing, in silence.
pub(super) fn warn_of_unknown(known: &BTreeSet<String>) -> std::io::Result<()> {
    let ours = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in ours.filter(|name| name.starts_with(PREFIX) && !known.contains(name)) {
        let near = linksfield_sandbox::nearest(&name, known.iter().map(String::as_str));
        let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        writeln!(std::io::stderr(), "warning: the variable {name} means nothing here{hint}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::process::Command;

    use clap::parser::ValueSource;
    use clap::{Arg, ArgMatches, CommandFactory};

    use super::super::Cli;
    use super::*;

    /// The commands that serve, with what else they need.
    const SERVING: [(&str, &[&str]); 2] = [("serve", &[]), ("exec", &["--", "true"])];
    /// Tells this very test that it is the process whose variables are set.
    const CHILD: &str = "THE_VARIABLES_ARE_SET";

    /// What that test is called.
    const TEST: &str =
        "every_option_of_a_command_that_serves_is_taken_from_its_variable_and_a_flag_goes_before";

    /// A value that an option takes, by what its help calls it. A new kind of value needs a line.
    fn sample(arg: &Arg) -> String {
        let names: Vec<String> =
            arg.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
        let sample = match names.join(" ").as_str() {
            // A switch.
            _ if !arg.get_action().takes_values() => "true",
            "ADDR:PORT" => "127.0.0.1:0",
            "N" | "BYTES" | "SEED" => "7",
            "TIME" => "3s",
            "PID" => return std::process::id().to_string(),
            "on|off" => "off",
            "text|json" => "json",
            "KEY=VALUE" => "auth=strict",
            "KIND=URL" => "*=http://127.0.0.1:9100/",
            "HOST" => "hooks.example",
            "NAME|FILE" | "NAME" | "TOKEN" | "DIR" | "FILE" | "LEVEL" => "some",
            "PATH" => "/some",
            other => panic!("--{} takes a {other}, of which this test has no sample", arg.get_id()),
        };
        sample.to_owned()
    }

    /// The options of a command, as clap has them.
    fn options(command: &clap::Command) -> Vec<Arg> {
        let named = command.get_arguments().filter(|arg| arg.get_long().is_some_and(|long| long != "help"));
        named.cloned().collect()
    }

    fn name(arg: &Arg) -> String {
        format!("{PREFIX}{}", arg.get_long().expect("a name").replace('-', "_").to_uppercase())
    }

    fn parsed(words: &[&str], flags: &[String]) -> ArgMatches {
        let (command, _) = with_variables(Cli::command());
        let (first, rest) = (&words[..1], &words[1..]);
        let all = ["linksfield-sandbox"].iter().chain(first).map(OsString::from);
        let all = all.chain(flags.iter().map(OsString::from)).chain(rest.iter().map(OsString::from));
        let matches = command.try_get_matches_from(all).unwrap_or_else(|error| panic!("{error}"));
        matches.subcommand().expect("a command").1.clone()
    }

    /// Whether each option has its value from there.
    fn all_from(source: ValueSource, options: &[Arg], matches: &ArgMatches) {
        for arg in options {
            assert_eq!(matches.value_source(arg.get_id().as_str()), Some(source), "{}", name(arg));
        }
    }

    #[test]
    fn every_option_of_a_command_that_serves_is_taken_from_its_variable_and_a_flag_goes_before() {
        let mut root = Cli::command();
        root.build();
        let of = |command: &str| options(root.find_subcommand(command).expect("a command"));
        if std::env::var_os(CHILD).is_none() {
            // Variables are a process's own: another run of this test gets them.
            let module = module_path!().split_once("::").expect("a crate").1;
            let path = format!("{module}::{TEST}");
            let mut child = Command::new(std::env::current_exe().expect("this test"));
            child.args([path.as_str(), "--exact"]).env(CHILD, "1");
            for arg in of("serve").iter().chain(&of("exec")) {
                child.env(name(arg), sample(arg));
            }
            let output = child.output().expect("it runs");
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && said.contains("1 passed"), "{said}");
            return;
        }
        for (command, rest) in SERVING {
            let options = of(command);
            assert!(options.len() > 30, "{command} has {}", options.len());
            let words: Vec<&str> = [command].iter().chain(rest).copied().collect();
            all_from(ValueSource::EnvVariable, &options, &parsed(&words, &[]));
            let flag = |arg: &Arg| {
                let long = arg.get_long().expect("a name");
                if arg.get_action().takes_values() {
                    format!("--{long}={}", sample(arg))
                } else {
                    format!("--{long}")
                }
            };
            let flags: Vec<String> = options.iter().map(flag).collect();
            all_from(ValueSource::CommandLine, &options, &parsed(&words, &flags));
        }
    }

    #[test]
    fn every_option_of_every_command_has_a_variable_that_is_known() {
        let (_, known) = with_variables(Cli::command());
        for command in Cli::command().get_subcommands() {
            for arg in options(command) {
                assert!(known.contains(&name(&arg)), "{} of {}", name(&arg), command.get_name());
            }
        }
        // Our own word to others, and theirs to each other.
        for word in ["URL", "BIN"] {
            assert!(known.contains(&format!("{PREFIX}{word}")));
        }
    }
}
