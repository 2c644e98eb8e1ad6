use super::*;
use crate::warning::Warning;

const USER: ResourceTypeId = ResourceTypeId::new("user");

fn page(stated: Option<u64>, seen: u64, repeated: u64) -> PageCounts {
    PageCounts {
        stated,
        seen,
        repeated,
    }
}

fn tally(warnings: &[Warning], pages: &[PageCounts]) -> Tally {
    let mut tally = Tally::default();
    for warning in warnings {
        tally.warnings.add(warning.clone());
    }
    for counts in pages {
        tally.counts.add_page(Phase::Resources, &USER, *counts);
    }
    tally
        .counts
        .add_gaps(Phase::Resources, &USER, &tally.warnings);
    let seen = pages.iter().map(|page| page.seen).sum();
    tally.rows.resources.insert(USER, seen);
    tally
}

fn verdict(tally: &Tally) -> Verdict {
    Verdict::of(tally, &mut SentBy::default())
}

#[test]
fn a_sync_without_gaps_is_complete_and_says_what_was_counted() {
    let odd = Warning::new("other-status", "people have another status");
    let verdict = verdict(&tally(&[odd], &[page(None, 50, 2), page(Some(60), 10, 0)]));
    assert_eq!(verdict.to_string(), "complete");
    let [listing] = verdict.listings.as_slice() else {
        panic!("{verdict:?}")
    };
    assert_eq!((listing.pages, listing.stated), (2, Some(60)));
    assert_eq!(
        (listing.seen, listing.repeated, listing.stored),
        (60, 2, 60)
    );
}

#[test]
fn rows_left_out_and_values_unread_make_it_partial() {
    let warnings = [
        Warning::left_out("person-without-id", "skipped").times(3),
        Warning::unread("employment-unreadable", "not read"),
    ];
    let verdict = verdict(&tally(&warnings, &[page(None, 5, 0)]));
    assert_eq!(
        verdict.to_string(),
        "partial (user resources: values unread 1 time (employment-unreadable); \
         user resources: 3 rows left out (person-without-id))"
    );
    assert!(verdict.lacks.is_empty());
}

#[test]
fn what_the_probes_and_the_check_of_references_found_belongs_to_no_listing() {
    let mut tally = tally(
        &[Warning::left_out("grant-without-principal", "dropped").times(2)],
        &[page(None, 5, 0)],
    );
    let more = [
        Warning::left_out("grant-without-principal", "dropped").times(4),
        Warning::unread("names-unreadable", "no person has a name"),
    ];
    more.into_iter().for_each(|w| tally.warnings.add(w));
    let verdict = verdict(&tally);
    assert_eq!(
        verdict.why(),
        [
            "user resources: 2 rows left out (grant-without-principal)",
            "4 rows left out (grant-without-principal)",
            "values unread 1 time (names-unreadable)",
        ]
    );
}

#[test]
fn fewer_rows_than_stated_are_a_gap() {
    let verdict = verdict(&tally(&[], &[page(Some(8), 7, 0)]));
    assert_eq!(
        verdict.to_string(),
        "partial (user resources: 1 row left out (fewer-than-stated))"
    );
}

#[test]
fn counts_of_pages_add_up_and_come_back_from_a_checkpoint() {
    let mut all = tally(&[], &[page(Some(3), 3, 0)]);
    all.add(tally(
        &[Warning::left_out("person-without-id", "skipped")],
        &[page(Some(4), 4, 1)],
    ));
    let text = serde_json::to_string(&all.counts).unwrap();
    let read: Counts = serde_json::from_str(&text).unwrap();
    assert_eq!(read, all.counts);
    let listing = &verdict(&all).listings[0];
    assert_eq!(
        (listing.stated, listing.seen, listing.repeated),
        (Some(7), 7, 1)
    );
    assert_eq!(listing.lacks[0].count, 1);
}

#[test]
fn a_verdict_that_states_another_outcome_than_follows_is_noticed() {
    let mut verdict = verdict(&tally(&[], &[page(Some(3), 3, 0)]));
    assert_eq!(verdict.follows(), Outcome::Complete);
    verdict.listings[0].stated = Some(9);
    assert_eq!(
        (verdict.outcome, verdict.follows()),
        (Outcome::Complete, Outcome::Partial)
    );
}
