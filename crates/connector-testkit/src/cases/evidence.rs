//! What a run states about itself: the verdict and the evidence.

use connector_core::verdict::Outcome;
use connector_evidence::{Evidence, digest};
use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, Rule, When};

use crate::Subject;
use crate::run::Bench;

/// Syncs with evidence, and reads it.
fn evidence<S: Subject>(bench: &Bench<S>) -> (Evidence, String) {
    bench.run(&["--evidence", "evidence.json"]).expect(0);
    let text = std::fs::read_to_string(bench.dir().join("evidence.json")).expect("evidence");
    (Evidence::parse(&text).expect("evidence"), text)
}

/// The evidence of a clean tenant says complete, counts every request, and holds no personal data and no secret.
pub fn evidence_says_what_was_done_and_names_no_person<S: Subject>() {
    let company = Company::generate(60, 7);
    let planted = company.planted_secrets();
    let people: Vec<_> = company
        .people
        .iter()
        .filter_map(|p| p.email.clone())
        .collect();
    let bench = Bench::<S>::with(company);
    let outcome = bench
        .run(&["--evidence", "evidence.json", "--fail-on-partial"])
        .expect(0);
    let text = std::fs::read_to_string(bench.dir().join("evidence.json")).expect("evidence");
    let found = Evidence::parse(&text).expect("evidence");
    assert_eq!(found.verdict.to_string(), "complete");
    assert_eq!(found.verdict.follows(), Outcome::Complete);
    let (sha256, bytes, format) = digest(&bench.file()).expect("the file");
    assert_eq!((found.file.sha256, found.file.bytes), (sha256, bytes));
    assert_eq!(Some(found.file.format), format);
    let sent: u64 = found.requests.iter().map(|class| class.sent).sum();
    assert_eq!(sent, outcome.requests.len() as u64);
    let listings = found.verdict.listings.iter();
    let users = listings
        .clone()
        .find(|l| l.resource_type.as_str() == "user");
    let users = users.expect("people are listed");
    assert_eq!((users.seen, users.repeated, users.stored), (60, 0, 60));
    assert!(users.stated.is_none_or(|stated| stated == 60));
    assert!(listings.map(|l| l.requests).sum::<u64>() <= sent);
    for secret in planted.iter().chain(&people) {
        assert!(
            !text.contains(secret.as_str()),
            "{secret} is in the evidence"
        );
    }
    assert!(!text.contains(bench.variable(S::SECRET)));
}

/// The same answers give the same hashes of bodies, slow ones and repeated requests among them.
pub fn evidence_does_not_depend_on_the_order_of_answers<S: Subject>() {
    let hashes = |rule: Option<Rule>| {
        let bench = Bench::<S>::of(60);
        rule.into_iter().for_each(|rule| bench.faults.add(rule));
        let found = evidence(&bench).0.requests.into_iter();
        let counts = |class: connector_core::ledger::Requests| {
            (class.path, class.answers, class.bytes, class.sha256)
        };
        found.map(counts).collect::<Vec<_>>()
    };
    let plain = hashes(None);
    assert!(plain.iter().any(|(.., sha256)| sha256.is_some()));
    for fault in [Fault::status(500), Fault::Reset] {
        // Fewer in a row than a request has tries, however the requests are mixed.
        let rule = Rule::always(fault).when(When::Range(2..=4));
        assert_eq!(hashes(Some(rule)), plain);
    }
}

/// A tenant that keeps something back makes the sync partial: by the warning that says so, and with `--fail-on-partial`
/// with exit 13, the file written all the same.
pub fn a_sync_that_lacks_something_is_partial<S: Subject>() {
    let (fake, code) = S::lacking(Company::generate(30, 7));
    let bench = Bench::<S>::serving(fake);
    let found = evidence(&bench).0.verdict;
    assert_eq!(found.outcome, Outcome::Partial);
    let why = found.to_string();
    assert!(why.contains(&format!("({code})")), "{why}");
    std::fs::remove_file(bench.file()).expect("the file");
    let outcome = bench.run(&["--fail-on-partial"]).expect(13);
    assert!(outcome.error().contains(&why), "{}", outcome.error());
    assert!(
        outcome
            .error()
            .contains("the file was written all the same")
    );
    assert!(bench.file().exists());
}
