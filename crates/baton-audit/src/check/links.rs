//! The operator's links: accounts whose owner is known although no file has it.
//!
//! A link names an account by `<type>:<id>`, vendor id, login or e-mail address, and a person by `<type>:<id>`,
//! vendor id, employee number or e-mail address; what is tried first decides. It overrides everything that the
//! files contain, ambiguity too: it is the operator's own statement.

use std::collections::HashMap;

use connector_core::{Error, ErrorKind, Result};

use super::context::NumberedFile;
use super::join::{People, Record};
use super::policy::Link;
use crate::identity::{Roster, fold_text};

/// For each app the records that its linked accounts belong to, by the account's position, and what a reader should
/// know.
pub(crate) type Resolved = (Vec<HashMap<usize, Vec<Record>>>, Vec<String>);

/// Looks the links up. A link of an app that is not among `apps` has no effect here; one to an account that no app
/// has is noted.
///
/// # Errors
/// [`ErrorKind::Setting`] when a link names no person of the HR files or several people, several accounts of one app,
/// or an account that another link gives to another person.
pub(crate) fn resolve(
    links: &[Link],
    people: &People<'_>,
    apps: &[NumberedFile<'_>],
) -> Result<Resolved> {
    let mut owners = vec![HashMap::new(); apps.len()];
    let mut notes = Vec::new();
    if links.is_empty() {
        return Ok((owners, notes));
    }
    let logins = apps.iter().map(|app| by_login(&app.loaded.roster));
    let logins: Vec<Logins> = logins.collect();
    for link in links {
        let records = person(link, people)?;
        let meant = |app: &NumberedFile<'_>| match &link.app {
            Some(name) => app.loaded.is_called(|it| it == name),
            None => true,
        };
        let (mut looked, mut known) = (false, false);
        for (position, app) in apps.iter().enumerate().filter(|(_, app)| meant(app)) {
            looked = true;
            let Some(at) = account(link, &app.loaded.roster, &logins[position])? else {
                continue;
            };
            known = true;
            let earlier = owners[position].insert(at, records.clone());
            if earlier.is_some_and(|earlier| earlier != records) {
                let message = format!("another link gives {} to another person", link.account);
                return Err(wrong(link, message));
            }
        }
        if looked && !known {
            notes.push(format!(
                "{}: no app has the account {}",
                link.place, link.account
            ));
        }
    }
    Ok((owners, notes))
}

fn person(link: &Link, people: &People<'_>) -> Result<Vec<Record>> {
    let records = people.named(&link.person);
    let several = |one: &Record| {
        let mut others = records.iter().filter(|other| *other != one);
        others.any(|other| other.hr == one.hr || !people.same_human(*one, *other))
    };
    match records.is_empty() {
        true => Err(wrong(
            link,
            format!("no person in the HR files is {}", link.person),
        )
        .hint("a person is named by <type>:<id>, vendor id, employee number or e-mail address")),
        false if records.iter().any(several) => Err(wrong(
            link,
            format!("several people in the HR files are {}", link.person),
        )
        .hint("name the person by <type>:<id>")),
        false => Ok(records),
    }
}

fn account(link: &Link, roster: &Roster, logins: &Logins) -> Result<Option<usize>> {
    let text = link.account.as_str();
    let by_key = roster.find(text);
    let by_login = logins.get(&fold_text(text));
    let tried = [
        by_key.as_slice(),
        roster.with_id(text),
        by_login.map_or(&[], Vec::as_slice),
        roster.having_email(text),
    ];
    match tried.into_iter().find(|found| !found.is_empty()) {
        None => Ok(None),
        Some([at]) => Ok(Some(*at)),
        Some(_) => Err(wrong(link, format!("several accounts are {text}"))
            .hint("name the account by <type>:<id>")),
    }
}

fn wrong(link: &Link, message: String) -> Error {
    Error::new(ErrorKind::Setting, format!("{}: {message}", link.place))
}

/// Positions of an app's accounts by login.
type Logins = HashMap<String, Vec<usize>>;

fn by_login(roster: &Roster) -> Logins {
    let mut logins = Logins::new();
    for (at, account) in roster.iter().enumerate() {
        for login in &account.logins {
            let have = logins.entry(fold_text(login)).or_default();
            if have.last() != Some(&at) {
                have.push(at);
            }
        }
    }
    logins
}
