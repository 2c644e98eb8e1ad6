use super::*;
use crate::outfile::{Out, Place};

/// Calls `each` with a command, those below it, and what they are called.
fn for_each(command: &clap::Command, name: &str, each: &mut dyn FnMut(&str, &clap::Command)) {
    each(name, command);
    for below in command.get_subcommands() {
        for_each(below, &format!("{name} {}", below.get_name()), each);
    }
}

#[test]
fn every_command_says_its_exit_codes() {
    let mut seen = Vec::new();
    for_each(&command_line(), "baton-audit", &mut |name, command| {
        let says = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(says.starts_with("Exit codes: 0 "), "{name}: {says}");
        // What can end with 1 says when.
        let found = [
            "",
            " check",
            " diff",
            " history",
            " review",
            " review status",
            " review close",
            " review verify",
            " verify",
        ];
        let can_find = found.contains(&name.trim_start_matches("baton-audit"));
        assert_eq!(says.contains(", 1 "), can_find, "{name}: {says}");
        seen.push(name.to_owned());
    });
    assert!(seen.len() > 30, "{seen:?}");
}

#[test]
fn every_out_is_standard_output_or_refuses_it() {
    let (mut out, mut place) = (Vec::new(), Vec::new());
    for_each(&command_line(), "", &mut |name, command| {
        let arg = command
            .get_arguments()
            .find(|it| it.get_long() == Some("out"));
        let Some(arg) = arg else { return };
        let takes = arg.get_value_parser().type_id();
        match takes == TypeId::of::<Out>() {
            true => out.push(name.trim().to_owned()),
            false => {
                assert!(takes == TypeId::of::<Place>(), "{name}");
                place.push(name.trim().to_owned());
            }
        }
    });
    assert_eq!(out, ["check", "policy init", "links suggest", "report"]);
    assert_eq!(
        place,
        [
            "export",
            "convert",
            "sanitize",
            "review start",
            "review close",
            "keygen"
        ]
    );
}

#[test]
fn no_text_is_blank() {
    let mut checked = 0;
    for_each(&command_line(), "baton-audit", &mut |name, of| {
        let is_text = |arg: &&Arg| {
            let takes = arg.get_value_parser().type_id() == TypeId::of::<String>();
            arg.get_action().takes_values() && takes
        };
        for arg in of.get_arguments().filter(is_text) {
            for blank in ["", " ", "\u{a0}\t"] {
                let mut args: Vec<&str> = name.split(' ').collect();
                let flag = arg.get_long().map(|long| format!("--{long}"));
                match &flag {
                    Some(flag) => args.push(flag),
                    None => {
                        let mut before = of.get_positionals();
                        before
                            .by_ref()
                            .take_while(|it| it.get_id() != arg.get_id())
                            .for_each(|_| args.push("x"));
                    }
                }
                args.push(blank);
                let error = command_line().try_get_matches_from(args).unwrap_err();
                let shown = error.render().to_string();
                assert!(
                    shown.ends_with(": it is blank\n\nFor more information, try '--help'.\n"),
                    "{name} {arg}: {shown}"
                );
            }
            checked += 1;
        }
    });
    assert!(checked > 20, "{checked}");
}
