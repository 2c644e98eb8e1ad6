//! Every line of shell in README.md is run by a test: here, or where the program is that it starts.

use super::*;

/// Lines that other tests run, by their first words, and these tests.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "cargo run --release --bin baton-demo",
        "crates/baton-demo/tests/readme.rs",
    ),
    (
        "cargo run --release --bin baton-sandbox -- ",
        "crates/baton-sandbox/src/cli/tests.rs",
    ),
    (
        "baton-audit users show demo/",
        "crates/baton-demo/tests/readme.rs",
    ),
    (
        "baton-audit check demo/",
        "crates/baton-demo/tests/readme.rs",
    ),
    (
        "baton-audit history demo/",
        "crates/baton-demo/tests/readme.rs",
    ),
    ("tail -c +6 ", "crates/connector-c1z/tests/c1z/format.rs"),
    ("sqlite3 ", "crates/connector-c1z/tests/c1z/format.rs"),
];

/// The lines of shell outside the page of commands, without remarks.
fn lines() -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let (before, rest) = readme
        .split_once("<!-- evidence:begin -->")
        .expect("the page");
    let (_, after) = rest.split_once("<!-- evidence:end -->").expect("its end");
    let (mut lines, mut is_shell) = (Vec::new(), false);
    for line in before.lines().chain(after.lines()) {
        match line.strip_prefix("```") {
            Some(language) => is_shell = language == "sh",
            None if is_shell => {
                let line = line.split("  #").next().unwrap_or_default();
                lines.extend(line.split(" && ").map(|it| it.trim().to_owned()));
            }
            None => {}
        }
    }
    lines
}

#[test]
fn every_other_line_of_shell_in_the_readme_works() {
    let dir = tempfile::tempdir().expect("a directory");
    let (mut run, mut elsewhere, mut settings) = (0, Vec::new(), Vec::new());
    for line in lines() {
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.trim_matches('"').replace("$RUNNER_TEMP/", ""))
            .collect();
        let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let other = ELSEWHERE
            .iter()
            .find(|(begins, _)| line.starts_with(begins));
        let connectors = baton_demo::connectors();
        if let Some(&(begins, test)) = other {
            let text = std::fs::read_to_string(root().join(test)).expect("a test");
            assert!(text.contains("README.md"), "{test} runs no line of it");
            elsewhere.push(begins);
        } else if let Some(setting) = line.strip_prefix("export ") {
            settings.push(setting.split('=').next().unwrap_or_default().to_owned());
        } else if connectors.iter().any(|it| it.spec.name == words[0]) {
            assert_eq!(connector(dir.path(), &words[0], SCENE, &args), 0, "{line}");
            run += 1;
        } else {
            // All tests is what runs this one.
            assert_eq!(line, "cargo test --workspace");
        }
    }
    assert_eq!(run, 4);
    let all: Vec<&str> = ELSEWHERE.iter().map(|(begins, _)| *begins).collect();
    for begins in all {
        assert!(elsewhere.contains(&begins), "README.md has no {begins}");
    }
    // What is exported is what the connector of the next lines reads.
    let name = baton_demo::hr_with_departments();
    let fake = (name.vendor.build)(Company::generate(1, 1), &Choices::default());
    let read = fake.environment("http://127.0.0.1:1");
    let read: Vec<&str> = read.iter().map(|(variable, _)| *variable).collect();
    assert_eq!(settings.len(), 3);
    for setting in &settings {
        assert!(read.contains(&setting.as_str()), "{setting} is not read");
    }
}
