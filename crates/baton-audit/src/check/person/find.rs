//! Which records of the HR files are the person that is asked for.

use connector_core::{Error, ErrorKind, Result};

use crate::check::chosen::{Chosen, Marks};
use crate::identity::{Identity, Key, Search, fold_email, for_each_unordered};

/// The records of the person, each with the position of its HR file, and what identifies them.
///
/// # Errors
/// [`ErrorKind::Usage`] when `who` names nobody or several people; the candidates are listed.
pub(super) fn find(files: &Chosen, who: &str) -> Result<(Vec<(usize, Key)>, Marks)> {
    let mut searches = Vec::new();
    for source in files.hr() {
        let mut search = Search::new(who);
        for_each_unordered(source, |identity| {
            search.see(&identity);
            Ok(())
        })?;
        searches.push(search);
    }
    let best = searches.iter().map(Search::best).max().flatten();
    let fitting = searches.into_iter().enumerate();
    let fitting = fitting.filter(|(_, search)| search.best() == best);
    let mut found: Vec<(usize, Identity)> = Vec::new();
    for (file, search) in fitting {
        let record = search.found()?;
        if let Some((_, other)) = found.iter().find(|(_, other)| !may_be_one(other, &record)) {
            let message = format!("the HR files know different people as {who}");
            return Err(Error::new(ErrorKind::Usage, message).hint(format!(
                "give the id or the e-mail address of one of: {} ({}), {} ({})",
                other.key, other.name, record.key, record.name
            )));
        }
        found.push((file, record));
    }
    let mut marks = Marks::default();
    found.iter().for_each(|(_, record)| marks.add(record));
    let mut records: Vec<(usize, Key)> = Vec::new();
    for (file, source) in files.hr().enumerate() {
        if let Some((_, record)) = found.iter().find(|(at, _)| *at == file) {
            records.push((file, record.key.clone()));
            continue;
        }
        for_each_unordered(source, |other| {
            if marks.fit(&other) && found.iter().all(|(_, it)| may_be_one(it, &other)) {
                records.push((file, other.key));
            }
            Ok(())
        })?;
    }
    Ok((records, marks))
}

/// What identifies all of the records.
///
/// # Errors
/// When a file is damaged.
pub(super) fn marks_of(files: &Chosen, records: &[(usize, Key)]) -> Result<Marks> {
    let mut marks = Marks::default();
    for (file, source) in files.hr().enumerate() {
        for (_, key) in records.iter().filter(|(at, _)| *at == file) {
            let found = source
                .reader
                .resource(&source.sync.sync_id, &key.to_string())?;
            let mut shared = crate::identity::Shared::default();
            let record = found.and_then(|(row, it)| crate::identity::read(row, &it, &mut shared));
            record.iter().for_each(|record| marks.add(record));
        }
    }
    Ok(marks)
}

/// Whether records of two HR files can be one human, as the join has it: they share an address, or one has none.
fn may_be_one(one: &Identity, other: &Identity) -> bool {
    let folded = |it: &Identity| -> Vec<String> {
        it.emails
            .iter()
            .filter_map(|email| fold_email(email))
            .collect()
    };
    let (one, other) = (folded(one), folded(other));
    one.is_empty() || other.is_empty() || one.iter().any(|email| other.contains(email))
}
