//! What helps at the prompt: scripts that complete commands, and what was probably meant.

use crate::company::Company;
use crate::support::{Ran, audit};

#[test]
fn every_shell_gets_a_script_that_completes_all_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = audit(&["completion", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        for command in ["who-can", "review", "keygen", "public-key"] {
            assert!(ran.out.contains(command), "{shell} lacks {command}");
        }
    }
}

#[test]
fn a_typo_is_answered_with_what_was_meant() {
    for (args, tip) in [
        (
            &["chek", "hr.c1z"][..],
            "tip: a similar subcommand exists: 'check'",
        ),
        (
            &["grants", "app.c1z", "--jsno"],
            "tip: a similar argument exists: '--json'",
        ),
        (
            &["completion", "powershel"],
            "tip: a similar value exists: 'powershell'",
        ),
    ] {
        let ran = audit(args);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{args:?}");
        assert!(ran.err.contains(tip), "{}", ran.err);
    }
}

#[test]
fn standard_output_is_written_to_where_one_text_goes_there() {
    let company = Company::new();
    let hr = company.file();
    let ran = audit(&["report", hr, "--out", "-"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (0, "note: 6 people, 5 open findings\n")
    );
    assert!(ran.out.starts_with("<!DOCTYPE html>"));
    assert!(ran.out.ends_with("</html>\n"));
    for args in [
        &["check", hr, "--fail-on", "never"][..],
        &["policy", "init", hr],
        &["links", "suggest", hr],
    ] {
        let to = audit(&[args, &["--out", "-"]].concat());
        assert_eq!(to, audit(args), "{args:?}");
    }
}

#[test]
fn standard_output_is_refused_where_files_are_written() {
    let company = Company::new();
    let hr = company.file();
    for args in [
        &["convert", hr, "--to", "v3"][..],
        &["sanitize", hr],
        &["export", hr, "--format", "csv"],
        &["keygen"],
        &["review", "start", hr, hr, "--by", "manager"],
        &["review", "close", "review"],
    ] {
        let Ran { code, out, err } = audit(&[args, &["--out", "-"]].concat());
        assert_eq!((code, out.as_str()), (3, ""), "{args:?}");
        let says = "standard output cannot take what this command writes; give a path";
        assert!(
            err.starts_with("error: invalid value '-' for '--out <"),
            "{err}"
        );
        assert!(err.contains(says), "{err}");
    }
    assert!(!std::path::Path::new("-").exists());
}

#[test]
fn nobody_is_looked_up_by_a_blank() {
    let company = Company::new();
    let hr = company.file();
    for args in [
        &["person", "", hr][..],
        &["who-can", " ", hr],
        &["users", "show", hr, ""],
        &["access", hr, "\t"],
        &["grants", hr, "--entitlement", ""],
        &["managers", hr, "--if-leaves", ""],
        &["users", hr, "--sync", ""],
        &["check", hr, "--sync", " "],
    ] {
        let Ran { code, out, err } = audit(args);
        assert_eq!((code, out.as_str()), (3, ""), "{args:?}");
        assert!(err.starts_with("error: invalid value '"), "{err}");
        assert!(err.contains(">': it is blank\n"), "{err}");
    }
}
