//! What helps at the prompt: scripts that complete commands, and what was probably meant.

use crate::support::audit;

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
