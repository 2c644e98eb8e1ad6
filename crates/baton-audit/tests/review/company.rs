//! A company whose access is reviewed, and the hands of its reviewers.

use std::path::PathBuf;

use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, User, user};

use crate::support::{Files, Ran, at, audit, expand};

/// When the files of these tests were written.
pub(crate) const SEEN: &str = "2026-03-10T08:00:00Z";

/// Columns of a workbook in the order of these tests.
pub(crate) const COLUMNS: [&str; 15] = [
    "app",
    "account",
    "account_id",
    "status",
    "owner",
    "title",
    "department",
    "manager",
    "access",
    "way",
    "last_login",
    "findings",
    "decision",
    "comment",
    "row",
];

/// The files, in a directory of their own.
pub(crate) struct Company {
    pub(crate) files: Files,
}

fn person(id: &str, name: &str, title: &str) -> User {
    user(id, name)
        .email(&format!("{id}@example.com"))
        .fact("job_title", title)
        .fact("department", "Platform")
        .fact("start_date", "2024-02-01")
        .state(StatusKind::Enabled, "active")
}

pub(crate) fn login(id: &str, name: &str) -> User {
    user(&format!("gh-{id}"), name)
        .email(&format!("{id}@example.com"))
        .state(StatusKind::Enabled, "active")
}

/// What the app holds; a later sync holds something else.
pub(crate) fn app(ended_at: &str) -> SyncFile {
    app_with(ended_at, login("jo", "jo"))
}

/// The same with another account of Jo.
pub(crate) fn app_with(ended_at: &str, jo: User) -> SyncFile {
    SyncFile::ended_at(at(ended_at))
        .user(login("ines", "ines"))
        .user(login("tomas", "tomas").fact("org_role", "admin"))
        .user(login("li", "li").fact("last_login", "2026-03-01T07:00:00Z"))
        .user(jo)
        .user(user("bot", "=cmd|' /C calc'!A0").state(StatusKind::Enabled, "active"))
        .group("inner", "On call")
        .group("outer", "Operations")
        .role("admins", "Administrator")
        .nested("outer", "inner")
        .assigned_to_group("admins", "outer")
}

/// The HR file; `jo` is what it has of Jo.
pub(crate) fn hr(ended_at: &str, jo: impl FnOnce(User) -> User) -> SyncFile {
    SyncFile::ended_at(at(ended_at))
        .user(person("ines", "Ines Vidal", "Chief Executive Officer"))
        .user(person("tomas", "Tomás Rey", "Staff Engineer").fact("manager_id", "ines"))
        .user(person("li", "Li Wen", "Engineer").fact("manager_id", "tomas"))
        .user(jo(
            person("jo", "Jo Bell", "Engineer").fact("manager_id", "tomas")
        ))
}

/// Jo's record after the last day.
pub(crate) fn left(jo: User) -> User {
    jo.fact("end_date", "2026-02-27")
        .state(StatusKind::Disabled, "terminated")
}

impl Company {
    /// Ines manages Tomás, who manages Li and Jo; Jo has left. Li and Jo are on call, which makes them administrators
    /// through the group of the operations.
    pub(crate) fn new() -> Self {
        let company = Self {
            files: Files::new(),
        };
        hr(SEEN, left).write(&company.files.path("hr.c1z")).unwrap();
        company.write(
            "pipeline.c1z",
            &app(SEEN).member("inner", "gh-li").member("inner", "gh-jo"),
        );
        company
    }

    /// Writes a file of the app whose groups are expanded.
    pub(crate) fn write(&self, name: &str, file: &SyncFile) {
        let path = self.files.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        file.write(&path).unwrap();
        expand(
            &path,
            &[
                ("group:outer:member:group:inner", "group:inner:member"),
                ("role:admins:assigned:group:outer", "group:outer:member"),
            ],
        );
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.files.path(name).display().to_string()
    }

    /// Runs `review` with these arguments, of which those with a dot or a slash are files.
    pub(crate) fn review(&self, args: &[&str]) -> Ran {
        let args: Vec<String> = ["review"]
            .iter()
            .chain(args)
            .map(|arg| match arg.strip_prefix('@') {
                Some(name) => self.path(name),
                None => (*arg).to_owned(),
            })
            .collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = audit(&args);
        Ran {
            out: self.files.without_paths(&ran.out),
            err: self.files.without_paths(&ran.err),
            ..ran
        }
    }

    /// Starts a review by managers in `review`.
    pub(crate) fn start(&self) -> Ran {
        self.review(&[
            "start",
            "@hr.c1z",
            "@pipeline.c1z",
            "--by",
            "manager",
            "--out",
            "@review",
        ])
    }

    pub(crate) fn in_review(&self, name: &str) -> PathBuf {
        self.files.path("review").join(name)
    }

    /// The rows of a CSV workbook without its header.
    pub(crate) fn rows(&self, workbook: &str) -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(self.in_review(&format!("{workbook}.csv"))).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(header, COLUMNS);
        let rows = reader.records();
        rows.map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect()
    }

    /// Returns a CSV workbook in which `decide` has said something about each row: a decision and a comment.
    pub(crate) fn decide(
        &self,
        workbook: &str,
        decide: impl Fn(&[String]) -> (&'static str, &'static str),
    ) {
        let mut rows = self.rows(workbook);
        for row in &mut rows {
            let (decision, comment) = decide(row);
            (row[12], row[13]) = (decision.to_owned(), comment.to_owned());
        }
        self.save(&format!("{workbook}.csv"), &rows);
    }

    /// Saves a CSV file with these rows.
    pub(crate) fn save(&self, name: &str, rows: &[Vec<String>]) {
        let mut writer = csv::Writer::from_path(self.in_review(name)).unwrap();
        writer.write_record(COLUMNS).unwrap();
        for row in rows {
            writer.write_record(row).unwrap();
        }
        writer.flush().unwrap();
    }
}
