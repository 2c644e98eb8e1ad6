//! A small company whose people have names that do harm where they are shown carelessly.

use std::path::{Path, PathBuf};

use connector_c1z::wire;
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};

use crate::support::{Files, at, derive, edit, edit_row};

/// A file in its own directory.
pub(crate) struct Company {
    pub(crate) files: Files,
    pub(crate) path: PathBuf,
}

impl Company {
    /// Writes the file.
    pub(crate) fn new() -> Self {
        let files = Files::new();
        let path = files.path("hr.c1z");
        write(&path);
        Self { files, path }
    }

    /// The path for command lines.
    pub(crate) fn file(&self) -> &str {
        self.path.to_str().unwrap()
    }
}

/// Six people, two groups and a role; `ops` follows from `eng` for user 3.
fn write(path: &Path) {
    let long = "Wolfeschlegelsteinhausenbergerdorff ".repeat(6);
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(
            user("1", "=HYPERLINK(\"http://evil.test\",\"Maja\")")
                .email("maja@example.com")
                .login("maja")
                .employee_id("E-1")
                .fact("job_title", "CEO")
                .fact("start_date", "2019-05-01")
                .state(StatusKind::Enabled, "employed"),
        )
        .user(
            user("2", "Noor Haddad")
                .email("Noor@Example.com")
                .employee_id("E-2")
                .fact("job_title", "Engineer")
                .fact("department", "Engineering")
                .fact("manager_id", "1")
                .fact("location", "Malmö")
                .fact("employment_type", "full time")
                .fact("start_date", "2020-02-29")
                .state(StatusKind::Enabled, "parental leave"),
        )
        .user(
            user("3", "Zoë \u{202e}dniL 👩‍💻")
                .email("zoe@example.com")
                .fact("job_title", "@SUM(1)")
                .fact("department", "Engineering")
                .fact("manager_email", "noor@example.com")
                .state(StatusKind::Enabled, "employed"),
        )
        .user(
            user("4", long.trim())
                .email("long@example.com")
                .fact("department", "Sales")
                .fact("manager_id", "99")
                .fact("end_date", "2026-01-31")
                .state(StatusKind::Disabled, "terminated"),
        )
        .user(user("5", "山田 太郎").fact("start_date", "2026-04-01"))
        .user(user("6", "Noor Haddad").email("noor.haddad@example.com"))
        .group("eng", "Engineering")
        .group("ops", "-Ops")
        .role("admin", "Admin")
        .member("eng", "2")
        .member("eng", "3")
        .member("ops", "3")
        .assigned("admin", "1")
        .write(path)
        .unwrap();
    edit(path, |db| {
        derive(db, "group:ops:member:user:3", &["group:eng:member"]);
        edit_row(db, "v1_resources", "user:5", |row: &mut wire::Resource| {
            row.display_name = "山田\u{1b}[31m\u{9b}7m 太郎\r\n".to_owned();
            row.status = None;
            row.annotations.clear();
        });
    });
}
