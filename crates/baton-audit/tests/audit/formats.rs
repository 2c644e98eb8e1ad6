//! A file of version 3 gives what the version 1 file of the same data gives, whatever is asked. Only where a row
//! stands differs: a table and a number there, a key here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use connector_c1z::{Format, ReadLimits, Reader, RowAt};

use crate::support::{Files, Ran, audit, edit, go_file};

/// Files of both versions: of version 1, of version 3, and two people or accounts to ask for.
const PAIRS: [(&str, &str, [&str; 2]); 4] = [
    (
        "ours-361.v1.c1z",
        "ours-361.to-pebble.v3.c1z",
        ["user:3000000906899736946", "user:3000000909501395314"],
    ),
    (
        "go-40.v1.c1z",
        "go-40.v3.c1z",
        ["user:3000000906737843182", "Tomás O'Hara"],
    ),
    (
        "file-nested.v1.c1z",
        "file-nested.v3.c1z",
        ["user:u00011", "team:sre"],
    ),
    (
        "file-nested.v1.c1z",
        "file-nested-second-sync.v3.c1z",
        ["user:u00011", "team:sre"],
    ),
];

pub(crate) fn v3_file(name: &str) -> PathBuf {
    go_file("../../../connector-pebble/tests/fixtures").join(name)
}

/// A pair of files under the same name in two directories, with the same sync.
struct Pair {
    files: Files,
    paths: [PathBuf; 2],
    /// For each row of version 1, by table and number, its key in version 3 and its id.
    rows: HashMap<(String, i64), (String, String)>,
    /// What is done otherwise with one than with the other.
    wrong: RefCell<Vec<String>>,
}

pub(crate) fn reader(path: &PathBuf) -> Reader {
    Reader::open(path, ReadLimits::default()).unwrap()
}

/// The places and ids of all rows, in order.
fn places(reader: &Reader) -> Vec<(RowAt, String)> {
    let sync = reader.latest_finished_full().unwrap().unwrap().sync_id;
    let mut places = Vec::new();
    reader
        .for_each_resource_row(&sync, |at, it| {
            places.push((at, it.external_id()));
            Ok(())
        })
        .unwrap();
    reader
        .for_each_entitlement_row(&sync, |at, it| {
            places.push((at, it.id));
            Ok(())
        })
        .unwrap();
    reader
        .for_each_grant_row(&sync, |at, it| {
            places.push((at, it.id));
            Ok(())
        })
        .unwrap();
    places
}

impl Pair {
    /// `nth` is the sync of the version 1 file that the other file holds.
    fn new(v1: &str, v3: &str, nth: i64) -> Self {
        let files = Files::new();
        let paths = ["one", "three"].map(|directory| {
            fs::create_dir(files.path(directory)).unwrap();
            files.path(directory).join("hr.c1z")
        });
        fs::copy(go_file(v1), &paths[0]).unwrap();
        fs::copy(v3_file(v3), &paths[1]).unwrap();
        let run = reader(&paths[1]).latest_finished_full().unwrap().unwrap();
        edit(&paths[0], |db| {
            let sql = "SELECT sync_id FROM v1_sync_runs ORDER BY id LIMIT 1 OFFSET ?1";
            let kept: String = db.query_row(sql, [nth], |row| row.get(0)).unwrap();
            for table in [
                "resource_types",
                "resources",
                "entitlements",
                "grants",
                "sync_runs",
            ] {
                let delete = format!("DELETE FROM v1_{table} WHERE sync_id <> ?1");
                db.execute(&delete, [&kept]).unwrap();
                let rename = format!("UPDATE v1_{table} SET sync_id = ?1");
                db.execute(&rename, [&run.sync_id]).unwrap();
            }
            let times = "UPDATE v1_sync_runs SET started_at = ?1, ended_at = ?2";
            db.execute(times, (&run.started_at, run.ended_at.as_ref()))
                .unwrap();
        });
        let [one, three] = [&paths[0], &paths[1]].map(reader);
        assert_eq!([one.format(), three.format()], [Format::V1, Format::V3]);
        let (one, three) = (places(&one), places(&three));
        assert_eq!(one.len(), three.len());
        let rows = one
            .into_iter()
            .zip(three)
            .map(|((old, id), (new, same_id))| {
                assert_eq!(id, same_id);
                match old {
                    RowAt::Table { table, row } => ((table.to_owned(), row), (new.path(), id)),
                    RowAt::Key(_) => panic!("a key in version 1"),
                }
            });
        Self {
            files,
            rows: rows.collect(),
            wrong: RefCell::default(),
            paths,
        }
    }

    /// Runs a command on both; `FILE` stands for the file and `DIR` for a directory beside it.
    fn run(&self, command: &[&str]) -> [Ran; 2] {
        [0, 1].map(|which| {
            let path = self.paths[which].to_str().unwrap();
            let directory = self.paths[which].parent().unwrap().to_str().unwrap();
            let args: Vec<String> = command
                .iter()
                .map(|arg| match *arg {
                    "FILE" => path.to_owned(),
                    other => other.replace("DIR", directory),
                })
                .collect();
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let mut ran = audit(&args);
            ran.out = self.without_file(&ran.out, which);
            ran.err = self.without_file(&ran.err, which);
            ran
        })
    }

    /// What identifies the file itself left out, and the rows of version 1 as version 3 names them.
    fn without_file(&self, text: &str, which: usize) -> String {
        let text = self
            .files
            .without_paths(text)
            .replace(["one/", "three/"][which], "");
        let bytes = fs::read(&self.paths[which]).unwrap();
        let sha = sha256(&bytes);
        let size = bytes.len();
        let text = text.replace(&sha, "SHA").replace(&sha[..12], "SHA");
        let text = text.replace(&connector_core::text::grouped(size as u64), "BYTES");
        let text = text.replace(&size.to_string(), "BYTES");
        match which {
            0 => self.with_keys(&text),
            _ => text,
        }
    }

    /// `row 5 of v1_grants` and `v1_grants/5` as keys, `resource 5` and `grant 5` as ids.
    fn with_keys(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (named, len) = match self.row_named_by(rest) {
                Some((named, len)) => (named, len),
                None => (first.to_string(), first.len_utf8()),
            };
            out.push_str(&named);
            rest = &rest[len..];
        }
        out
    }

    /// Another name for the row that a text begins with, and how much of the text names it.
    fn row_named_by(&self, text: &str) -> Option<(String, usize)> {
        let row = |table: &str, number: &str| {
            let row = number.parse().ok()?;
            self.rows.get(&(format!("v1_{table}"), row))
        };
        for table in ["resources", "entitlements", "grants"] {
            if let Some(rest) = text.strip_prefix(&format!("v1_{table}/")) {
                let (key, _) = row(table, digits(rest))?;
                return Some((key.clone(), text.len() - rest.len() + digits(rest).len()));
            }
            let one = format!(" {} ", table.trim_end_matches('s'));
            if let Some(rest) = text.strip_prefix(&one) {
                let (_, id) = row(table, digits(rest))?;
                return Some((format!(" {id}"), one.len() + digits(rest).len()));
            }
        }
        let rest = text.strip_prefix("row ")?;
        let number = digits(rest.trim_start());
        let blanks = rest.len() - rest.trim_start().len();
        let table = rest[blanks + number.len()..].strip_prefix(" of v1_")?;
        let (key, _) = row(word(table), number)?;
        let len = "row ".len() + blanks + number.len() + " of v1_".len() + word(table).len();
        Some((format!("key {}{key}", " ".repeat(blanks)), len))
    }

    /// Whether two words agree: the number of a row stands where the other file has its key.
    fn agree(&self, one: &str, three: &str) -> bool {
        one == three || {
            let strip = |text: &str| text.trim_matches([',', '"', '}', ']', ':']).to_owned();
            let (number, key) = (strip(one).parse(), strip(three));
            let at = |table: &str, row: i64| self.rows.get(&(format!("v1_{table}"), row));
            number.is_ok_and(|row| {
                let mut tables = ["resources", "entitlements", "grants"].into_iter();
                tables.any(|table| at(table, row).is_some_and(|(known, _)| *known == key))
            })
        }
    }
}

fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit());
    &text[..end.unwrap_or(text.len())]
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_lowercase() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    connector_core::text::hex(Sha256::digest(bytes))
}

/// Notes what a command does otherwise with the other file.
fn same(pair: &Pair, command: &[&str]) {
    let [one, three] = pair.run(command);
    let shown = command.join(" ");
    if one.code != three.code || one.err != three.err || ![0, 1].contains(&one.code) {
        let wrong = format!(
            "{shown}\n{} {}\n{} {}",
            one.code, one.err, three.code, three.err
        );
        pair.wrong.borrow_mut().push(wrong);
    }
    same_text(pair, &shown, &one.out, &three.out);
}

/// Notes the first line that differs.
fn same_text(pair: &Pair, shown: &str, one: &str, three: &str) {
    let agree = |a: &str, b: &str| {
        let (left, right) = (words(a), words(b));
        left.len() == right.len() && left.iter().zip(&right).all(|(a, b)| pair.agree(a, b))
    };
    let lines = one.lines().zip(three.lines());
    let differs = lines.clone().find(|(a, b)| a != b && !agree(a, b));
    if differs.is_some() || one.lines().count() != three.lines().count() {
        let wrong = format!("{shown}\n{:?}", differs);
        pair.wrong.borrow_mut().push(wrong);
    }
}

/// The words of a line, without the name of the format and in JSON without the names that evidence has for rows.
fn words(line: &str) -> Vec<String> {
    let line = line
        .replace("version 1 (SQLite)", "FORMAT")
        .replace("version 3 (Pebble)", "FORMAT")
        .replace("\"v1\"", "FORMAT")
        .replace("\"v3\"", "FORMAT")
        .replace("format_version,,1", "FORMAT")
        .replace("format_version,,3", "FORMAT")
        .replace("\"key\":", "\"row\":");
    let mut line = line;
    for table in ["resources", "entitlements", "grants"] {
        line = line.replace(&format!("\"table\": \"v1_{table}\", "), "");
        line = line.replace(&format!(",v1_{table},"), ",,");
    }
    let words = line.split([' ', ',']).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Ways to print a listing: as a table, which needs no flag, and for programs.
const FORMATS: [&[&str]; 3] = [&[], &["--json"], &["--csv"]];

#[test]
fn every_command_gives_the_same_for_both_versions() {
    for (v1, v3, [id, name]) in PAIRS {
        let nth = i64::from(v1.starts_with("ours") || v3.contains("second"));
        let pair = Pair::new(v1, v3, nth);
        for format in FORMATS {
            let with = |command: &[&str]| same(&pair, &[command, format].concat());
            for command in [
                "stats", "types", "syncs", "users", "groups", "grants", "managers",
            ] {
                with(&[command, "FILE"]);
            }
            with(&["managers", "FILE", "--all"]);
            for who in [id, name] {
                with(&["access", "FILE", who]);
                with(&["grants", "FILE", "--principal", who]);
                if !who.starts_with("team:") {
                    with(&["users", "show", "FILE", who]);
                    with(&["managers", "FILE", "--if-leaves", who]);
                }
            }
        }
        for format in ["table", "json", "md"] {
            same(
                &pair,
                &["diff", "FILE", "FILE", &format!("--format={format}")],
            );
        }
        for format in ["table", "json", "sarif", "junit"] {
            same(&pair, &["check", "FILE", &format!("--format={format}")]);
        }
        exports_are_the_same(&pair);
        let wrong = pair.wrong.borrow();
        assert!(wrong.is_empty(), "{v3}\n{}", wrong.join("\n"));
    }
}

fn exports_are_the_same(pair: &Pair) {
    let contents = |which: usize, name: &str| {
        let directory = pair.paths[which].parent().unwrap().join(name);
        let mut files: Vec<_> = fs::read_dir(directory)
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        let read = |path: PathBuf| {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, pair.without_file(&text, which))
        };
        files.into_iter().map(read).collect::<Vec<_>>()
    };
    for format in ["csv", "json", "scim"] {
        let out = format!("DIR/{format}");
        let mut command = vec!["export", "FILE", "--format", format, "--out", &out];
        if format == "scim" {
            command.extend(["--unknown-state", "inactive"]);
        }
        same(pair, &command);
        let (one, three) = (contents(0, format), contents(1, format));
        assert_eq!(one.len(), three.len());
        for ((name, one), (same_name, three)) in one.into_iter().zip(three) {
            assert_eq!(name, same_name);
            same_text(pair, &format!("export {format} {name}"), &one, &three);
        }
    }
    same(pair, &["report", "FILE", "--out", "DIR/report.html"]);
    let [one, three] = [0, 1].map(|which| {
        let page = pair.paths[which].parent().unwrap().join("report.html");
        pair.without_file(&fs::read_to_string(page).unwrap(), which)
    });
    same_text(pair, "report", &one, &three);
}

#[test]
fn the_two_versions_of_the_same_data_do_not_differ() {
    let pair = Pair::new("ours-361.v1.c1z", "ours-361.to-pebble.v3.c1z", 1);
    let [one, three] = [0, 1].map(|which| pair.paths[which].to_str().unwrap());
    let ran = audit(&["diff", one, three]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
}
