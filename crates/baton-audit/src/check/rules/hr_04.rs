//! HR-04: the manager of every person at work is in the file, has not left and is another person, and the line of
//! managers is no circle and reaches the top.
//!
//! Raised for those with whom the fault begins, not for all people below them: whose record names themselves, an
//! address of several people, a person who is not in the file or one who has left; all people in a circle of
//! managers; and who reports directly to a person who has no manager and does not work here (not begun, or the file
//! leaves it open). A manager whose first day is still to come is otherwise fine, because companies enter them ahead.
//! A manager given by name alone cannot be looked up: that is a note, no finding.

use super::{
    ACCESS, Check, CheckContext, Collector, Identity, Need, NumberedFile, Result, Severity, people,
};
use crate::managers::{End, Fault, Graph, Link};

pub(crate) const CHECK: Check = Check {
    id: "HR-04",
    title: "The reporting line is sound",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Correct the manager in the HR system so that the line ends at the top of the company.",
    needs: &[Need::People, Need::AtWork],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for &hr in &context.hr {
        let graph = Graph::of(&hr.loaded.roster, context.day);
        let mut only_names = 0_usize;
        for person in context.at_work_in(hr) {
            let Some(at) = hr.loaded.roster.position(&person.key) else {
                continue;
            };
            let is_name_only = person.manager.id.is_none() && person.manager.email.is_none();
            if graph.link(at) == Link::Unknown && is_name_only {
                only_names += 1;
            } else {
                judge(context, (hr, person, at), &graph, found);
            }
        }
        if only_names > 0 {
            found.notes.push(format!(
                "{}: for {} the manager is given by name alone and cannot be looked up (HR-04)",
                hr.loaded.source.shown(),
                people(only_names)
            ));
        }
    }
    Ok(())
}

fn judge(
    context: &CheckContext<'_>,
    (hr, person, at): (NumberedFile<'_>, &Identity, usize),
    graph: &Graph,
    found: &mut Collector,
) {
    let roster = &hr.loaded.roster;
    let faults = graph
        .faults(at)
        .filter(|&fault| begins_here(fault, at, graph));
    let messages: Vec<String> = faults
        .map(|fault| fault.says(person, graph, roster))
        .collect();
    if messages.is_empty() {
        return;
    }
    let named = person.manager.shown().unwrap_or("not readable");
    let mut evidence = vec![hr.evidence(person, format!("manager {named}"))];
    if let Link::Is(manager) = graph.link(at)
        && let Some(manager) = roster.at(manager)
    {
        let standing = context.standing(manager).as_str();
        evidence.push(hr.evidence(manager, format!("the manager, {standing}")));
    }
    found.raise(hr.subject(person), messages.join("; "), evidence);
}

/// Whether the fault is in the person's own link. The line of all people below ends at the same place.
fn begins_here(fault: Fault, at: usize, graph: &Graph) -> bool {
    match fault {
        Fault::NoTop(End::Outside(last)) => graph.link(at) == Link::Is(last),
        Fault::NoTop(_) => false,
        _ => true,
    }
}
