//! HR-08: the department that a record of a person at work names is one department of the file.
//!
//! The departments of a file are its groups whose type is called a department. A name is resolved when the record's
//! department id is one of them, when the person is a member of a department of that name, or when exactly one has
//! the name, case and blanks aside. Raised once per file and name, with the people concerned. A file without
//! departments has nothing to compare with; the check is skipped when all HR files are so.

use std::collections::{BTreeMap, HashSet};

use super::{
    Check, CheckContext, Collector, EXAMPLES, Evidence, IDENTITY, Identity, Need, NumberedFile,
    Result, Severity, Subject, people,
};
use crate::check::departments::{Department, Departments};
use crate::identity::{external_id_of, fold_text};

pub(crate) const CHECK: Check = Check {
    id: "HR-08",
    title: "The department's name means one department",
    severity: Severity::Low,
    controls: IDENTITY,
    remedy: "Rename or merge the departments, or correct the person's department.",
    needs: &[Need::People, Need::AtWork, Need::Departments],
    whole_file: false,
    always: false,
    run,
};

/// People whose department could not be resolved, by the folded name; with the name as the first of them has it.
type Unresolved<'a> = BTreeMap<String, (String, Vec<&'a Identity>)>;

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for &hr in &context.hr {
        let departments = Departments::load(&hr.loaded.source)?;
        if !departments.by_id.is_empty() {
            judge(context, hr, &departments, found)?;
        }
    }
    Ok(())
}

fn judge(
    context: &CheckContext<'_>,
    hr: NumberedFile<'_>,
    departments: &Departments,
    found: &mut Collector,
) -> Result<()> {
    let mut unresolved: Unresolved<'_> = BTreeMap::new();
    for person in context.at_work_in(hr) {
        let Some(name) = person.department.as_deref() else {
            continue;
        };
        let by_id = person.department_id.as_deref();
        if by_id.is_some_and(|id| departments.by_id.contains_key(id)) {
            continue;
        }
        let entry = unresolved.entry(fold_text(name));
        let (_, people) = entry.or_insert_with(|| (name.to_owned(), Vec::new()));
        people.push(person);
    }
    unresolved.retain(|name, _| departments.named(name).len() != 1);
    if !unresolved.is_empty() {
        leave_out_members(hr, departments, &mut unresolved)?;
    }
    for (folded, (name, people)) in unresolved {
        if !people.is_empty() {
            raise(hr, name, &departments.named(&folded), &people, found);
        }
    }
    Ok(())
}

/// Takes out those whose membership settles which department of the name is meant.
fn leave_out_members(
    hr: NumberedFile<'_>,
    departments: &Departments,
    unresolved: &mut Unresolved<'_>,
) -> Result<()> {
    let mut members: HashSet<(&str, String)> = HashSet::new();
    let source = &hr.loaded.source;
    let sync = &source.sync.sync_id;
    source.reader.for_each_grant_unordered(sync, |it, _, _| {
        let held = it.message.entitlement.as_ref();
        let on = held.and_then(|held| held.resource.as_ref()?.id.as_ref());
        let principal = it.message.principal.as_ref().and_then(|p| p.id.as_ref());
        if let (Some(on), Some(member)) = (on, principal)
            && departments.types.contains(&on.resource_type)
            && let Some(department) = departments.by_id.get(&on.resource)
            && unresolved.contains_key(&department.name)
        {
            members.insert((&department.name, external_id_of(member)));
        }
        Ok(())
    })?;
    for (name, (_, people)) in unresolved {
        people.retain(|p| !members.contains(&(name.as_str(), p.key.to_string())));
    }
    Ok(())
}

fn raise(
    hr: NumberedFile<'_>,
    name: String,
    candidates: &[&Department],
    named_by: &[&Identity],
    found: &mut Collector,
) {
    let who = people(named_by.len());
    let message = match candidates {
        [] => format!("is the department of {who}, but not in the file's list of departments"),
        several => {
            let ids: Vec<&str> = several.iter().map(|d| d.external_id.as_str()).collect();
            format!(
                "is the department of {who}, but means {} departments: {}",
                ids.len(),
                ids.join(", ")
            )
        }
    };
    let rows = candidates.iter().map(|department| Evidence {
        file: hr.file,
        at: department.row.clone(),
        external_id: department.external_id.clone(),
        says: format!("department {name}"),
    });
    let theirs = named_by.iter().take(EXAMPLES);
    let theirs = theirs.map(|p| hr.evidence(p, format!("department {name}")));
    let evidence = rows.chain(theirs).collect();
    let file = hr.file;
    found.raise(Subject::Thing { file, name }, message, evidence);
}
