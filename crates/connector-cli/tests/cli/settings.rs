//! Where values come from and how they are read.

use crate::support::{Cli, Outcome};

/// The settings that reached the connector.
async fn seen(cli: Cli) -> String {
    let cli = cli.env("BATON_SCRIPT", "settings");
    let Outcome { code, stderr, .. } = cli.run().await;
    assert_eq!(code, 3, "{stderr}");
    stderr
        .trim_start_matches("baton-lake: ")
        .trim_end()
        .to_owned()
}

#[tokio::test]
async fn flag_before_environment_before_file_before_default() {
    let file = "lake-region: south\nlake-depth: 3\nlake-frozen: true\nlake-boats: [a, b]\nhttp-timeout-seconds: 9\n";
    let none = seen(Cli::ready(&[])).await;
    let from_file = seen(Cli::ready(&[]).config(file)).await;
    let variables = |cli: Cli| {
        cli.env("BATON_LAKE_REGION", "north")
            .env("BATON_LAKE_DEPTH", "4")
            .env("BATON_LAKE_FROZEN", "0")
            .env("BATON_LAKE_BOATS", "c, d")
            .env("BATON_HTTP_TIMEOUT_SECONDS", "8")
    };
    let from_env = seen(variables(Cli::ready(&[]).config(file))).await;
    let flags = [
        "--lake-region=south",
        "--lake-depth",
        "5",
        "--lake-frozen",
        "--lake-boats=e,f",
        "--lake-boats",
        "g",
        "--http-timeout-seconds=7",
    ];
    let from_flag = seen(variables(Cli::ready(&flags).config(file))).await;
    insta::assert_snapshot!([none, from_file, from_env, from_flag].join("\n"), @r#"
    region=north depth=10 frozen=false boats=[] timeout=300s today=2026-11-20
    region=south depth=3 frozen=true boats=["a", "b"] timeout=9s today=2026-11-20
    region=north depth=4 frozen=false boats=["c", "d"] timeout=8s today=2026-11-20
    region=south depth=5 frozen=true boats=["e", "f", "g"] timeout=7s today=2026-11-20
    "#);
}

#[tokio::test]
async fn the_last_of_repeated_flags_wins_and_commands_take_flags_anywhere() {
    let last = seen(Cli::ready(&["--lake-depth", "1", "--lake-depth", "2"])).await;
    assert!(last.contains("depth=2"), "{last}");
    let before = seen(Cli::ready(&["--lake-depth", "2", "validate"])).await;
    let after = seen(Cli::ready(&["validate", "--lake-depth", "2"])).await;
    assert_eq!(before, after);
    assert!(after.contains("depth=2"), "{after}");
}

#[tokio::test]
async fn an_empty_variable_is_not_set() {
    let seen = seen(
        Cli::ready(&[])
            .config("lake-depth: 3")
            .env("BATON_LAKE_DEPTH", ""),
    )
    .await;
    assert!(seen.contains("depth=3"), "{seen}");
}

#[tokio::test]
async fn numbers_keep_their_spelling_where_a_text_belongs() {
    let cli = Cli::bare(&["--script", "settings"])
        .config("lake-url: https://lake.example.com\nlake-token: 00123456\nlake-depth: '8'\nlake-boats: 1,2\nfile:\n");
    let out = cli.run().await;
    assert!(
        out.stderr.contains("depth=8") && out.stderr.contains(r#"["1", "2"]"#),
        "{}",
        out.stderr
    );
}

#[tokio::test]
async fn files_that_cannot_be_read_name_file_and_line() {
    let mut reported = String::new();
    for yaml in [
        "lake-region: south\nlake-depth: deep\n",
        "lake-region: south\nlake-depth: [1\n",
        "lake-frozen: perhaps\n",
        "lake-region: south\n  lake-depth: 5\n",
        "lake-region: south\nlake-region: north\n",
        "lake-region: [a, b]\n",
        "lake:\n  region: south\n",
        "lake-boats:\n  - a\n  - [b]\n",
        "- lake-region\n",
        "lake-token:hunter2\n",
        "lake-region: &a south\nlake-token: *a\n",
        "lake-depth: 5\n---\nlake-depth: 6\n",
        "lake-token: \"hunter2\nlake-depth: 5\n",
    ] {
        let out = Cli::ready(&[]).config(yaml).run().await;
        assert!(!out.stderr.contains("hunter2"));
        reported.push_str(&format!("{}\n{}\n", yaml.escape_debug(), out.report()));
    }
    insta::assert_snapshot!(reported, @r#"
    lake-region: south\nlake-depth: deep\n
    exit 3
    baton-lake: reading .baton.yaml:2: --lake-depth (BATON_LAKE_DEPTH): "deep" is not a whole number
    hint: it takes a whole number

    lake-region: south\nlake-depth: [1\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:2: unclosed bracket '['
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-frozen: perhaps\n
    exit 3
    baton-lake: reading .baton.yaml:1: --lake-frozen (BATON_LAKE_FROZEN): "perhaps" is not true or false
    hint: it takes true or false

    lake-region: south\n  lake-depth: 5\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:2: mapping values are not allowed in this context
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-region: south\nlake-region: north\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:2: lake-region is given twice
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-region: [a, b]\n
    exit 3
    baton-lake: reading .baton.yaml:1: --lake-region (BATON_LAKE_REGION): a list was given where a text is expected
    hint: it takes a text

    lake:\n  region: south\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:2: lake is nested; keys are flat flag names
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-boats:\n  - a\n  - [b]\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:3: lake-boats holds more than texts
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    - lake-region\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:1: the file is not a list of `key: value` lines
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-token:hunter2\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:1: the file is not a list of `key: value` lines
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-region: &a south\nlake-token: *a\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:2: lake-token refers to another value
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-depth: 5\n---\nlake-depth: 6\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:2: the file holds more than one document
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]

    lake-token: \"hunter2\nlake-depth: 5\n
    exit 3
    baton-lake: reading the configuration file: .baton.yaml:2: invalid indentation in multiline quoted scalar
    hint: the file holds one `flag-name: value` per line; a list is written [a, b]
    "#);
}

#[tokio::test]
async fn variables_that_cannot_be_read_are_named() {
    let out = Cli::ready(&[]).env("BATON_WORKERS", "many").run().await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 3
    baton-lake: reading the environment: --workers (BATON_WORKERS): "many" is not a whole number
    hint: it takes a whole number
    "#);
}

#[tokio::test]
async fn comments_and_an_empty_file_say_nothing() {
    for yaml in ["", "# nothing\n", "---\n", "lake-depth: ~\n"] {
        assert!(
            seen(Cli::ready(&[]).config(yaml))
                .await
                .contains("depth=10"),
            "{yaml}"
        );
    }
}

#[tokio::test]
async fn another_file_can_be_named() {
    let cli = Cli::ready(&[]).env("BATON_CONFIG_PATH", "other.yml");
    std::fs::write(cli.path("other.yml"), "lake-depth: 6").unwrap();
    std::fs::write(cli.path(".baton.yaml"), "lake-depth: 7").unwrap();
    assert!(seen(cli).await.contains("depth=6"));

    let wrong = Cli::ready(&[])
        .env("BATON_CONFIG_PATH", "other.toml")
        .run()
        .await;
    insta::assert_snapshot!(wrong.report(), @r#"
    exit 3
    baton-lake: reading BATON_CONFIG_PATH: expected config file to have .yaml or .yml extension: other.toml
    "#);
    let missing = Cli::ready(&[])
        .env("BATON_CONFIG_PATH", "gone.yaml")
        .run()
        .await;
    insta::assert_snapshot!(missing.report(), @r#"
    exit 3
    baton-lake: reading the configuration file: gone.yaml: No such file or directory (os error 2)
    hint: the file is named by BATON_CONFIG_PATH, else it is .baton.yaml here
    "#);
}

#[tokio::test]
async fn unknown_keys_are_reported_once() {
    let cli = Cli::ready(&["--log-format", "console", "--script", "settings"])
        .config("lake-dept: 5\nlake-depth: 3\nzone: north\n");
    let out = cli.run().await;
    assert_eq!(out.stderr.matches("zone").count(), 1, "{}", out.stderr);
    assert!(
        out.stderr.contains(
            ".baton.yaml has keys that are not known and ignored: lake-dept (line 1), zone (line 3)"
        ),
        "{}",
        out.stderr
    );
}

/// A setting's name and text, given by each source in turn.
fn from_each_source(name: &str, text: &str) -> [Cli; 3] {
    let variable = format!("BATON_{}", name.to_uppercase().replace('-', "_"));
    let base = || Cli::bare(&[]).env("BATON_LAKE_URL", "https://lake.example.com");
    let token = |cli: Cli| match name {
        "lake-token" => cli,
        _ => cli.env("BATON_LAKE_TOKEN", crate::support::TOKEN),
    };
    let flag =
        Cli::bare(&[&format!("--{name}={text}")]).env("BATON_LAKE_URL", "https://lake.example.com");
    // JSON's form of a text is also YAML's.
    let quoted = serde_json::to_string(text).unwrap();
    [
        token(flag),
        token(base()).env(&variable, text),
        token(base()).config(&format!("{name}: {quoted}\n")),
    ]
}

#[tokio::test]
async fn blanks_and_line_ends_around_a_value_are_cut_whatever_its_source() {
    for around in ["\n", "\r\n", " ", "\t \n\n"] {
        for cli in from_each_source("lake-token", &format!("{around}hunter2{around}")) {
            let out = cli.env("BATON_SCRIPT", "measure").run().await;
            assert!(
                out.stderr.contains("a token of 7 bytes"),
                "{around:?}: {}",
                out.stderr
            );
        }
        for cli in from_each_source("lake-region", &format!("{around}south{around}")) {
            let seen = seen(cli).await;
            assert!(seen.starts_with("region=south "), "{around:?}: {seen}");
        }
    }
    let [.., file] = from_each_source("lake-boats", "a");
    let seen = seen(file.config("lake-boats: [\" a\\n\", b]\n")).await;
    assert!(seen.contains(r#"boats=["a", "b"]"#), "{seen}");
}

#[tokio::test]
async fn a_value_that_is_blank_or_broken_is_refused_without_showing_it() {
    for (name, variable) in [
        ("lake-token", "BATON_LAKE_TOKEN"),
        ("lake-region", "BATON_LAKE_REGION"),
        ("client-id", "BATON_CLIENT_ID"),
        ("client-secret", "BATON_CLIENT_SECRET"),
    ] {
        for (text, problem) in [
            (" \r\n", "the value is blank"),
            (
                "hun\nter2",
                "the value has a line break or another control character in it",
            ),
            (
                "hun\u{1b}ter2",
                "the value has a line break or another control character in it",
            ),
        ] {
            for cli in from_each_source(name, text) {
                let out = cli.run().await;
                assert_eq!(out.code, 3, "{name} {text:?}: {}", out.stderr);
                let expected = format!("--{name} ({variable}): {problem}\n");
                assert!(out.stderr.contains(&expected), "{text:?}: {}", out.stderr);
                assert!(!out.stderr.contains("ter2"), "{}", out.stderr);
            }
        }
    }
}
