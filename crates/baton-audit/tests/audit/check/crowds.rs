//! An address that many people and accounts share. Each finding counts them all and shows as many as a reader looks at, so
//! that findings do not grow with people times accounts.

use baton_audit::check::Policy;
use connector_c1z::wire;
use connector_core::model::StatusKind;
use connector_testkit::file::{User, user};

use super::{Company, today};
use crate::support::{edit, edit_row};

const MANY: usize = 30;

fn sharing(kind: &str) -> impl Iterator<Item = User> {
    (10..10 + MANY).map(move |at| {
        let id = format!("{kind}{at}");
        user(&id, &format!("Name {id}")).email("desk@example.com")
    })
}

/// The evidence rows of each finding of a check.
fn rows(company: &Company, check: &str) -> Vec<usize> {
    let findings = company.findings(&Policy::default());
    let of_check = findings.findings.iter().filter(|it| it.check.id == check);
    of_check.map(|it| it.evidence.len()).collect()
}

#[test]
fn people_at_work() {
    let hr = today().users(sharing("p"));
    let company = Company::new(&hr).app("app", &today().users(sharing("a")));
    let raised = company.raises("AC-02", &Policy::default());
    insta::assert_snapshot!(raised.lines().next().unwrap(), @"high user:a10 has the e-mail address of 30 people: Name p10 (user:p10), Name p11 (user:p11), Name p12 (user:p12) and 27 more");
    assert_eq!(rows(&company, "AC-02"), [21; MANY]);
    let raised = company.raises("HR-05", &Policy::default());
    insta::assert_snapshot!(raised.lines().next().unwrap(), @"medium user:p10 has the address desk@example.com, which 29 others have too");
    assert_eq!(rows(&company, "HR-05"), [21; MANY]);
}

#[test]
fn leavers() {
    let gone = |it: User| {
        it.state(StatusKind::Disabled, "terminated")
            .fact("end_date", "2026-03-01")
    };
    let hr = today().users(sharing("p").map(gone));
    let company = Company::new(&hr).app("app", &today().users(sharing("a")));
    let raised = company.raises("AC-01", &Policy::default());
    insta::assert_snapshot!(raised.lines().next().unwrap(), @"critical user:a10 is not disabled although Name p10 had the last day 2026-03-01");
    assert_eq!(rows(&company, "AC-01"), [21; MANY]);
    let findings = company.findings(&Policy::default());
    let own = &findings.findings[0].evidence[0].says;
    assert_eq!(own, "status enabled, belongs to 30 records");
}

/// Rows of one id, as no writer of this suite makes them, are one person, who is no other to themselves.
#[test]
fn several_rows_of_one_person() {
    let rows = (0..MANY).map(|at| format!("p{at}"));
    let rows: Vec<String> = rows.collect();
    let people = rows.iter().map(|id| user(id, id).email("desk@example.com"));
    let hr = today()
        .users(people)
        .user(user("q", "q").email("desk@example.com"));
    let company = Company::new(&hr);
    edit(&company.paths.hr[0], |db| {
        for row in &rows {
            let row = format!("user:{row}");
            edit_row(db, "v1_resources", &row, |it: &mut wire::Resource| {
                it.id.as_mut().unwrap().resource = "p".to_owned();
            });
        }
    });
    let findings = company.findings(&Policy::default());
    let found = findings.findings.iter().filter(|it| it.check.id == "HR-05");
    let found: Vec<(&str, usize)> = found
        .map(|it| (it.message.as_str(), it.evidence.len()))
        .collect();
    let of_p = "has the address desk@example.com, which q (user:q) has too";
    let of_q = "has the address desk@example.com, which 30 others have too";
    assert_eq!(found[..MANY], [(of_p, 2); MANY]);
    assert_eq!(found[MANY..], [(of_q, 21)]);
}
