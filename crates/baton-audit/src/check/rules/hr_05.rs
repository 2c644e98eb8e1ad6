//! HR-05: every person at work has a work e-mail address, and every work e-mail address is one, belongs to no other
//! person and is in an allowed domain.
//!
//! Pre-hires need no address yet; one that they have must be right. An address belongs to another person when another
//! record of the same file that has not left has it, however it is written; one that a leaver once had is HR-07's.
//! Domains are compared with `[people] allowed_domains`; without that list all are allowed.

use std::collections::HashMap;

use super::{
    Check, CheckContext, Collector, EXAMPLES, IDENTITY, Identity, Need, NumberedFile, Result,
    Severity, listed,
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
    for &hr in &context.hr {
        let mut sharers = Sharers::default();
        for person in context.in_scope_of(hr) {
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
                _ => judge(context, hr, person, &mut sharers, found),
            }
        }
    }
    Ok(())
}

/// The positions of those who have each address that was asked for and have not left. Thousands of people may share an
/// address, so they are looked up once.
#[derive(Default)]
struct Sharers(HashMap<String, Vec<usize>>);

impl Sharers {
    /// How many others than a person have an address, and the first of them.
    fn others<'a>(
        &mut self,
        context: &CheckContext<'_>,
        hr: NumberedFile<'a>,
        person: &Identity,
        address: &str,
    ) -> (usize, Vec<&'a Identity>) {
        let Some(address) = fold_email(address) else {
            return (0, Vec::new());
        };
        let roster = &hr.loaded.roster;
        let has_left = |at: usize| {
            let it = roster.at(at);
            it.is_none_or(|it| context.standing(it).has_left())
        };
        let having = self.0.entry(address).or_insert_with_key(|address| {
            let all = roster.having_folded(address).iter().copied();
            all.filter(|&at| !has_left(at)).collect()
        });
        // The roster is in order of keys, so all records with the person's key follow each other.
        let key = |at: usize| roster.at(at).map(|it| &it.key);
        let from = having.partition_point(|&at| key(at) < Some(&person.key));
        let to = having.partition_point(|&at| key(at) <= Some(&person.key));
        let (before, behind) = (&having[..from], &having[to..]);
        let others = before.iter().chain(behind).take(EXAMPLES);
        let others = others.filter_map(|&at| roster.at(at)).collect();
        (before.len() + behind.len(), others)
    }
}

fn judge(
    context: &CheckContext<'_>,
    hr: NumberedFile<'_>,
    person: &Identity,
    sharers: &mut Sharers,
    found: &mut Collector,
) {
    let mut faults: Vec<String> = Vec::new();
    let mut shown: Vec<&Identity> = Vec::new();
    for address in &person.emails {
        faults.extend(fault(context, address));
        let (count, others) = sharers.others(context, hr, person, address);
        match others.as_slice() {
            [] => {}
            [one] => faults.push(format!(
                "has the address {address}, which {} ({}) has too",
                one.name, one.key
            )),
            _ => faults.push(format!(
                "has the address {address}, which {count} others have too"
            )),
        }
        for other in others {
            if !shown.iter().any(|it| it.row == other.row) {
                shown.push(other);
            }
        }
    }
    if !faults.is_empty() {
        let rows = [person].into_iter().chain(shown);
        let evidence = rows.map(|p| hr.evidence(p, format!("e-mail {}", emails(p))));
        found.raise(hr.subject(person), faults.join("; "), evidence.collect());
    }
}

/// The addresses of a person, of very many the first.
fn emails(person: &Identity) -> String {
    listed(person.emails.iter().map(String::as_str), EXAMPLES)
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
