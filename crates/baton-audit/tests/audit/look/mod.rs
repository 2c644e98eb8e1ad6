//! The listings of a file: what they show as a table of 80 columns, as JSON and as CSV.

mod grants;
mod people;
mod show;
mod totals;

use crate::company::Company;
use crate::support::{Ran, audit_at, go_file};

/// Runs a command on the company's file, in a terminal of 80 columns, without paths and digests in what it prints.
fn on(company: &Company, command: &[&str], options: &[&str]) -> Ran {
    let mut args = command.to_vec();
    args.push(company.file());
    args.extend(options);
    let ran = audit_at(&args, Some(80));
    Ran {
        code: ran.code,
        out: masked(&company.files.without_paths(&ran.out)),
        err: masked(&company.files.without_paths(&ran.err)),
    }
}

/// What a command that must work prints.
fn out_of(company: &Company, command: &[&str], options: &[&str]) -> String {
    let ran = on(company, command, options);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (0, ""),
        "{command:?} {options:?}"
    );
    ran.out
}

/// The value of a key in each object of a listing in JSON.
fn column(json: &str, key: &str) -> Vec<String> {
    let rows: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
    let text = |row: &serde_json::Value| match &row[key] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.iter().map(text).collect()
}

/// Runs a command on a file of the Go SDK and returns its JSON.
fn go(command: &[&str], name: &str, options: &[&str]) -> serde_json::Value {
    let path = go_file(name);
    let mut args = command.to_vec();
    args.push(path.to_str().unwrap());
    args.extend(options);
    args.push("--json");
    let ran = audit_at(&args, None);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    serde_json::from_str(&ran.out).unwrap()
}

/// Digests change with the versions of what writes files.
fn masked(text: &str) -> String {
    let is_digest = |word: &str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let word = |word: &str| match is_digest(word) {
        true => "(digest)".to_owned(),
        false => word.to_owned(),
    };
    let parts = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    parts
        .map(|part| {
            let end = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            format!("{}{}", word(end), &part[end.len()..])
        })
        .collect()
}
