//! `baton-audit history`: dated files with known answers.

mod cases;
mod year;

use crate::support::{Ran, audit};

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
