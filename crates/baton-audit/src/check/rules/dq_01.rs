//! DQ-01: an HR file has not shrunk against its earlier state.
//!
//! Looked at are the people who, on the day of the earlier sync, had not left. Gone are those whose type and id the
//! file no longer has, and those it now calls left. Raised for the file when more than `[shrink] max_percent` of
//! them are gone and at least `[shrink] min_people`. Skipped when no HR file has an earlier state.

use super::{
    Check, CheckContext, Collector, EXAMPLES, Evidence, IDENTITY, Need, NumberedFile, Result,
    Severity, Subject,
};

pub(crate) const CHECK: Check = Check {
    id: "DQ-01",
    title: "The HR file has not shrunk",
    severity: Severity::High,
    controls: IDENTITY,
    remedy: "Check the connector's permissions and filters before anything acts on this file.",
    needs: &[Need::EarlierSync],
    whole_file: true,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for &(now, earlier) in &context.pairs {
        compare(context, now, earlier, found);
    }
    Ok(())
}

fn compare(
    context: &CheckContext<'_>,
    now: NumberedFile<'_>,
    earlier: NumberedFile<'_>,
    found: &mut Collector,
) {
    let then = context.seen_on(earlier);
    let people = earlier.loaded.roster.iter();
    let (mut before, mut missing, mut left) = (0_usize, 0_usize, 0_usize);
    let mut evidence: Vec<Evidence> = Vec::new();
    for person in people.filter(|p| !p.lifecycle_on(then).has_left()) {
        before += 1;
        let row = match now.loaded.roster.get(&person.key) {
            Some(known) if !context.standing(known).has_left() => continue,
            Some(known) => {
                left += 1;
                now.evidence(known, "has left since")
            }
            None => {
                missing += 1;
                earlier.evidence(person, "no longer in the file")
            }
        };
        if evidence.len() < EXAMPLES {
            evidence.push(row);
        }
    }
    let limits = context.policy.shrink;
    let gone = missing + left;
    if gone >= limits.min_people && gone * 100 > before * usize::from(limits.max_percent) {
        let message = format!(
            "has lost {gone} of {before} people ({missing} missing, {left} left); at most {} % may go",
            limits.max_percent
        );
        found.raise(Subject::File { file: now.file }, message, evidence);
    }
}
