//! Cursors, wherever they stand.

use std::collections::BTreeSet;

use baton_personio_sandbox::{CursorStyle, NextLink, PersonioOptions};
use connector_testkit::rows;
use connector_testkit::run::Outcome;
use serde_json::json;

use crate::support::tenant;

const PEOPLE: usize = 130;

fn with(edit: impl FnOnce(&mut PersonioOptions)) -> PersonioOptions {
    let mut options = PersonioOptions::default();
    edit(&mut options);
    options
}

/// The queries of the listing's requests, those of validation included.
fn listed(outcome: &Outcome) -> Vec<&str> {
    let persons = outcome.requests.iter().filter(|r| r.path == "/v2/persons");
    persons.filter_map(|r| r.query.as_deref()).collect()
}

#[test]
fn every_shape_of_link_leads_through_all_pages() {
    let first = tenant(PEOPLE, PersonioOptions::default());
    first.sync().expect(0);
    let expected = first.rows();
    for options in [
        with(|o| o.next_link = NextLink::Text),
        with(|o| o.next_link = NextLink::NullAtEnd),
        with(|o| o.next_link = NextLink::EmptyAtEnd),
        with(|o| o.next_link = NextLink::Relative),
        with(|o| o.next_link = NextLink::Foreign),
        with(|o| o.cursors = CursorStyle::Bare),
        with(|o| o.empty_page_after = Some(1)),
    ] {
        let shape = format!("{:?} {:?}", options.next_link, options.cursors);
        let pages = if options.empty_page_after.is_some() {
            4
        } else {
            3
        };
        let bench = tenant(PEOPLE, options);
        let outcome = bench.sync().expect(0);
        assert_eq!(bench.rows(), expected, "{shape}");
        let queries = listed(&outcome);
        // Every page is read twice: for the managers' names, and for its persons.
        assert_eq!(queries.len(), 1 + 2 * pages, "{shape}");
        assert!(
            queries.iter().all(|q| q.starts_with("limit=50")),
            "{queries:?}"
        );
    }
}

#[test]
fn a_link_that_leads_nowhere_is_an_error() {
    let bench = tenant(PEOPLE, with(|o| o.next_link = NextLink::WithoutCursor));
    let outcome = bench.sync().expect(13);
    assert_eq!(
        outcome.error(),
        "baton-personio: listing persons: Personio's link to the next page has no cursor\nhint: check BATON_PERSONIO_BASE_URL; a proxy \
         may answer in Personio's place, or its API has changed"
    );
    assert!(!bench.file().exists());
}

#[test]
fn a_cursor_that_comes_again_is_an_error() {
    let bench = tenant(PEOPLE, with(|o| o.looping = true));
    let outcome = bench.sync().expect(13);
    assert_eq!(
        outcome.error(),
        "baton-personio: listing persons for their managers' names: Personio's list does not end: its pages bring nothing \
         new\nhint: check BATON_PERSONIO_BASE_URL; a proxy may answer in Personio's place, or its API has changed"
    );
    assert!(!bench.file().exists());
}

#[test]
fn rows_that_come_again_are_one_person() {
    let first = tenant(PEOPLE, PersonioOptions::default());
    first.sync().expect(0);
    let bench = tenant(PEOPLE, with(|o| o.repeat_rows = true));
    bench.sync().expect(0);
    assert_eq!(bench.rows(), first.rows());
}

#[test]
fn a_page_without_its_list_is_an_error() {
    for (raw, what) in [
        (
            json!({"_data": null}),
            "at `_data`: found null, expected a sequence",
        ),
        (json!({"data": []}), "missing field `_data`"),
        (json!([]), "expected an object with `_data`"),
    ] {
        let bench = tenant(5, with(|o| o.raw_persons = Some(raw.clone())));
        let outcome = bench.sync().expect(13);
        let message = format!(
            "baton-personio: listing persons: the answer of Personio does not fit: {what}\n"
        );
        assert!(
            outcome.error().starts_with(&message),
            "{raw}: {}",
            outcome.error()
        );
    }
}

#[test]
fn the_next_page_is_read_ahead_and_no_further() {
    let bench = tenant(PEOPLE, PersonioOptions::default());
    let outcome = bench.sync().expect(0);
    let log: Vec<String> = outcome
        .requests
        .iter()
        .map(|r| match r.path.strip_suffix("/employments") {
            Some(person) => person.rsplit('/').next().unwrap_or_default().to_owned(),
            None => r.path.clone(),
        })
        .collect();
    let pages: Vec<usize> = (0..log.len())
        .filter(|&n| log[n] == "/v2/persons")
        .collect();
    // Validation reads the first page, and the managers' names come from all three.
    let [_, _, _, _, _, second, third] = pages[..] else {
        panic!("{pages:?}");
    };
    let first_page: BTreeSet<String> = (1..=50).map(|n| (32_000_000 + n).to_string()).collect();
    let last = log.iter().rposition(|person| first_page.contains(person));
    let last = last.expect("employments of the first page");
    assert!(
        second < last,
        "the second page is read while employments of the first are"
    );
    assert!(
        third > last,
        "the third page is not read before the first is done"
    );
    assert!(outcome.peak_in_flight <= 16, "{}", outcome.peak_in_flight);
}

#[test]
fn rows_keep_the_order_of_the_pages() {
    let bench = tenant(PEOPLE, PersonioOptions::default());
    bench.sync().expect(0);
    let ids: Vec<String> = rows::parse(&bench.rows())
        .into_iter()
        .map(|row| row.id)
        .collect();
    let expected: Vec<String> = (1..=PEOPLE)
        .map(|n| format!("user:{}", 32_000_000 + n))
        .collect();
    assert_eq!(ids, expected);
}
