//! The sections about resources, entitlements and grants.

use connector_core::Result;

use super::section::Section;
use crate::diff::comparison::Comparison;
use crate::diff::grants::GrantChange;
use crate::diff::objects::{ObjectChange, ObjectCounts};
use crate::look::Names;

const OBJECTS: &[&str] = &["Change", "What", "Id", "Name", "Name before"];
const GRANTS: &[&str] = &["Who", "Name", "Entitlement", "What"];

/// The section of resource types, resources and entitlements, at most `limit` of each.
pub(super) fn objects(compared: &Comparison<'_>, limit: usize) -> Option<Section> {
    let mut rows = Vec::new();
    let (mut listed, mut total) = (0, 0);
    for (_, sample) in &compared.objects {
        let ObjectCounts {
            added,
            removed,
            renamed,
            unchanged: _,
        } = sample.counts;
        total += added + removed + renamed;
        for change in sample.first.iter().take(limit) {
            listed += 1;
            rows.push(object(change));
        }
    }
    Section::of("Resources and entitlements", OBJECTS, rows, listed, total)
}

fn object(change: &ObjectChange) -> Vec<String> {
    let name = change.new_name.as_ref().or(change.old_name.as_ref());
    let before = change
        .old_name
        .as_ref()
        .filter(|_| change.what() == "renamed");
    vec![
        change.what().to_owned(),
        change.kind.as_str().replace('_', " "),
        change.id.clone(),
        name.cloned().unwrap_or_default(),
        before.cloned().unwrap_or_default(),
    ]
}

/// The sections of grants, those added and those removed, without those that were carried over.
pub(super) fn grants(compared: &Comparison<'_>, limit: usize) -> Result<Vec<Section>> {
    let Some(sample) = &compared.grants else {
        return Ok(Vec::new());
    };
    let counts = sample.counts;
    let mut sections = Vec::new();
    for (added, title, total, side) in [
        (true, "Grants added", counts.added, compared.new),
        (false, "Grants removed", counts.removed, compared.old),
    ] {
        let mut names = Names::new(&side.source);
        let of_side = sample.first.iter().filter(|change| change.added == added);
        let rows = of_side.take(limit).map(|change| grant(change, &mut names));
        let rows: Vec<_> = rows.collect::<Result<_>>()?;
        let listed = rows.len() as u64;
        sections.extend(Section::of(title, GRANTS, rows, listed, total));
    }
    Ok(sections)
}

fn grant(change: &GrantChange<'_>, names: &mut Names<'_>) -> Result<Vec<String>> {
    let grant = &change.grant;
    let (who, what) = names.of_grant(grant)?;
    Ok(vec![
        format!("{}:{}", grant.principal_type, grant.principal_id),
        who,
        grant.entitlement.clone(),
        match change.via.is_empty() {
            true => what,
            false => format!("{what} via {}", change.via.join(" > ")),
        },
    ])
}
