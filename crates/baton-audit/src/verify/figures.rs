//! The claims that answer for each other, and those that nothing in file and evidence can answer.

use std::collections::BTreeMap;

use connector_core::verdict::{FEWER_THAN_STATED, Lack, Listing};
use connector_core::warning::Gap;
use connector_evidence::Evidence;

use super::claims::Claims;

/// Checks that the verdict follows from what was counted, and that the counts go together.
pub(super) fn check(evidence: &Evidence, claims: &mut Claims) {
    let verdict = &evidence.verdict;
    match verdict.follows() {
        outcome if outcome == verdict.outcome => {
            claims.holds("verdict.outcome", &verdict.to_string());
        }
        outcome => claims.fails(
            "verdict.outcome",
            format!(
                "{} is stated, {} follows from the counts",
                verdict.outcome.as_str(),
                outcome.as_str()
            ),
        ),
    }
    for listing in &verdict.listings {
        let what = format!(
            "verdict.{}.{}",
            listing.kind.as_str(),
            listing.resource_type
        );
        match listing_problem(evidence, listing) {
            None => claims.holds(&what, &counts(listing)),
            Some(problem) => claims.fails(&what, problem),
        }
    }
    match unexplained(evidence) {
        None => claims.holds("verdict.lacks", "each is explained by a warning"),
        Some(code) => claims.fails("verdict.lacks", format!("no warning goes with {code}")),
    }
    match requests_problem(evidence) {
        None => claims.holds("requests.counts", "they go together"),
        Some(problem) => claims.fails("requests.counts", problem),
    }
}

fn counts(listing: &Listing) -> String {
    let stated = listing.stated.map(|stated| format!("{stated} stated, "));
    format!(
        "{}{} seen, {} stored, {} pages",
        stated.unwrap_or_default(),
        listing.seen,
        listing.stored,
        listing.pages
    )
}

fn listing_problem(evidence: &Evidence, listing: &Listing) -> Option<String> {
    let rows = evidence.rows.of(listing.kind);
    let rows = rows
        .get(listing.resource_type.as_str())
        .copied()
        .unwrap_or_default();
    if listing.stored != rows {
        return Some(format!(
            "{} rows are stated to be stored, of {rows}",
            listing.stored
        ));
    }
    let short = listing
        .stated
        .unwrap_or_default()
        .saturating_sub(listing.seen);
    let named = listing
        .lacks
        .iter()
        .find(|lack| lack.code == FEWER_THAN_STATED);
    if named.map_or(0, |lack| lack.count) != short {
        return Some(format!(
            "{short} rows fewer were seen than the vendor stated"
        ));
    }
    (listing.retries > listing.requests).then(|| "more retries than requests".to_owned())
}

/// What is missing must be what warnings say, and the other way around.
fn unexplained(evidence: &Evidence) -> Option<String> {
    let of_listings = evidence.verdict.listings.iter().flat_map(|l| &l.lacks);
    let lacks = of_listings.chain(&evidence.verdict.lacks);
    let mut stated: BTreeMap<(&str, Gap), u64> = BTreeMap::new();
    for Lack { code, gap, count } in lacks.filter(|lack| lack.code != FEWER_THAN_STATED) {
        *stated.entry((code.as_str(), *gap)).or_default() += count;
    }
    let warnings = evidence.warnings.iter();
    let warned = warnings.filter_map(|w| Some(((w.code.as_str(), w.gap?), w.count)));
    let warned: BTreeMap<_, _> = warned.filter(|(_, count)| *count > 0).collect();
    let differs = stated
        .keys()
        .chain(warned.keys())
        .find(|key| stated.get(*key) != warned.get(*key));
    differs.map(|(code, _)| (*code).to_owned())
}

fn requests_problem(evidence: &Evidence) -> Option<String> {
    for class in &evidence.requests {
        if class.retries > class.sent || class.answers > class.sent {
            return Some(format!(
                "{} {}: more than were sent",
                class.method, class.path
            ));
        }
    }
    let all: u64 = evidence.requests.iter().map(|class| class.sent).sum();
    let listings: u64 = evidence.verdict.listings.iter().map(|l| l.requests).sum();
    (listings > all).then(|| format!("the listings sent {listings} of {all} requests"))
}

/// The claims that rest on the signature alone.
pub(super) fn unchecked(evidence: &Evidence, claims: &mut Claims) {
    const SIGNATURE: &str = "only who signed can vouch for it";
    for what in [
        "program",
        "settings",
        "host_id",
        "sync.written_at",
        "warnings",
    ] {
        claims.unchecked(what, SIGNATURE);
    }
    claims.unchecked(
        "requests.bodies",
        "the answers are not kept; compare with another run or a recording",
    );
    match evidence.tls.is_empty() {
        true => claims.unchecked("tls", "none was used"),
        false => claims.unchecked(
            "tls",
            "compare with the certificates that the vendor had then",
        ),
    }
}
