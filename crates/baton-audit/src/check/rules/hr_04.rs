//! HR-04: the manager of everybody at work is in the file, has not left and is somebody else, and the line of
//! managers is no circle and reaches the top.
//!
//! Raised for those with whom the fault begins, not for everybody below them: whose record names themselves, an
//! address of several people, somebody who is not in the file or somebody who has left; everybody in a circle of
//! managers; and who reports directly to somebody who has no manager and does not work here (not begun, or nobody
//! knows). A manager whose first day is still to come is otherwise fine, because companies enter them ahead.
//! A manager given by name alone cannot be looked up: that is a note, no finding.

use connector_core::Result;

use crate::check::case::{Case, Placed};
use crate::check::ledger::{Ledger, Verdict};
use crate::identity::Identity;
use crate::managers::{End, Fault, Graph, Link};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    for &hr in &case.hr {
        let graph = Graph::of(&hr.opened.roster, case.day);
        let mut only_names = 0_usize;
        for person in case.at_work_in(hr) {
            let Some(at) = hr.opened.roster.position(&person.key) else {
                continue;
            };
            if graph.link(at) == Link::Unknown && is_name_only(person) {
                only_names += 1;
            } else {
                judge(case, (hr, person, at), &graph, ledger);
            }
        }
        if only_names > 0 {
            ledger.note(format!(
                "{}: for {} the manager is given by name alone and cannot be looked up (HR-04)",
                hr.opened.source.shown(),
                super::people(only_names)
            ));
        }
    }
    Ok(Verdict::Ran)
}

fn judge(
    case: &Case<'_>,
    (hr, person, at): (Placed<'_>, &Identity, usize),
    graph: &Graph,
    ledger: &mut Ledger,
) {
    let roster = &hr.opened.roster;
    let faults: Vec<Fault> = graph
        .faults(at)
        .filter(|&fault| begins_here(fault, at, graph))
        .collect();
    if faults.is_empty() {
        return;
    }
    let says: Vec<String> = faults
        .iter()
        .map(|fault| fault.says(person, graph, roster))
        .collect();
    let message = says.join("; ");
    let own = format!(
        "manager {}",
        person.manager.shown().unwrap_or("not readable")
    );
    let manager = match graph.link(at) {
        Link::Is(manager) => roster.at(manager),
        _ => None,
    };
    let manager =
        manager.map(|m| hr.evidence(m, format!("the manager, {}", case.standing(m).as_str())));
    let evidence = [hr.evidence(person, own)].into_iter().chain(manager);
    ledger.raise(hr.subject(person), message, evidence.collect());
}

/// Whether the fault is in the person's own link. The line of everybody below ends at the same place.
fn begins_here(fault: Fault, at: usize, graph: &Graph) -> bool {
    match fault {
        Fault::NoTop(End::Outside(last)) => graph.link(at) == Link::Is(last),
        Fault::NoTop(_) => false,
        _ => true,
    }
}

fn is_name_only(person: &Identity) -> bool {
    person.manager.id.is_none() && person.manager.email.is_none()
}
