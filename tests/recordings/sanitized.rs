//! Copies in which people are replaced: nothing of a person is in them, and every command finds the same shape.

use std::collections::BTreeMap;
use std::path::Path;

use connector_sandbox::company::Company;
use connector_sandbox::server::Sandbox;
use connector_sandbox::vendor::{Choices, Role};
use serde_json::{Map, Value};

use super::{audit, audited, sync};

/// Members that differ in a copy of the same shape: what the file itself is, and where a row is in it.
const OF_THE_FILE: [&str; 6] = ["bytes", "file", "key", "row", "sha256", "sync_id"];

/// Members whose texts are words that stay.
const WORDS: [&str; 5] = ["account_type", "how", "lifecycle", "severity", "status"];

/// A document without its texts, lists in an order that does not depend on them.
fn shape(document: &Value) -> Value {
    match document {
        Value::String(_) => "text".into(),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(shape).collect();
            items.sort_by_cached_key(Value::to_string);
            items.into()
        }
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(name, _)| !OF_THE_FILE.contains(&name.as_str()));
            let kept = kept.map(|(name, value)| {
                let value = match WORDS.contains(&name.as_str()) {
                    true => value.clone(),
                    false => shape(value),
                };
                (name.clone(), value)
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// What a command says as JSON, with its exit code.
fn asked(args: &[&str]) -> (u8, Value) {
    let (code, out, err) = audited(&[args, &["--json"]].concat());
    let document = serde_json::from_str(&out);
    (
        code,
        document.unwrap_or_else(|e| panic!("{args:?}: {e}: {out}{err}")),
    )
}

/// The ids of the people or accounts of a file.
fn ids(file: &str) -> Vec<String> {
    let (_, users) = asked(&["users", file]);
    let users = users.as_array().expect("a list").iter();
    let mut ids: Vec<_> = users
        .map(|user| user["id"].as_str().expect("an id").to_owned())
        .collect();
    ids.sort_unstable();
    ids
}

/// Everything that a person of the company is known by, and what no file may hold anyway.
fn planted(company: &Company) -> Vec<String> {
    let mut planted = company.planted_secrets();
    for person in &company.people {
        planted.extend(person.email.clone());
        planted.push(person.display_name.clone());
        planted.push(person.first_name.clone());
        planted.push(person.last_name.clone());
    }
    // What is shorter is part of other words.
    planted.retain(|text| text.chars().count() >= 4);
    planted.sort_unstable();
    planted.dedup();
    planted
}

/// The content of a version 1 file.
fn content(file: &str) -> String {
    let bytes = std::fs::read(file).expect("a file");
    let database = zstd::decode_all(&bytes[5..]).expect("a frame");
    String::from_utf8_lossy(&database).into_owned()
}

/// A file of each version with the same rows, and the copy of each.
struct Copies([[String; 2]; 2]);

impl Copies {
    fn make(dir: &Path, engine: &str) -> Self {
        let path = |name: &str| dir.join(name).display().to_string();
        let live = ["live.c1z", "copy.c1z"].map(path);
        let converted = ["converted.c1z", "converted.copy.c1z"].map(path);
        audit(&[
            "convert",
            &live[0],
            "--to",
            other(engine),
            "--out",
            &converted[0],
        ]);
        for [file, copy] in [&live, &converted] {
            audit(&["sanitize", file, "--out", copy]);
        }
        Self([live, converted])
    }

    /// Asserts that a command says the same of the copy as of the file, but for texts.
    fn same(&self, command: &str, args: &[&str], about: &str) {
        for [file, copy] in &self.0 {
            let ask = |file: &str| {
                let (code, document) = match command {
                    // The person comes first.
                    "person" => asked(&[&[command], args, &[file]].concat()),
                    _ => asked(&[&[command, file], args].concat()),
                };
                (code, shape(&document))
            };
            let (of_file, of_copy) = (ask(file), ask(copy));
            assert_eq!(of_copy, of_file, "{about}: {command} {args:?}");
        }
    }
}

/// The sync of a random company of one vendor, in one format.
fn try_one(connector: &baton_demo::Connector, engine: &str, seed: u64) {
    let about = format!("{} {engine}", connector.spec.name);
    let dir = tempfile::tempdir().expect("a directory");
    let company = Company::generate(60, seed);
    let fake = (connector.vendor.build)(company.clone(), &Choices::default());
    let running = Sandbox::new().start(&*fake).expect("the sandbox starts");
    let environment = fake.environment(running.base_url()).into_iter();
    let environment: BTreeMap<_, _> = environment
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let evidence = dir.path().join("live.evidence.json").display().to_string();
    let args = ["--file", "live.c1z", "--storage-engine", engine];
    let args = [&args[..], &["--evidence", &evidence]].concat();
    sync(connector, dir.path(), environment, &args);
    let copies = Copies::make(dir.path(), engine);

    let [[file, copy], _] = &copies.0;
    let people = ids(file);
    assert_eq!(ids(copy), people, "{about}");
    for command in ["stats", "types", "users", "groups", "grants"] {
        copies.same(command, &[], &about);
    }
    let is_hr = connector.vendor.role == Role::Hr;
    for who in [
        &people[0],
        &people[people.len() / 2],
        &people[people.len() - 1],
    ] {
        copies.same("access", &[who], &about);
        if is_hr {
            copies.same("person", &[who], &about);
        }
    }
    if is_hr {
        copies.same("managers", &[], &about);
        copies.same("managers", &["--all"], &about);
    }

    // The evidence is about the file that was synced.
    audit(&["verify", file, "--evidence", &evidence]);
    let (code, out, _) = audited(&["verify", copy, "--evidence", &evidence]);
    assert_eq!(code, 1, "{out}");
    for claim in ["file.sha256", "sync.id"] {
        let line = out.lines().find(|line| line.contains(claim));
        assert!(
            line.is_some_and(|line| line.contains("fails")),
            "{about}: {out}"
        );
    }

    let again = dir.path().join("copy.converted.c1z").display().to_string();
    audit(&["convert", copy, "--to", other(engine), "--out", &again]);
    let planted = planted(&company);
    for (copy, is_version_1) in [
        (copy, engine == "sqlite"),
        (&again, engine == "pebble"),
        (&copies.0[1][1], engine == "pebble"),
    ] {
        let mut text = connector_c1z::dump::render(copy).expect("rows");
        if is_version_1 {
            text.push_str(&content(copy));
        }
        for value in &planted {
            assert!(!text.contains(value), "{about}: {value} is in {copy}");
        }
    }
    let text = connector_c1z::dump::render(file).expect("rows");
    let known = planted.iter().filter(|value| text.contains(*value)).count();
    assert!(known > 50, "{about}: {known}");
}

/// The version that a file of this engine is converted to.
fn other(engine: &str) -> &'static str {
    if engine == "pebble" { "v1" } else { "v3" }
}

#[test]
fn a_copy_names_no_person_and_has_the_same_shape() {
    let engines = ["sqlite", "pebble"].iter().cycle();
    let seeds = 101..;
    for ((connector, engine), seed) in baton_demo::connectors().iter().zip(engines).zip(seeds) {
        try_one(connector, engine, seed);
    }
}
