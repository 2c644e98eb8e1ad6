//! DQ-01 and DQ-02, and where the earlier state comes from.

use baton_audit::check::Policy;
use connector_testkit::file::SyncFile;

use super::company::{employee, leaver};
use super::{Company, SEEN, SEEN_EARLIER, before, raised, today};
use crate::support::at;

fn staff(mut file: SyncFile, numbers: std::ops::Range<usize>) -> SyncFile {
    for n in numbers {
        file.push(employee(&n.to_string()));
    }
    file
}

fn left(mut file: SyncFile, numbers: std::ops::Range<usize>) -> SyncFile {
    for n in numbers {
        file.push(leaver(&n.to_string(), "2026-03-05"));
    }
    file
}

#[test]
fn dq_01_more_than_a_fifth_and_at_least_five() {
    let dq_01 = |earlier: SyncFile, now: SyncFile| {
        Company::new(&now)
            .earlier(&earlier)
            .raises("DQ-01", &Policy::default())
    };
    // 5 of 25 are a fifth, 6 of 25 are more; missing and left count alike.
    assert_eq!(dq_01(staff(before(), 0..25), staff(today(), 0..20)), "");
    insta::assert_snapshot!(dq_01(staff(before(), 0..25), staff(today(), 0..19)), @"high  has lost 6 of 25 people (6 missing, 0 left); at most 20 % may go");
    insta::assert_snapshot!(
        dq_01(staff(before(), 0..25), left(staff(today(), 0..19), 19..22)), @"high  has lost 6 of 25 people (3 missing, 3 left); at most 20 % may go"
    );
    // 4 of 4 are too few to tell; joiners do not make up for it.
    assert_eq!(dq_01(staff(before(), 0..4), staff(today(), 10..40)), "");
    insta::assert_snapshot!(dq_01(staff(before(), 0..5), staff(today(), 10..40)), @"high  has lost 5 of 5 people (5 missing, 0 left); at most 20 % may go");
    // Leavers of old that the file no longer has are no loss.
    assert_eq!(
        dq_01(left(staff(before(), 0..10), 10..90), staff(today(), 0..10)),
        ""
    );
    insta::assert_snapshot!(raised("DQ-01", &staff(today(), 0..3)), @"skipped: no HR file has an earlier finished full sync, and none is given with --earlier");
}

#[test]
fn the_previous_sync_of_the_file_itself_is_the_earlier_state() {
    let company = Company::new(&staff(before(), 0..10));
    assert_eq!(company.input().files().len(), 1);
    staff(today(), 0..2).write(&company.paths.hr[0]).unwrap();
    insta::assert_snapshot!(company.raises("DQ-01", &Policy::default()), @"high  has lost 8 of 10 people (8 missing, 0 left); at most 20 % may go");
    let times: Vec<_> = company
        .input()
        .files()
        .iter()
        .map(|f| f.synced_at)
        .collect();
    assert_eq!(times, [Some(at(SEEN)), Some(at(SEEN_EARLIER))]);
}

#[test]
fn dq_02_a_fact_that_most_had_and_hardly_any_person_has() {
    let with = |file: SyncFile, people: usize, having: usize| {
        let person = |n: usize| {
            let person = employee(&n.to_string());
            match n < having {
                true => person.fact("location", "Oslo"),
                false => person,
            }
        };
        file.users((0..people).map(person))
    };
    let dq_02 = |(people, having): (usize, usize), (people_now, having_now): (usize, usize)| {
        let now = with(today(), people_now, having_now);
        let company = Company::new(&now).earlier(&with(before(), people, having));
        company.raises("DQ-02", &Policy::default())
    };
    insta::assert_snapshot!(dq_02((40, 20), (40, 2)), @"high location was there for 20 of 40 people and is now for 2 of 40");
    assert_eq!(dq_02((40, 19), (40, 0)), "", "less than half had it");
    assert_eq!(dq_02((40, 40), (40, 3)), "", "more than 5 % have it");
    assert_eq!(dq_02((4, 4), (4, 0)), "", "too few to tell");
    insta::assert_snapshot!(dq_02((5, 5), (5, 0)), @"high location was there for 5 of 5 people and is now for 0 of 5");
    assert_eq!(dq_02((40, 40), (0, 0)), "", "no person left to have it");
    insta::assert_snapshot!(raised("DQ-02", &with(today(), 1, 1)), @"skipped: no HR file has an earlier finished full sync, and none is given with --earlier");
}

#[test]
fn dq_02_last_days_are_looked_for_among_leavers() {
    let undated = |n: usize| {
        use connector_core::model::StatusKind;
        employee(&n.to_string()).state(StatusKind::Disabled, "terminated")
    };
    let now = today().users((0..6).map(undated));
    let company = Company::new(&now).earlier(&left(before(), 0..6));
    insta::assert_snapshot!(company.raises("DQ-02", &Policy::default()), @"high end_date was there for 6 of 6 people and is now for 0 of 6");
}
