//! The checks find exactly what is planted into synthetic companies: precision and recall are both 1.

use std::collections::BTreeSet;

use baton_audit::check::{Findings, Input, Paths, Policy, examine};
use baton_audit::source::OpenArgs;
use connector_testkit::planted::{APPS, EARLIER, HR, Planted};
use jiff::tz::TimeZone;

use crate::support::Files;

/// A finding: check, file, subject, and whether it is accepted.
type Found = (String, String, String, bool);

/// Everything that the checks say of a company.
fn examined(planted: &Planted) -> Findings {
    let files = Files::new();
    planted.write(&files.path("")).unwrap();
    let path = |label: &str| files.path(&format!("{label}.c1z"));
    let paths = Paths {
        hr: vec![path(HR)],
        earlier: Some(path(EARLIER)),
        apps: APPS.map(path).to_vec(),
        syncs: Vec::new(),
    };
    let input = Input::open(&paths, &OpenArgs::default(), &TimeZone::UTC).unwrap();
    let mut policy = Policy::read(&files.path("policy.toml")).unwrap();
    policy.read_links(&files.path("links.toml")).unwrap();
    examine(&input, &policy, input.as_of().unwrap()).unwrap()
}

fn found(findings: &Findings) -> Vec<Found> {
    let list = findings.findings.iter();
    let one = list.map(|finding| {
        (
            finding.check.id.to_owned(),
            findings.files[finding.subject.file()].label.clone(),
            finding.subject.id(),
            finding.accepted.is_some(),
        )
    });
    one.collect()
}

/// What is missing, with the variant it was planted by, what is too much and what is there twice.
fn difference(planted: &Planted, found: &[Found]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut distinct = BTreeSet::new();
    for finding in found {
        if !distinct.insert(finding.clone()) {
            lines.push(format!("twice: {finding:?}"));
        }
    }
    let mut wanted = BTreeSet::new();
    for expected in planted.expected.clone() {
        let variant = expected.variant;
        let (check, file) = (expected.check.to_owned(), expected.file.to_owned());
        let finding = (check, file, expected.subject, expected.accepted);
        if !distinct.contains(&finding) {
            lines.push(format!("missing: {finding:?} ({variant})"));
        }
        wanted.insert(finding);
    }
    let surplus = distinct.difference(&wanted);
    lines.extend(surplus.map(|finding| format!("surplus: {finding:?}")));
    lines
}

/// Asserts that all that is planted is found and nothing else.
fn exact(planted: &Planted, people: usize, seed: u64) {
    let findings = examined(planted);
    // AC-01 says where the grace period is broken, so AC-05 does not run beside it. A hundred people may have no program.
    let mut skipped: Vec<_> = findings.skipped.iter().map(|(check, _)| check.id).collect();
    assert_eq!(findings.ran.len() + skipped.len(), 25, "{skipped:?}");
    skipped.retain(|id| *id != "AC-11" || people > 100);
    assert_eq!(skipped, ["AC-05"]);
    let wrong = difference(planted, &found(&findings));
    assert!(
        wrong.is_empty(),
        "{people} people, seed {seed}: {} of {} expected\n{}",
        wrong.len(),
        planted.expected.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_hundred_people_over_many_seeds() {
    let mut seen = BTreeSet::new();
    for seed in 0..30 {
        let planted = Planted::generate(100, seed);
        exact(&planted, 100, seed);
        seen.extend(planted.variants);
    }
    let all = Planted::all_variants();
    let never: Vec<_> = all.difference(&seen).collect();
    assert!(never.is_empty(), "never planted: {never:?}");
}

#[test]
fn a_thousand_people_have_every_variant_at_once() {
    for seed in [100, 101] {
        let planted = Planted::generate(1_000, seed);
        exact(&planted, 1_000, seed);
        let missing = Planted::all_variants().len() - planted.variants.len();
        // Of the variants that concern a whole file, one of each of the four groups.
        assert_eq!(missing, 3 + 1 + 2 + 1);
        let checks: BTreeSet<_> = planted.expected.iter().map(|e| e.check).collect();
        assert!(checks.len() >= 19, "{checks:?}");
    }
}

#[test]
fn five_thousand_people() {
    exact(&Planted::generate(5_000, 200), 5_000, 200);
}

#[test]
fn twenty_thousand_people() {
    exact(&Planted::generate(20_000, 300), 20_000, 300);
}

/// Whoever only said what is expected, or nothing at all, would not pass: without some of the planted variants exactly
/// what they are to be found by is missing and nothing else changes, and without any there is nothing to find.
#[test]
fn variants_that_are_not_there_are_missed() {
    const SEED: u64 = 7;
    const GROUPS: usize = 6;
    let whole = Planted::generate(1_000, SEED);
    let variants: Vec<_> = whole.variants.iter().copied().collect();
    for group in 0..=GROUPS {
        // The last group is everything.
        let healed = |variant: &str| {
            let at = variants.iter().position(|v| *v == variant);
            group == GROUPS || at.is_some_and(|at| at % GROUPS == group)
        };
        let company = Planted::healed(1_000, SEED, healed);
        assert_eq!(company.expected, whole.expected);
        let missing = company.expected.iter().filter(|e| healed(e.variant));
        let missing: BTreeSet<_> = missing.map(|e| (e.check, &e.subject, e.variant)).collect();
        let told = difference(&company, &found(&examined(&company)));
        assert_eq!(told.len(), missing.len(), "{told:#?}");
        for (check, subject, variant) in missing {
            let says = |line: &&String| {
                line.starts_with(&format!("missing: (\"{check}\", "))
                    && line.contains(&format!(", {subject:?}, "))
                    && line.ends_with(&format!("({variant})"))
            };
            assert_eq!(
                told.iter().filter(says).count(),
                1,
                "{check} {subject} {variant}"
            );
        }
    }
}

#[test]
fn a_finding_too_much_or_twice_is_told() {
    let planted = Planted::generate(100, 3);
    let mut found = found(&examined(&planted));
    assert_eq!(difference(&planted, &found), [""; 0]);
    let surplus = (
        "HR-01".to_owned(),
        HR.to_owned(),
        "user:p0".to_owned(),
        false,
    );
    found.extend([surplus.clone(), surplus]);
    assert_eq!(
        difference(&planted, &found),
        [
            r#"twice: ("HR-01", "hr", "user:p0", false)"#,
            r#"surplus: ("HR-01", "hr", "user:p0", false)"#
        ]
    );
    let mut accepted = found.clone();
    accepted.truncate(found.len() - 2);
    accepted[0].3 = !accepted[0].3;
    assert_eq!(difference(&planted, &accepted).len(), 2);
}
