//! `docs/reviews.md` says what the program does: its commands are run in order, on the company of these tests, with the
//! decisions that the page shows. With `UPDATE=1` what they print is written into the page.

use std::fs;
use std::path::{Path, PathBuf};

use connector_core::model::StatusKind;
use connector_testkit::generated;

use crate::company::{Company, SEEN, app, app_with, hr, left, login};
use crate::support::{Ran, audit_at};

/// Columns of the terminal in which the examples are shown.
const WIDTH: usize = 120;
/// The review of the page.
const REVIEW: &str = "2026-q1";
/// The directory of dated files.
const ARCHIVE: &str = "archive";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reviews.md")
}

/// Runs a command of the page on the company's files.
fn run(company: &Company, line: &str) -> Ran {
    let words = line.strip_prefix("baton-audit ").expect(line).split(' ');
    let ours = |word: &str| word.starts_with(REVIEW) || word == ARCHIVE || word.contains('.');
    let words: Vec<String> = words
        .map(|word| match ours(word) {
            true => company.path(word),
            false => word.to_owned(),
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    audit_at(&words, Some(WIDTH))
}

/// Decides in all CSV workbooks of the review what the lines say.
fn decide(company: &Company, text: &str) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let decisions: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut decided = 0;
    for entry in fs::read_dir(company.files.path(REVIEW)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "csv") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().unwrap().clone();
        let mut writer = csv::Writer::from_path(&path).unwrap();
        writer.write_record(&header).unwrap();
        for row in reader.records() {
            let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
            let of_row = |it: &&csv::StringRecord| it[0] == row[2] && it[1] == row[8];
            if let Some(decision) = decisions.iter().find(of_row) {
                decided += 1;
                (row[12], row[13]) = (decision[2].to_owned(), decision[3].to_owned());
            }
            writer.write_record(&row).unwrap();
        }
        writer.flush().unwrap();
    }
    assert_eq!(decided, decisions.len());
}

/// Files of three months, before and after Jo left, the review and the removals.
fn archive(company: &Company) {
    let on_call = |ended_at| {
        app(ended_at)
            .member("inner", "gh-li")
            .member("inner", "gh-jo")
    };
    let before = "2026-02-01T08:00:00Z";
    company.write("archive/pipeline-2026-02-01.c1z", &on_call(before));
    company.write("archive/pipeline-2026-03-10.c1z", &on_call(SEEN));
    let files = &company.files;
    let copy = |from: &str, to: &str| fs::copy(files.path(from), files.path(to)).unwrap();
    hr(before, |jo| jo)
        .write(&files.path("archive/hr-2026-02-01.c1z"))
        .unwrap();
    copy("hr.c1z", "archive/hr-2026-03-10.c1z");
    copy("later/pipeline.c1z", "archive/pipeline-2026-04-01.c1z");
    hr("2026-05-04T08:00:00Z", left)
        .write(&files.path("archive/hr-2026-05-04.c1z"))
        .unwrap();
    let jo = login("jo", "jo").state(StatusKind::Disabled, "suspended");
    let after = app_with("2026-05-04T08:00:00Z", jo).member("inner", "gh-li");
    company.write("archive/pipeline-2026-05-04.c1z", &after);
}

#[test]
fn the_page_says_what_the_program_does() {
    let company = Company::new();
    company.write(
        "later/pipeline.c1z",
        &app("2026-04-01T08:00:00Z").member("inner", "gh-li"),
    );
    archive(&company);
    let page = page();
    let text = fs::read_to_string(&page).unwrap();
    let mut wanted = String::new();
    let mut lines = text.lines().peekable();
    let (mut code, mut commands) = (0, 0);
    while let Some(line) = lines.next() {
        wanted.push_str(&format!("{line}\n"));
        if let Some((_, name)) = line.strip_prefix("```").and_then(|it| it.split_once(' ')) {
            let mut block = String::new();
            while let Some(more) = lines.next_if(|it| *it != "```") {
                block.push_str(&format!("{more}\n"));
            }
            wanted.push_str(&block);
            match name {
                "decisions.csv" => decide(&company, &block),
                name => fs::write(company.files.path(name), block).unwrap(),
            }
        } else if let Some(command) = line.strip_prefix("$ ") {
            let printed = |it: &&str| !it.starts_with("$ ") && *it != "```";
            while lines.next_if(printed).is_some() {}
            match command {
                "echo $?" => wanted.push_str(&format!("{code}\n")),
                _ => {
                    let ran = run(&company, command);
                    let shown = format!("{}{}", ran.out, ran.err);
                    wanted.push_str(&company.files.without_paths(&shown));
                    (code, commands) = (ran.code, commands + 1);
                }
            }
        }
    }
    assert_eq!(commands, 8);
    generated::file(&page, &wanted);
}
