//! HR-05: every person at work has a work e-mail address, and every work e-mail address is one, belongs to no other
//! person and is in an allowed domain.
//!
//! Pre-hires need no address yet; one that they have must be right. An address belongs to another person when another
//! record of the same file that has not left has it, however it is written; one that a leaver once had is HR-07's.
//! Domains are compared with `[people] allowed_domains`; without that list all are allowed.

use super::{
    Check, CheckContext, Collector, EXAMPLES, IDENTITY, Identity, Need, NumberedFile, Result,
    Severity,
};
use crate::identity::{Lifecycle, fold_email};

pub(crate) const CHECK: Check = Check {
    id: "HR-05",
    title: "The work e-mail address is present, unique and in an allowed domain",
    severity: Severity::Medium,
    controls: IDENTITY,
    remedy: "Give the person a work e-mail address of their own in a company domain.",
    needs: &[Need::People],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for (hr, person) in context.in_scope() {
        match context.standing(person) {
            standing if standing.has_left() => {}
            Lifecycle::Prehire if person.emails.is_empty() => {}
            _ if person.emails.is_empty() => {
                found.raise_person(
                    hr,
                    person,
                    "has no work e-mail address",
                    "no e-mail address",
                );
            }
            _ => judge(context, hr, person, found),
        }
    }
    Ok(())
}

fn judge(
    context: &CheckContext<'_>,
    hr: NumberedFile<'_>,
    person: &Identity,
    found: &mut Collector,
) {
    let mut faults: Vec<String> = Vec::new();
    let mut sharers: Vec<&Identity> = Vec::new();
    for address in &person.emails {
        faults.extend(fault(context, address));
        let mut others = hr.loaded.roster.with_email(address);
        others.retain(|other| other.key != person.key && !context.standing(other).has_left());
        match others.as_slice() {
            [] => {}
            [one] => faults.push(format!(
                "has the address {address}, which {} ({}) has too",
                one.name, one.key
            )),
            many => faults.push(format!(
                "has the address {address}, which {} others have too",
                many.len()
            )),
        }
        for other in others.into_iter().take(EXAMPLES) {
            if !sharers.iter().any(|sharer| sharer.row == other.row) {
                sharers.push(other);
            }
        }
    }
    if !faults.is_empty() {
        let rows = [person].into_iter().chain(sharers);
        let evidence = rows.map(|p| hr.evidence(p, format!("e-mail {}", p.emails.join(", "))));
        found.raise(hr.subject(person), faults.join("; "), evidence.collect());
    }
}

/// What is wrong with the address itself.
fn fault(context: &CheckContext<'_>, address: &str) -> Option<String> {
    let Some(folded) = fold_email(address) else {
        return Some(format!("has {address}, which is no e-mail address"));
    };
    let (_, domain) = folded.rsplit_once('@')?;
    let allowed = &context.policy.allowed_domains;
    let fits = allowed.is_empty() || allowed.iter().any(|d| d.fits_folded(domain));
    (!fits).then(|| format!("has the address {address}, whose domain is not allowed"))
}
