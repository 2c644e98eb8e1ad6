//! The round trip through LibreOffice, where it is installed: the workbook that was sent out is saved by it, as XLSX and
//! as CSV, and read back.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::company::Company;
use crate::edited::{decisions, sheet_with};

/// The program, when it is installed.
fn office() -> Option<&'static str> {
    ["soffice", "libreoffice"].into_iter().find(|program| {
        let version = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        version.is_ok_and(|it| it.success())
    })
}

/// Has LibreOffice save these files in another format into `out`. Its profile is a directory of the test.
fn convert(program: &str, format: &str, profile: &Path, out: &Path, files: &[&Path]) {
    let profile = format!("-env:UserInstallation=file://{}", profile.display());
    let ran = Command::new(program)
        .args([&profile, "--headless", "--convert-to", format, "--outdir"])
        .arg(out)
        .args(files)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn a_workbook_that_libreoffice_saved_is_read_back() {
    let Some(program) = office() else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: no LibreOffice is installed");
        return;
    };
    let company = Company::new();
    company.start();
    let edited = company.files.path("edited");
    fs::create_dir(&edited).unwrap();
    // Tomás decides in XLSX, which LibreOffice saves again; Ines' workbook comes back as the CSV that it makes.
    let decided = |row: &[String]| match row[2].as_str() {
        "user:gh-jo" => ("Remove", "has left; \"really\""),
        _ => ("keep", ""),
    };
    let tomas = edited.join("tomás-rey.xlsx");
    sheet_with(&company.rows("tomás-rey"), decided)
        .save(&tomas)
        .unwrap();
    let sent = company.in_review("unassigned.xlsx");
    let profile = company.files.path("profile");
    for name in ["tomás-rey", "unassigned"] {
        fs::remove_file(company.in_review(&format!("{name}.csv"))).unwrap();
    }
    let saved = company.files.path("saved");
    convert(program, "xlsx", &profile, &saved, &[&tomas, &sent]);
    let ines = edited.join("ines-vidal.xlsx");
    sheet_with(&company.rows("ines-vidal"), |_| ("KEEP", ""))
        .save(&ines)
        .unwrap();
    convert(program, "csv", &profile, &saved, &[&ines]);
    for name in ["tomás-rey.xlsx", "unassigned.xlsx", "ines-vidal.csv"] {
        let bytes = fs::read(saved.join(name)).unwrap();
        assert_ne!(bytes, fs::read(company.in_review(name)).unwrap_or_default());
        fs::write(company.in_review(name), bytes).unwrap();
    }
    assert_eq!(
        decisions(&company),
        [
            "ines-vidal 1 keep 0 remove 0 open",
            "tomás-rey 3 keep 3 remove 0 open",
            "unassigned 0 keep 0 remove 2 open",
        ]
    );
}
