//! Vendors whose listings never end.

use std::sync::{Mutex, PoisonError};

use connector_sandbox::faults::{Fault, Rule};
use connector_sandbox::rewrite::Rewrite;
use serde_json::Value;

use crate::run::Bench;
use crate::{Listing, Pages, Subject};

/// People on a page that is repeated; answers with fewer are probes.
const PAGE: usize = 25;

/// Requests for people within which such a run ends.
const REQUESTS: usize = 60;

/// What comes behind the first pages, without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loop {
    /// The first two pages in turn.
    Alternating,
    /// The first page.
    Same,
    /// Pages without people.
    Empty,
}

/// Pages A B A B, one page over and over, and empty pages, each with a cursor that is new: exit 13 after few requests, the
/// old file stays, and the next run starts anew. Where all people come in one answer, that is what is shown.
pub fn endless_listings_end_the_run<S: Subject>() {
    match S::LISTING {
        Listing::Pages(pages) => endless_pages_end_the_run::<S>(pages),
        Listing::OneAnswer => more_people_take_no_more_requests::<S>(),
    }
}

fn more_people_take_no_more_requests<S: Subject>() {
    let [few, many] = [1, 1_000].map(|people| {
        let bench = Bench::<S>::of(people);
        bench.sync().expect(0).asked(S::PEOPLE)
    });
    assert!(few > 0, "no request for people was counted");
    assert_eq!(few, many, "people are listed page by page");
}

fn endless_pages_end_the_run<S: Subject>(pages: Pages) {
    for kind in [Loop::Alternating, Loop::Same, Loop::Empty] {
        let bench = Bench::<S>::of(130);
        bench.sync().expect(0);
        let (rows, before) = (bench.rows(), bench.bytes());
        let fault = Fault::Edited(endless(kind, pages));
        bench.faults.add(Rule::always(fault).path(S::PEOPLE));
        let outcome = bench.sync().expect(13);
        assert!(bench.faults.met() > 0, "{kind:?}: no page was edited");
        let asked = outcome.asked(S::PEOPLE);
        assert!(asked <= REQUESTS, "{kind:?}: {asked} requests");
        assert_eq!(outcome.error().lines().count(), 2, "{}", outcome.error());
        assert_eq!(bench.bytes(), before, "{kind:?}");
        bench.faults.clear();
        bench.sync().expect(0);
        assert_eq!(bench.rows(), rows, "{kind:?}");
    }
}

/// The edit that makes a listing endless, from its second or third page on.
fn endless(kind: Loop, pages: Pages) -> Rewrite {
    let needed = if kind == Loop::Alternating { 2 } else { 1 };
    let known: Mutex<(Vec<Value>, usize)> = Mutex::default();
    Rewrite::new(move |answer| {
        let (known, repeated) = &mut *known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < needed {
            let people = answer.pointer(pages.people).and_then(Value::as_array);
            if people.is_some_and(|people| people.len() >= PAGE) {
                known.push(answer.clone());
            }
            return;
        }
        answer.clone_from(&known[*repeated % needed]);
        *repeated += 1;
        if kind == Loop::Empty
            && let Some(people) = answer.pointer_mut(pages.people)
        {
            *people = Value::Array(Vec::new());
        }
        if let Some(Value::String(next)) = pages.next.and_then(|next| answer.pointer_mut(next)) {
            *next = renewed(next, *repeated);
        }
    })
}

/// A cursor, or a link with one, that did not come before.
fn renewed(next: &str, number: usize) -> String {
    match next.split_once("cursor=") {
        Some((link, cursor)) => format!("{link}cursor={number}{cursor}"),
        None => format!("{next}{number}"),
    }
}
