//! Two syncs of one company in which everything happens once.

use connector_core::model::StatusKind::{self, Disabled, Enabled};
use connector_testkit::file::{SyncFile, User, user};

use crate::support::{Files, at};

pub(super) const HOSTILE: &str =
    "=cmd|'/c x'!A0 <script>alert(1)</script> `b` @team\u{202e}\u{1b}[31m";

/// A person with an address and a number that follow from the id.
pub(super) fn hire(id: &str, name: &str) -> User {
    user(id, name)
        .email(&format!("p{id}@example.com"))
        .employee_id(&format!("E-{id}"))
        .state(Enabled, "employed")
}

fn gone(user: User, state: StatusKind, word: &str) -> User {
    user.state(state, word).fact("end_date", "2026-02-20")
}

pub(super) fn old() -> SyncFile {
    SyncFile::ended_at(at("2026-02-01T08:00:00Z"))
        .user(hire("1", "Maja Lind").fact("job_title", "Director"))
        .user(
            hire("2", HOSTILE)
                .fact("department", "Sales|East")
                .fact("end_date", "2026-02-28")
                .fact("manager_id", "1"),
        )
        .user(
            hire("3", "Noor Haddad")
                .fact("department", "Sales")
                .fact("manager_id", "1"),
        )
        .user(hire("4", "Kim Park").fact("job_title", "Engineer"))
        .user(hire("5", "Ola Berg"))
        .user(hire("6", "Uma Rao").state(Enabled, "leave"))
        .user(hire("7", "Ivo Novak").fact("start_date", "2026-02-15"))
        .user(gone(hire("8", "Lea Roth"), Disabled, "terminated"))
        .user(gone(hire("9", "Tim Vos"), Disabled, "terminated"))
        .user(gone(hire("10", "Ana Cruz"), Disabled, "terminated"))
        .user(hire("11", "Zoe Hall").fact("department", "Legal"))
        .user(hire("12", "Jan Smit").fact("location", "Oslo"))
        .user(
            user("13", "John Smith")
                .email("smith@example.com")
                .employee_id("A-1"),
        )
        .user(hire("14", "Eli Stone"))
        .group("eng", "Engineering")
        .group("ops", "Operations")
        .group("old", "Gone | group")
        .member("eng", "4")
        .member("eng", "11")
        .member("ops", "14")
        .member("old", "2")
}

pub(super) fn new() -> SyncFile {
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(
            hire("1", "Maja Lind")
                .fact("job_title", "Director")
                .email("maja@example.com"),
        )
        .user(
            hire("3", "Noor Haddad")
                .fact("department", "Legal")
                .fact("job_title", "Counsel")
                .fact("manager_id", "5")
                .fact("location", "Bergen"),
        )
        .user(gone(hire("4", "Kim Park"), Disabled, "terminated"))
        .user(hire("5", "Ola Berg").state(Enabled, "leave"))
        .user(hire("6", "Uma Rao"))
        .user(hire("7", "Ivo Novak").fact("start_date", "2026-02-15"))
        .user(hire("8", "Lea Roth"))
        .user(gone(hire("9", "Tim Vos"), Disabled, "terminated"))
        .user(hire("90", "Tim Vos").email("p9@example.com"))
        .user(
            hire("110", "Zoe Hall")
                .email("P11@example.com")
                .employee_id("E-11"),
        )
        .user(
            hire("12", "Jan Smit")
                .fact("location", "Oslo")
                .fact("employment_type", "Part time"),
        )
        .user(
            user("130", "Jane Smith")
                .email("smith@example.com")
                .employee_id("A-2"),
        )
        .user(hire("14", "Eli Stone"))
        .user(
            hire("15", "Pia Falk")
                .fact("manager_id", "1")
                .fact("start_date", "2026-02-10"),
        )
        .user(hire("16", "Max Ruiz").fact("start_date", "2026-04-01"))
        .user(hire("17", "Sam Ode").state(StatusKind::Unspecified, "Sabbatical 2027"))
        .user(gone(hire("18", "Ida Moe"), Disabled, "terminated"))
        .group("eng", "Engineering & Data")
        .group("ops", "Operations")
        .group("law", "<Law>")
        .member("eng", "110")
        .member("ops", "14")
        .member("law", "3")
        .member("ops", "3")
}

/// Writes both; their paths.
pub(super) fn written(files: &Files) -> [String; 2] {
    [("old.c1z", old()), ("new.c1z", new())].map(|(name, file)| {
        let path = files.path(name);
        file.write(&path).unwrap();
        path.to_str().unwrap().to_owned()
    })
}
