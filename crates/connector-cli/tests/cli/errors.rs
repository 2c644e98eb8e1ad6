//! Texts and exit codes of everything that can be wrong with a command line.

use crate::support::{Cli, bare, ready};

#[tokio::test]
async fn command_lines_that_cannot_be_read() {
    let mut reported = String::new();
    for args in [
        &["--nope"][..],
        &["--lake-tokn=hunter2"],
        &["-x"],
        &["stray"],
        &["capabilites"],
        &["capabilities", "stray"],
        &["version"],
        &["--file"],
        &["--workers", "abc"],
        &["--workers="],
        &["--provisioning=maybe"],
        &["health-check", "--endpoint", "foo"],
        &["health-check", "--timeout", "soon"],
    ] {
        reported.push_str(&format!(
            "$ baton-lake {}\n{}\n",
            args.join(" "),
            bare(args).await.report()
        ));
    }
    insta::assert_snapshot!(reported, @r#"
    $ baton-lake --nope
    exit 2
    baton-lake: unknown flag: --nope
    hint: baton-lake --help lists commands and flags

    $ baton-lake --lake-tokn=hunter2
    exit 2
    baton-lake: unknown flag: --lake-tokn
    hint: did you mean --lake-token?

    $ baton-lake -x
    exit 2
    baton-lake: unknown shorthand flag: 'x'
    hint: baton-lake --help lists commands and flags

    $ baton-lake stray
    exit 2
    baton-lake: unknown command "stray" for "baton-lake"
    hint: baton-lake --help lists commands and flags

    $ baton-lake capabilites
    exit 2
    baton-lake: unknown command "capabilites" for "baton-lake"
    hint: did you mean capabilities?

    $ baton-lake capabilities stray
    exit 2
    baton-lake: unknown command "stray" for "baton-lake"
    hint: baton-lake --help lists commands and flags

    $ baton-lake version
    exit 2
    baton-lake: unknown command "version" for "baton-lake"
    hint: baton-lake --help lists commands and flags

    $ baton-lake --file
    exit 2
    baton-lake: flag needs an argument: --file
    hint: baton-lake --help lists commands and flags

    $ baton-lake --workers abc
    exit 2
    baton-lake: invalid argument "abc" for "--workers" flag: "abc" is not a whole number
    hint: --workers (BATON_WORKERS) takes a whole number

    $ baton-lake --workers=
    exit 2
    baton-lake: invalid argument "" for "--workers" flag: "" is not a whole number
    hint: --workers (BATON_WORKERS) takes a whole number

    $ baton-lake --provisioning=maybe
    exit 2
    baton-lake: invalid argument "maybe" for "--provisioning" flag: "maybe" is not true or false
    hint: --provisioning (BATON_PROVISIONING) takes true or false

    $ baton-lake health-check --endpoint foo
    exit 2
    baton-lake: invalid endpoint: foo (valid: health, ready, live)

    $ baton-lake health-check --timeout soon
    exit 2
    baton-lake: invalid argument "soon" for "--timeout" flag: not a number from 1 to 3600
    "#);
}

#[tokio::test]
async fn missing_settings_are_named_with_flag_and_variable() {
    insta::assert_snapshot!(bare(&[]).await.report(), @r#"
    exit 2
    baton-lake: required flag(s) "lake-token", "lake-url" not set (BATON_LAKE_TOKEN, BATON_LAKE_URL)
    hint: set --lake-token (BATON_LAKE_TOKEN), --lake-url (BATON_LAKE_URL)
    "#);
    let one = Cli::bare(&["validate"]).env("BATON_LAKE_URL", "https://lake.example.com");
    insta::assert_snapshot!(one.run().await.report(), @r#"
    exit 2
    baton-lake: required flag(s) "lake-token" not set (BATON_LAKE_TOKEN)
    hint: set --lake-token (BATON_LAKE_TOKEN)
    "#);
    // An empty flag hides the variable and counts as missing.
    insta::assert_snapshot!(ready(&["--lake-token", ""]).await.report(), @r#"
    exit 2
    baton-lake: required flag(s) "lake-token" not set (BATON_LAKE_TOKEN)
    hint: set --lake-token (BATON_LAKE_TOKEN)
    "#);
}

#[tokio::test]
async fn values_that_break_a_rule() {
    let mut reported = String::new();
    for args in [
        ["--http-timeout-seconds", "5000"],
        ["--http-timeout-seconds", "0"],
        ["--task-concurrency", "101"],
        ["--storage-engine", "foo"],
        ["--max-shrink", "many"],
        ["--max-shrink-grants", "120%"],
        ["--workers", "-2"],
        ["--lake-depth", "0"],
        ["--lake-region", "west"],
        ["--lake-url", "lake.example.com"],
        ["--lake-token", "abc"],
        ["--c1z-temp-dir", "nowhere"],
        ["--log-path", "nowhere/log"],
        ["--sync-resource-types", "user,boat"],
        ["--file", "-"],
        ["--evidence", "-"],
        ["--record", "-"],
    ] {
        reported.push_str(&format!(
            "$ {}\n{}\n",
            args.join(" "),
            ready(&args).await.report()
        ));
    }
    insta::assert_snapshot!(reported, @r#"
    $ --http-timeout-seconds 5000
    exit 3
    baton-lake: --http-timeout-seconds (BATON_HTTP_TIMEOUT_SECONDS): value must be less than or equal to 1800 but got 5000

    $ --http-timeout-seconds 0
    exit 3
    baton-lake: --http-timeout-seconds (BATON_HTTP_TIMEOUT_SECONDS): value must be greater than or equal to 1 but got 0

    $ --task-concurrency 101
    exit 3
    baton-lake: --task-concurrency (BATON_TASK_CONCURRENCY): value must be less than or equal to 100 but got 101

    $ --storage-engine foo
    exit 3
    baton-lake: --storage-engine (BATON_STORAGE_ENGINE): value must be one of [ sqlite pebble] but got 'foo'

    $ --max-shrink many
    exit 3
    baton-lake: --max-shrink (BATON_MAX_SHRINK): the value must be 'off' or a number from 0 to 100 with at most two digits behind the point
    hint: an example is 20%

    $ --max-shrink-grants 120%
    exit 3
    baton-lake: --max-shrink-grants (BATON_MAX_SHRINK_GRANTS): the value must be 'off' or a number from 0 to 100 with at most two digits behind the point
    hint: an example is 20%

    $ --workers -2
    exit 3
    baton-lake: --workers (BATON_WORKERS): value must be greater than or equal to -1 but got -2

    $ --lake-depth 0
    exit 3
    baton-lake: --lake-depth (BATON_LAKE_DEPTH): value must be greater than or equal to 1 but got 0

    $ --lake-region west
    exit 3
    baton-lake: --lake-region (BATON_LAKE_REGION): value must be one of [north south] but got 'west'

    $ --lake-url lake.example.com
    exit 3
    baton-lake: --lake-url (BATON_LAKE_URL): value must be an absolute URL but got 'lake.example.com'

    $ --lake-token abc
    exit 3
    baton-lake: --lake-token (BATON_LAKE_TOKEN): value must be at least 4 bytes long

    $ --c1z-temp-dir nowhere
    exit 3
    baton-lake: --c1z-temp-dir (BATON_C1Z_TEMP_DIR): the specified c1z temp dir does not exist: nowhere
    hint: create it, or change --c1z-temp-dir (BATON_C1Z_TEMP_DIR) or BATON_TMPDIR

    $ --log-path nowhere/log
    exit 3
    baton-lake: opening the log: --log-path (BATON_LOG_PATH): nowhere/log: No such file or directory (os error 2)
    hint: it takes stdout, stderr or files in existing directories

    $ --sync-resource-types user,boat
    exit 3
    baton-lake: --sync-resource-types (BATON_SYNC_RESOURCE_TYPES): invalid resource type 'boat' in filter
    hint: the connector has these resource types: user, group

    $ --file -
    exit 3
    baton-lake: --file (BATON_FILE): value must be the path of a file but got '-'

    $ --evidence -
    exit 3
    baton-lake: --evidence (BATON_EVIDENCE): value must be the path of a file but got '-'

    $ --record -
    exit 3
    baton-lake: --record (BATON_RECORD): value must be the path of a file but got '-'
    "#);
}

#[tokio::test]
async fn what_would_change_the_result_is_refused() {
    let mut reported = String::new();
    for args in [
        &["--external-resource-c1z", "other.c1z"][..],
        &["--external-resource-traits", "user"],
        &["--sync-resources", "abc"],
        &["--skip-grants"],
        &["--client-id", "a"],
    ] {
        reported.push_str(&format!(
            "$ {}\n{}\n",
            args.join(" "),
            ready(args).await.report()
        ));
    }
    insta::assert_snapshot!(reported, @r#"
    $ --external-resource-c1z other.c1z
    exit 3
    baton-lake: --external-resource-c1z (BATON_EXTERNAL_RESOURCE_C1Z): not supported
    hint: leave it out; matching against another file is not in this version

    $ --external-resource-traits user
    exit 2
    baton-lake: set fields ('external-resource-traits') are dependent on ('external-resource-c1z') being set
    hint: set --external-resource-c1z (BATON_EXTERNAL_RESOURCE_C1Z)

    $ --sync-resources abc
    exit 3
    baton-lake: --sync-resources (BATON_SYNC_RESOURCES): 'abc' does not name a resource
    hint: name each one as bid:r:<type>/<id>, with a \ before any :, / or \ in the type and the id

    $ --skip-grants
    exit 3
    baton-lake: --skip-grants (BATON_SKIP_GRANTS): it can only be set within a targeted sync
    hint: --skip-entitlements-and-grants (BATON_SKIP_ENTITLEMENTS_AND_GRANTS) syncs resources only

    $ --client-id a
    exit 2
    baton-lake: if any flags in the group [client-id client-secret] are set they must all be set; missing [client-secret]
    hint: set --client-secret (BATON_CLIENT_SECRET)
    "#);
}

#[tokio::test]
async fn every_kind_of_failure_has_its_exit_code() {
    for (script, code) in [
        ("fail:credential", 16),
        ("fail:permission", 7),
        ("fail:not_found", 5),
        ("fail:rate_limited", 14),
        ("fail:upstream", 14),
        ("fail:timeout", 4),
        ("fail:contract", 13),
        ("empty", 9),
        ("settings", 3),
    ] {
        let out = ready(&["--log-level", "error", "--script", script]).await;
        assert_eq!(out.code, code, "{script}: {}", out.stderr);
        assert!(out.stderr.lines().count() <= 2, "{script}: {}", out.stderr);
        assert!(
            out.stderr.starts_with("baton-lake: "),
            "{script}: {}",
            out.stderr
        );
    }
}

#[tokio::test]
async fn a_failure_is_one_line_and_a_hint() {
    let out = ready(&["--log-level", "error", "--script", "fail:credential"]).await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 16
    baton-lake: listing people: the vendor answered no [31mway
    hint: check the token
    "#);
    let out = ready(&["--lake-url", "https://lake.example.com/"]).await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 3
    baton-lake: reading the settings: --lake-url (BATON_LAKE_URL): the address ends with a slash
    "#);
}
