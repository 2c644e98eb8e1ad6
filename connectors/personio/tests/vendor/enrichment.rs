//! Employments that cannot be read: whose trouble it is, and when it is that of all.

use baton_personio_sandbox::PersonioOptions;
use connector_sandbox::faults::{Fault, Rule, Wait, When};
use connector_testkit::rows;
use connector_testkit::run::Bench;

use crate::support::{Subjected, tenant};

const PEOPLE: usize = 130;

/// The request for the employments of the `n`th person.
fn of(n: usize) -> String {
    format!("/persons/{}/employments", 32_000_000 + n)
}

fn broken(persons: impl IntoIterator<Item = usize>, fault: &Fault) -> Bench<Subjected> {
    let bench = tenant(PEOPLE, PersonioOptions::default());
    for n in persons {
        bench.faults.add(Rule::always(fault.clone()).path(&of(n)));
    }
    bench
}

fn titles(bench: &Bench<Subjected>) -> usize {
    let rows = rows::parse(&bench.rows());
    rows.iter()
        .filter(|row| row.get("start_date") != "-")
        .count()
}

#[test]
fn one_persons_trouble_costs_that_persons_attributes() {
    let answer = |body: &str| {
        let answer = connector_sandbox::faults::Answer::status(200);
        Fault::from(answer.header("content-type", "application/json").body(body))
    };
    for (fault, said) in [
        (Fault::status(403), "Personio answered 403 Forbidden"),
        (Fault::status(404), "Personio answered 404 Not Found"),
        (
            Fault::status(502),
            "Personio answered 502 Bad Gateway (gave up after 5 tries)",
        ),
        (
            Fault::Html,
            "Personio answered 200 with a web page instead of JSON",
        ),
        (
            Fault::Truncated,
            "the answer of Personio does not fit: it breaks off",
        ),
        (
            answer(r#"{"_data":[],"_meta":{"links":{"next":"?cursor=x"}}}"#),
            "Personio's list does not end: its pages bring nothing new",
        ),
    ] {
        let bench = broken([60], &fault);
        let outcome = bench.sync().expect(0);
        assert_eq!(titles(&bench), PEOPLE - 1, "{fault:?}");
        let rows = rows::parse(&bench.rows());
        let row = rows
            .iter()
            .find(|row| row.id == "user:32000060")
            .expect("the person");
        assert_ne!(row.get("first_name"), "-");
        assert_eq!(row.get("job_title"), "-");
        let warning = format!(
            r#""message":"employments could not be read; these persons have no title, manager and dates","count":1,"examples":["person 32000060: {said}"]"#
        );
        assert!(
            outcome.stderr.contains(&warning),
            "{warning}\n{}",
            outcome.stderr
        );
    }
}

#[test]
fn a_fault_that_passes_costs_nothing() {
    let clean = tenant(PEOPLE, PersonioOptions::default());
    clean.sync().expect(0);
    for fault in [
        Fault::status(500),
        Fault::Reset,
        Fault::DropMidBody,
        Fault::too_many_requests(Wait::Unsaid),
    ] {
        let bench = tenant(PEOPLE, PersonioOptions::default());
        let rule = Rule::always(fault.clone()).path("/employments");
        bench.faults.add(rule.when(When::Range(20..=23)));
        bench.sync().expect(0);
        assert_eq!(bench.rows(), clean.rows(), "{fault:?}");
    }
}

#[test]
fn a_fifth_may_fail_and_no_more() {
    let forbidden = Fault::status(403);
    let bench = broken(50..76, &forbidden);
    bench.sync().expect(0);
    assert_eq!(titles(&bench), PEOPLE - 26);

    let bench = broken(50..77, &forbidden);
    let outcome = bench.sync().expect(7);
    assert_eq!(
        outcome.error(),
        "baton-personio: reading employments: the employments of 27 of 130 persons could not be read (the last: \
         Personio answered 403 Forbidden)\nhint: in Personio, give the credential the right Employees: Read for all \
         persons; the old file was left as it is"
    );
    assert!(!bench.file().exists());
}

/// Removes a person of the first page from both tenants; the first sync of `bench` has failed after that page. The next
/// one is resumed and starts the listing again for this reason, so that it has no row of the person either.
#[track_caller]
fn starts_again_without_who_is_gone(bench: &Bench<Subjected>, reason: &str) {
    let clean = tenant(PEOPLE, PersonioOptions::default());
    let gone = clean.fake.read(|company| company.people[4].id.clone());
    for fake in [&clean.fake, &bench.fake] {
        fake.edit(|company, _| company.remove_people(|person| person.id == gone));
    }
    clean.sync().expect(0);
    let outcome = bench.sync().expect(0);
    for text in ["resumed previous sync", "a listing starts again", reason] {
        assert!(outcome.stderr.contains(text), "{text}\n{}", outcome.stderr);
    }
    assert_eq!(bench.rows(), clean.rows());
    assert_eq!(rows::parse(&bench.rows()).len(), PEOPLE - 1);
}

#[test]
fn a_sync_that_failed_so_starts_again_and_leaves_no_person_without_attributes() {
    let bench = broken(10..50, &Fault::status(404));
    bench.sync().expect(5);
    bench.faults.clear();
    let reason = "many employments could not be read before the run was resumed";
    starts_again_without_who_is_gone(&bench, reason);
}

#[test]
fn twenty_failures_in_a_row_end_the_sync_at_once() {
    let bench = tenant(500, PersonioOptions::default());
    bench.faults.add(
        Rule::always(Fault::status(502))
            .path("/employments")
            .when(When::From(120)),
    );
    let outcome = bench.sync().expect(14);
    let said = outcome.error();
    // How often each was tried depends on the waits of the others, which share the tests' clock.
    let (message, rest) = said
        .split_once(" (gave up after ")
        .expect("a number of tries");
    assert_eq!(
        message,
        "baton-personio: reading employments: Personio fails to serve employments, of 20 persons in a row (the last: \
         Personio answered 502 Bad Gateway"
    );
    assert!(
        rest.ends_with(
            " tries))\nhint: try again later; the old file was left as it is, so that no person loses title and manager"
        ),
        "{rest}"
    );
    // One page for validation, ten for the managers' names, and few of the ten pages of the listing itself.
    let pages = outcome.asked("/v2/persons$");
    assert!(pages <= 1 + 10 + 4, "{pages} pages were read");
    assert!(!bench.file().exists());
}

#[test]
fn limits_are_never_one_persons_trouble() {
    let bench = broken([60], &Fault::too_many_requests(Wait::Seconds(1)));
    let outcome = bench.sync().expect(14);
    assert!(
        outcome.error().starts_with(
            "baton-personio: reading employments: Personio answered 429 Too Many Requests (gave up after 8 tries)\n"
        ),
        "{}",
        outcome.error()
    );
    assert_eq!(outcome.asked(&of(60)), 8);
}

#[test]
fn a_listing_whose_place_is_forgotten_starts_again() {
    let bench = tenant(PEOPLE, PersonioOptions::default());
    // The requests for people are that of validation, three for the managers' names, the first page, and then nothing
    // any more.
    bench.faults.add(
        Rule::always(Fault::status(503))
            .path("/v2/persons$")
            .when(When::From(6)),
    );
    bench.sync().expect(14);
    bench.faults.clear();
    // The first request is that of validation, three are for the managers' names, the fifth is that of the place to go
    // on from.
    bench.faults.add(
        Rule::always(Fault::status(400))
            .path("/v2/persons$")
            .when(When::Nth(5)),
    );
    let reason = "the place to go on from is no longer accepted (Personio answered 400";
    starts_again_without_who_is_gone(&bench, reason);
}
