//! Files that look as if they were given in the wrong place: another system's as the earlier state, one system's as HR
//! file and as app, an app's as HR file. What a file is cannot be known for sure, so these are notes and no errors.

use super::context::NumberedFile;
use crate::identity::Identity;

/// What a reader should know about the files, each one sentence without a final period.
pub(super) fn notes(
    hr: &[NumberedFile<'_>],
    pairs: &[(NumberedFile<'_>, NumberedFile<'_>)],
    apps: &[NumberedFile<'_>],
) -> Vec<String> {
    let mut notes = Vec::new();
    for file in hr {
        let mut people = file.loaded.roster.iter();
        if people.len() > 0 && !people.any(is_employed_somehow) {
            notes.push(format!(
                "{}: no person has a title, a department, a manager or a first day; perhaps this is the file of an app",
                file.loaded.source.shown()
            ));
        }
    }
    for (now, earlier) in pairs {
        let mut before = earlier.loaded.roster.iter();
        let known = |p: &Identity| now.loaded.roster.get(&p.key).is_some();
        if before.len() > 0 && !before.any(known) {
            notes.push(format!(
                "{}: none of the people is in {}; perhaps this is the file of another system",
                earlier.loaded.source.shown(),
                now.loaded.source.shown()
            ));
        }
    }
    for (app, hr) in apps
        .iter()
        .flat_map(|app| hr.iter().map(move |hr| (app, hr)))
    {
        let accounts = app.loaded.roster.iter();
        let all = accounts.len();
        let same = accounts.filter(|account| is_same(account, hr)).count();
        // One app may hand out the ids of the HR system; most accounts being the same records is no coincidence.
        if same > 0 && same * 2 >= all {
            notes.push(format!(
                "{}: {same} of {all} accounts are records of {}, with the same ids; perhaps both are files of one system",
                app.loaded.source.shown(),
                hr.loaded.source.shown()
            ));
        }
    }
    notes
}

/// Whether the file has a title, a department, a manager or a first day of the person, as HR files do.
pub(crate) fn is_employed_somehow(person: &Identity) -> bool {
    let texts = [&person.job_title, &person.department, &person.department_id];
    texts.into_iter().any(Option::is_some)
        || !person.manager.is_absent()
        || person.start_date.is_some()
}

fn is_same(account: &Identity, hr: &NumberedFile<'_>) -> bool {
    let record = hr.loaded.roster.get(&account.key);
    record.is_some_and(|p| p.name == account.name && p.emails == account.emails)
}
