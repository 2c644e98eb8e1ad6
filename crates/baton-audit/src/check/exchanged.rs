//! Files that look as if they were given in the wrong place: another system's as the earlier state, one system's twice,
//! as HR file and as app or on two days, an app's as HR file. What a file is cannot be known for sure, so these are
//! notes and no errors.

use std::collections::HashSet;

use connector_core::Result;

use super::context::NumberedFile;
use super::input::LoadedFile;
use crate::history::differ_by_date_alone;
use crate::identity::Identity;

/// Accounts that are looked for in another file before all are.
const SAMPLE: usize = 1_000;

/// What a reader should know about the files, each one sentence without a final period.
///
/// # Errors
/// When a file is damaged.
pub(super) fn notes(
    hr: &[NumberedFile<'_>],
    pairs: &[(NumberedFile<'_>, NumberedFile<'_>)],
    apps: &[NumberedFile<'_>],
) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    // Of a part nothing can be said that holds for the whole file.
    for file in hr.iter().filter(|hr| !hr.loaded.is_part) {
        let mut people = file.loaded.roster.iter();
        if people.len() > 0 && !people.any(is_employed_somehow) {
            notes.push(format!(
                "{}: no person has a title, a department, a manager or a first day; perhaps this is the file of an app",
                file.loaded.source.shown()
            ));
        }
    }
    for (now, earlier) in pairs.iter().filter(|(now, _)| !now.loaded.is_part) {
        let mut before = earlier.loaded.roster.iter();
        let known = |p: &Identity| now.loaded.roster.get(&p.key).is_some();
        if before.len() > 0 && !before.any(known) {
            let (earlier, now) = (earlier.loaded.source.shown(), now.loaded.source.shown());
            notes.push(strange(&earlier, "people", &now));
        }
    }
    for (at, file) in hr.iter().enumerate() {
        for before in &hr[..at] {
            notes.extend(one_system(file.loaded, "people", before.loaded, "records")?);
        }
    }
    for (at, app) in apps.iter().enumerate() {
        for hr in hr {
            notes.extend(one_system(app.loaded, "accounts", hr.loaded, "records")?);
        }
        for before in &apps[..at] {
            notes.extend(one_system(
                app.loaded,
                "accounts",
                before.loaded,
                "accounts",
            )?);
        }
    }
    Ok(notes)
}

/// That a file has nobody in common with the one that is said to be of the same system.
pub(crate) fn strange(file: &str, who: &str, other: &str) -> String {
    format!("{file}: none of the {who} is in {other}; perhaps this is the file of another system")
}

/// Says so when two files look like two states of one system.
fn one_system(
    file: &LoadedFile,
    who: &str,
    other: &LoadedFile,
    whom: &str,
) -> Result<Option<String>> {
    let (shown, other_shown) = (file.source.shown(), other.source.shown());
    let all = file.roster.len();
    let is_known = |account: &&Identity| is_same(account, other);
    let mut sample = file.roster.iter().step_by(all.div_ceil(SAMPLE).max(1));
    let same = match sample.any(|it| is_known(&it)) {
        true => file.roster.iter().filter(is_known).count(),
        false => 0,
    };
    // One app may hand out the ids of another system; most accounts being the same is no coincidence.
    if same > 0 && same * 2 >= all && may_hold_the_same(file, other)? {
        let looked_at = if file.is_part { " looked at" } else { "" };
        return Ok(Some(format!(
            "{shown}: {same} of {all} {who}{looked_at} are {whom} of {other_shown}, with the same ids; perhaps both are \
             files of one system"
        )));
    }
    let is_dated = differ_by_date_alone(&file.source.path, &other.source.path);
    Ok(is_dated.then(|| {
        format!(
            "{shown}: called as {other_shown} but for a date; perhaps both are files of one system"
        )
    }))
}

/// Whether the files have an entitlement in common, or one of them has none. Organisations of one app, each with a file
/// of its own, may have the same accounts, but not the same entitlements.
fn may_hold_the_same(one: &LoadedFile, other: &LoadedFile) -> Result<bool> {
    let ids = |file: &LoadedFile| -> Result<HashSet<String>> {
        let mut ids = HashSet::new();
        let (reader, sync) = (&file.source.reader, &file.source.sync.sync_id);
        reader.for_each_entitlement_row(sync, |_, it| {
            ids.insert(it.id);
            Ok(())
        })?;
        Ok(ids)
    };
    let (one, other) = (ids(one)?, ids(other)?);
    Ok(one.is_empty() || other.is_empty() || !one.is_disjoint(&other))
}

/// Whether the file has a title, a department, a manager or a first day of the person, as HR files do.
pub(crate) fn is_employed_somehow(person: &Identity) -> bool {
    let texts = [&person.job_title, &person.department, &person.department_id];
    texts.into_iter().any(Option::is_some)
        || !person.manager.is_absent()
        || person.start_date.is_some()
}

fn is_same(account: &Identity, other: &LoadedFile) -> bool {
    let record = other.roster.get(&account.key);
    record.is_some_and(|p| p.name == account.name && p.emails == account.emails)
}
