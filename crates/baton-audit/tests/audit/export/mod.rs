//! What an export leaves in its directory.

mod files;
mod folder;
mod scim;
mod workbook;

use std::fs;
use std::path::PathBuf;

use crate::company::Company;
use crate::support::{Ran, audit, go_file};

/// Exports the company into its directory `out`.
fn export(company: &Company, format: &str, options: &[&str]) -> Ran {
    let out = company.files.path("out");
    let out = out.to_str().unwrap();
    let args = ["export", company.file(), "--format", format, "--out", out];
    let ran = audit(&[&args, options].concat());
    Ran {
        code: ran.code,
        out: ran.out,
        err: company.files.without_paths(&ran.err),
    }
}

/// Exports a file of the Go SDK beside the company and returns where.
fn export_go(company: &Company, name: &str, format: &str) -> PathBuf {
    let (file, out) = (go_file(name), company.files.path("out"));
    let ran = audit(&[
        "export",
        file.to_str().unwrap(),
        "--format",
        format,
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    out
}

/// A file of the export.
fn exported(company: &Company, name: &str) -> String {
    fs::read_to_string(company.files.path("out").join(name)).unwrap()
}

/// A JSON file of the export.
fn json(company: &Company, name: &str) -> serde_json::Value {
    serde_json::from_str(&exported(company, name)).unwrap()
}

/// The names in the export's directory.
fn names(company: &Company) -> Vec<String> {
    let entries = fs::read_dir(company.files.path("out")).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
