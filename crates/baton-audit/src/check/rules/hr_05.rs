//! HR-05: everybody at work has a work e-mail address, and every work e-mail address is one, is nobody else's and is
//! in an allowed domain.
//!
//! Pre-hires need no address yet; one that they have must be right. An address is somebody else's when another
//! record of the same file that has not left has it, however it is written; one that a leaver once had is HR-07's.
//! Domains are compared with `[people] allowed_domains`; without that list all are allowed.

use connector_core::Result;

use crate::check::case::{Case, Placed};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::EXAMPLES;
use crate::identity::{Identity, Lifecycle, fold_email};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    for (hr, person) in case.in_scope() {
        let standing = case.standing(person);
        if standing.has_left() {
            continue;
        }
        if person.emails.is_empty() && standing != Lifecycle::Prehire {
            let evidence = vec![hr.evidence(person, "no e-mail address")];
            let message = "has no work e-mail address".to_owned();
            ledger.raise(hr.subject(person), message, evidence);
        }
        let mut faults: Vec<String> = Vec::new();
        let mut sharers: Vec<&Identity> = Vec::new();
        for address in &person.emails {
            faults.extend(fault(case, address));
            let others = others(case, hr, person, address);
            if !others.is_empty() {
                let who = shown(&others);
                faults.push(format!("has the address {address}, which {who} too"));
            }
            for other in others.into_iter().take(EXAMPLES) {
                if !sharers.iter().any(|sharer| sharer.row == other.row) {
                    sharers.push(other);
                }
            }
        }
        if !faults.is_empty() {
            let own = hr.evidence(person, format!("e-mail {}", person.emails.join(", ")));
            let theirs = sharers
                .iter()
                .map(|p| hr.evidence(p, format!("e-mail {}", p.emails.join(", "))));
            let evidence = [own].into_iter().chain(theirs).collect();
            ledger.raise(hr.subject(person), faults.join("; "), evidence);
        }
    }
    Ok(Verdict::Ran)
}

/// What is wrong with the address itself.
fn fault(case: &Case<'_>, address: &str) -> Option<String> {
    let Some(folded) = fold_email(address) else {
        return Some(format!("has {address}, which is no e-mail address"));
    };
    let (_, domain) = folded.rsplit_once('@')?;
    let allowed = &case.policy.allowed_domains;
    let fits = allowed.is_empty() || allowed.iter().any(|d| d.fits_folded(domain));
    (!fits).then(|| format!("has the address {address}, whose domain is not allowed"))
}

fn others<'a>(
    case: &Case<'_>,
    hr: Placed<'a>,
    person: &Identity,
    address: &str,
) -> Vec<&'a Identity> {
    let mut others = hr.opened.roster.with_email(address);
    others.retain(|other| other.key != person.key && !case.standing(other).has_left());
    others
}

/// `Ada Lind (user:1) has`, or how many have.
fn shown(people: &[&Identity]) -> String {
    match people {
        [one] => format!("{} ({}) has", one.name, one.key),
        many => format!("{} others have", many.len()),
    }
}
