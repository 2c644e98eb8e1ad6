//! HR-08: the department that a record of somebody at work names is one department of the file.
//!
//! The departments of a file are its groups whose type is called a department. A name is resolved when the record's
//! department id is one of them, when the person is a member of a department of that name, or when exactly one has
//! the name, case and blanks aside. Raised once per file and name, with the people concerned. A file without
//! departments has nothing to compare with; the check is skipped when all HR files are so.

use std::collections::{BTreeMap, HashMap, HashSet};

use connector_core::Result;

use crate::check::case::{Case, Placed};
use crate::check::finding::{Evidence, Subject};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::EXAMPLES;
use crate::identity::{Identity, fold_text};
use crate::source::Source;

/// The trait number of groups on the wire.
const TRAIT_GROUP: i32 = 2;

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    let mut compared = false;
    for &hr in &case.hr {
        let departments = Departments::load(&hr.opened.source)?;
        if !departments.by_id.is_empty() {
            compared = true;
            judge(case, hr, &departments, ledger)?;
        }
    }
    match compared {
        true => Ok(Verdict::Ran),
        false => Ok(Verdict::Skipped("no HR file lists departments".to_owned())),
    }
}

/// A department of a file.
#[derive(Debug)]
struct Department {
    row: i64,
    external_id: String,
    folded: String,
}

#[derive(Debug, Default)]
struct Departments {
    types: HashSet<String>,
    /// By the vendor's id.
    by_id: BTreeMap<String, Department>,
}

impl Departments {
    fn load(source: &Source) -> Result<Self> {
        let sync = &source.sync.sync_id;
        let mut this = Self::default();
        source.reader.for_each_resource_type(sync, |kind| {
            let called = |name: &str| fold_text(name).contains("department");
            if kind.traits.contains(&TRAIT_GROUP)
                && (called(&kind.id) || called(&kind.display_name))
            {
                this.types.insert(kind.id);
            }
            Ok(())
        })?;
        for kind in &this.types {
            source.reader.for_each_resource_of(sync, kind, |row, it| {
                let external_id = it.external_id();
                if let Some(id) = it.id {
                    let department = Department {
                        row,
                        external_id,
                        folded: fold_text(&it.display_name),
                    };
                    this.by_id.insert(id.resource, department);
                }
                Ok(())
            })?;
        }
        Ok(this)
    }

    fn named(&self, folded: &str) -> Vec<&Department> {
        let all = self.by_id.values();
        all.filter(|department| department.folded == folded)
            .collect()
    }
}

/// People whose department could not be resolved, by the folded name; with the name as the first of them has it.
type Open<'a> = BTreeMap<String, (String, Vec<&'a Identity>)>;

fn judge(
    case: &Case<'_>,
    hr: Placed<'_>,
    departments: &Departments,
    ledger: &mut Ledger,
) -> Result<()> {
    let mut open: Open<'_> = BTreeMap::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for department in departments.by_id.values() {
        *counts.entry(department.folded.clone()).or_default() += 1;
    }
    for person in case.at_work_in(hr) {
        let Some(name) = person.department.as_deref() else {
            continue;
        };
        let folded = fold_text(name);
        let by_id = person.department_id.as_deref();
        let known = by_id.is_some_and(|id| departments.by_id.contains_key(id));
        if !known && counts.get(&folded) != Some(&1) {
            let entry = open.entry(folded);
            let (_, people) = entry.or_insert_with(|| (name.to_owned(), Vec::new()));
            people.push(person);
        }
    }
    if !open.is_empty() {
        leave_out_members(hr, departments, &mut open)?;
    }
    for (folded, (name, people)) in open {
        if !people.is_empty() {
            raise(hr, name, &departments.named(&folded), &people, ledger);
        }
    }
    Ok(())
}

/// Takes out those whose membership says which department of the name is meant.
fn leave_out_members(hr: Placed<'_>, departments: &Departments, open: &mut Open<'_>) -> Result<()> {
    let mut members: HashSet<(String, String)> = HashSet::new();
    let source = &hr.opened.source;
    let each = |_, grant: connector_c1z::wire::Grant| {
        let on = grant.entitlement.and_then(|e| e.resource?.id);
        let who = grant.principal.and_then(|p| p.id);
        if let (Some(on), Some(who)) = (on, who)
            && departments.types.contains(&on.resource_type)
            && let Some(department) = departments.by_id.get(&on.resource)
            && open.contains_key(&department.folded)
        {
            let key = format!("{}:{}", who.resource_type, who.resource);
            members.insert((department.folded.clone(), key));
        }
        Ok(())
    };
    source
        .reader
        .for_each_grant_row(&source.sync.sync_id, each)?;
    for (folded, (_, people)) in open {
        people.retain(|p| !members.contains(&(folded.clone(), p.key.to_string())));
    }
    Ok(())
}

fn raise(
    hr: Placed<'_>,
    name: String,
    meant: &[&Department],
    people: &[&Identity],
    ledger: &mut Ledger,
) {
    let who = super::people(people.len());
    let message = match meant {
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
    let rows = meant.iter().map(|department| Evidence {
        file: hr.file,
        table: "v1_resources",
        row: department.row,
        external_id: department.external_id.clone(),
        says: format!("department {name}"),
    });
    let theirs = people.iter().take(EXAMPLES);
    let theirs = theirs.map(|p| hr.evidence(p, format!("department {name}")));
    let evidence = rows.chain(theirs).collect();
    let subject = Subject::Thing {
        file: hr.file,
        name: name.clone(),
    };
    ledger.raise(subject, message, evidence);
}
