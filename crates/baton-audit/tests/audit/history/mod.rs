//! `baton-audit history`: dated files with known answers.

mod cases;
mod year;

use connector_testkit::file::{SyncFile, user};

use crate::support::{Files, Ran, at, audit};

/// The lines of a listing as CSV has it, without the header, each with these columns alone.
fn rows(args: &[&str], columns: &[&str]) -> Vec<Vec<String>> {
    let ran = csv(args);
    assert!(ran.code < 2, "{}", ran.err);
    let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &&str| header.iter().position(|it| it == *name).expect(name);
    let places: Vec<usize> = columns.iter().map(at).collect();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        places.iter().map(|&at| row[at].to_owned()).collect()
    });
    rows.collect()
}

fn csv(args: &[&str]) -> Ran {
    audit(&[&["history"], args, &["--csv"]].concat())
}

#[test]
fn the_name_of_a_file_in_a_note_does_nothing_to_a_terminal() {
    let files = Files::new();
    let staff = user("1", "Ines").fact("job_title", "Chief");
    let names = ["hr-1.c1z", "a\u{1b}[31m\nnote: all is well\u{202e}-1.c1z"];
    for (name, users) in names.into_iter().zip([vec![staff], vec![]]) {
        let file = SyncFile::ended_at(at("2026-01-10T08:00:00Z")).users(users);
        file.write(&files.path(name)).unwrap();
    }
    let later = SyncFile::ended_at(at("2026-03-10T08:00:00Z")).user(user("1", "Ines"));
    later.write(&files.path("hr-2026-03-10.c1z")).unwrap();
    let dir = files.path("").display().to_string();
    let ran = audit(&["history", &dir, "--hr", "hr", "--hr", "hr-1", "--csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let note = "note: a[31m note: all is well-1: no file in 2026-02, 2026-03\n";
    assert!(ran.err.starts_with(note), "{:?}", ran.err);
}
