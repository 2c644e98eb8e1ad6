//! A copy of a file in which people are replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use connector_c1z::{ReadLimits, Reader, dump, wire};

use crate::company::Company;
use crate::formats::v3_file;
use crate::support::{Files, Ran, audit, go_file};

const KEY: &str = "baton-redaction-key-v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\n";

/// Sanitizes `from` into `out` with the key, or without one.
fn sanitize(files: &Files, from: &Path, out: &str, with_key: bool) -> Ran {
    let (key, out) = (files.path("redaction.key"), files.path(out));
    fs::write(&key, KEY).unwrap();
    let mut args = vec![
        "sanitize",
        from.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    if with_key {
        args.extend(["--redaction-key", key.to_str().unwrap()]);
    }
    audit(&args)
}

fn resources(path: &Path) -> Vec<wire::Resource> {
    let reader = Reader::open(path, ReadLimits::default()).unwrap();
    let sync = reader.latest_finished_full().unwrap().unwrap().sync_id;
    let mut all = Vec::new();
    let add = |row| {
        all.push(row);
        Ok(())
    };
    reader.for_each_resource(&sync, add).unwrap();
    all
}

/// How many rows of which kind there are.
fn counts(path: &Path) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in dump::render(path).unwrap().lines() {
        let kind = line.split([' ', ':']).next().unwrap_or_default();
        if !line.starts_with(' ') {
            *counts.entry(kind.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// What identifies people in a file.
fn names(path: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for row in resources(path) {
        let Some(user) = row.user_trait() else {
            continue;
        };
        names.insert(row.display_name);
        names.insert(user.login);
        names.extend(user.emails.into_iter().map(|email| email.address));
        for key in ["first_name", "last_name", "email", "manager_email"] {
            names.extend(row.profile.as_ref().and_then(|profile| {
                match profile.fields.get(key)?.kind.as_ref()? {
                    prost_types::value::Kind::StringValue(text) => Some(text.clone()),
                    _ => None,
                }
            }));
        }
    }
    names.retain(|name| name.len() >= 4);
    names
}

#[test]
fn people_are_replaced_and_the_shape_stays() {
    for from in [
        go_file("go-12-two-syncs.c1z"),
        v3_file("go-40.v3.c1z"),
        go_file("ours-361.v1.c1z"),
        go_file("file-nested.v1.c1z"),
    ] {
        let files = Files::new();
        let ran = sanitize(&files, &from, "out.c1z", true);
        assert_eq!(ran.code, 0, "{}: {}", from.display(), ran.err);
        let out = files.path("out.c1z");
        assert_eq!(counts(&out), counts(&from), "{}", from.display());
        let format = |path: &Path| connector_c1z::Format::of(path).unwrap();
        assert_eq!(format(&out), format(&from));
        let text = dump::render(&out).unwrap();
        for name in names(&from) {
            assert!(
                !text.contains(&name),
                "{name} is in the copy of {}",
                from.display()
            );
        }
        // The same again gives the same.
        sanitize(&files, &from, "again.c1z", true);
        assert_eq!(dump::render(files.path("again.c1z")).unwrap(), text);
        // The copy is a file like others.
        for command in ["users", "grants", "stats", "check"] {
            let ran = audit(&[command, out.to_str().unwrap()]);
            assert!(ran.code < 2, "{command}: {}", ran.err);
        }
    }
}

/// Sync files that another program or we wrote, of both versions.
fn all_files() -> Vec<PathBuf> {
    let directories = [go_file("."), v3_file(".")];
    let mut files: Vec<_> = directories
        .iter()
        .flat_map(|directory| fs::read_dir(directory).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "c1z"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_file_is_sanitized_and_every_command_reads_the_copy() {
    let mut copied = 0;
    for from in all_files() {
        let files = Files::new();
        let ran = sanitize(&files, &from, "out.c1z", true);
        let shown = from.display();
        if dump::render(&from).is_err() {
            assert_ne!(ran.code, 0, "{shown} has no finished sync");
            assert!(!files.path("out.c1z").exists(), "{shown}");
            continue;
        }
        if ran.code == 9 && ran.err.contains("no finished full sync") {
            continue;
        }
        assert_eq!(ran.code, 0, "{shown}: {}", ran.err);
        copied += 1;
        let out = files.path("out.c1z");
        let text = out.to_str().unwrap();
        let (export, report) = (files.path("export"), files.path("report.html"));
        for args in [
            &["stats", text][..],
            &["types", text],
            &["users", text],
            &["groups", text],
            &["grants", text],
            &["syncs", text],
            &[
                "export",
                text,
                "--format",
                "csv",
                "--out",
                export.to_str().unwrap(),
            ],
            &["diff", text, text],
            &["check", text, "--fail-on", "never"],
            &["report", text, "--out", report.to_str().unwrap()],
        ] {
            let (ran, before) = (audit(args), from.to_str().unwrap());
            let original: Vec<_> = args
                .iter()
                .map(|arg| if *arg == text { before } else { arg })
                .collect();
            // Exports and reports do not replace what is there.
            let expected = match args.contains(&"--out") {
                true => 0,
                false => audit(&original).code,
            };
            assert_eq!(ran.code, expected, "{shown} {args:?}: {}", ran.err);
        }
        let mut bytes = fs::read(&out).unwrap();
        if bytes.starts_with(b"C1ZF") {
            bytes = zstd::decode_all(&bytes[5..]).unwrap();
        }
        let exported = fs::read_dir(&export).unwrap();
        let exported = exported.map(|entry| fs::read(entry.unwrap().path()).unwrap());
        let all = exported.chain([bytes, fs::read(&report).unwrap()]);
        let all: Vec<_> = all
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect();
        for name in names(&from).iter().take(100) {
            let found = all.iter().any(|text| text.contains(name));
            assert!(!found, "{name} is in the copy of {shown}");
        }
    }
    assert!(copied > 8, "{copied}");
}

#[test]
fn the_same_person_is_the_same_in_files_of_both_versions() {
    let files = Files::new();
    sanitize(&files, &go_file("go-40.v1.c1z"), "one.c1z", true);
    sanitize(&files, &v3_file("go-40.v3.c1z"), "three.c1z", true);
    let (one, three) = (
        names(&files.path("one.c1z")),
        names(&files.path("three.c1z")),
    );
    assert!(one.len() > 40 && one == three);
}

#[test]
fn without_a_key_the_copy_cannot_be_joined() {
    let company = Company::new();
    let from = Path::new(company.file());
    let (one, other) = (
        sanitize(&company.files, from, "one.c1z", false),
        sanitize(&company.files, from, "other.c1z", false),
    );
    assert_eq!((one.code, other.code), (0, 0));
    let note = "note: made with a key of this run alone: the file cannot be joined with others; --redaction-key names a key \
                that stays\n";
    assert!(one.err.ends_with(note), "{}", one.err);
    let all = |name: &str| names(&company.files.path(name));
    assert!(all("one.c1z").is_disjoint(&all("other.c1z")));
}

#[test]
fn what_is_no_key_or_is_there_already_is_an_error() {
    let company = Company::new();
    let (key, out) = (company.files.path("key"), company.files.path("out.c1z"));
    fs::write(&key, "hunter2").unwrap();
    let args = [
        "sanitize",
        company.file(),
        "--out",
        out.to_str().unwrap(),
        "--redaction-key",
        key.to_str().unwrap(),
    ];
    let ran = audit(&args);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(
        ran.err,
        "baton-audit: reading the redaction key: the redaction key does not begin with baton-redaction-key-v1:\n\
         hint: make one with `baton-audit keygen`\n"
    );
    assert!(!out.exists());
    fs::write(&out, "mine").unwrap();
    fs::write(&key, KEY).unwrap();
    assert_eq!(audit(&args).code, 9);
    assert_eq!(fs::read(&out).unwrap(), b"mine");
}
