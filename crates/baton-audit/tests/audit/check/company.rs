//! People for the tests.

use connector_core::model::StatusKind;
use connector_testkit::file::{User, user};

/// A person at work about whom no check has anything to say; reports to `boss`.
pub(super) fn employee(id: &str) -> User {
    named(id, &format!("Person {id}")).fact("manager_id", "boss")
}

/// The top of the company; only HR-02 has something to say.
pub(super) fn boss() -> User {
    named("boss", "Bo Boss")
}

fn named(id: &str, name: &str) -> User {
    user(id, name)
        .email(&format!("{id}@example.com"))
        .employee_id(&format!("E-{id}"))
        .fact("job_title", "Engineer")
        .fact("start_date", "2020-01-01")
        .state(StatusKind::Enabled, "active")
}

/// A person who has left, with this last day.
pub(super) fn leaver(id: &str, end: &str) -> User {
    employee(id)
        .state(StatusKind::Disabled, "terminated")
        .fact("end_date", end)
}

/// An account that belongs to the employee of the same id, by its e-mail address.
pub(super) fn account(id: &str) -> User {
    user(&format!("a-{id}"), &format!("Account {id}"))
        .email(&format!("{id}@example.com"))
        .login(id)
}

/// What is not a person's name, so that no name ever matches one.
pub(super) fn nameless(id: &str) -> User {
    user(id, &format!("Account {id}"))
}
