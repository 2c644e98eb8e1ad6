//! The operator's links: accounts whose owner is known although nothing in the files says it.
//!
//! A link names an account by `<type>:<id>`, vendor id, login or e-mail address, and a person by `<type>:<id>`,
//! vendor id, employee number or e-mail address; what is tried first decides. It overrides everything that the
//! files say, ambiguity too: it is the operator's own statement.

use std::collections::HashMap;

use connector_core::{Error, ErrorKind, Result};

use super::case::Placed;
use super::join::{People, Record};
use super::policy::Link;
use crate::identity::{Roster, fold_email, fold_text};

/// For each app the records that its linked accounts belong to, by the account's position, and what a reader should
/// know.
pub(crate) type Resolved = (Vec<HashMap<usize, Vec<Record>>>, Vec<String>);

/// Looks the links up. A link of an app that is not among `apps` says nothing here; one to an account that no app
/// has is noted.
///
/// # Errors
/// [`ErrorKind::Setting`] when a link names nobody in the HR files or several people, several accounts of one app,
/// or an account that another link gives to somebody else.
pub(crate) fn resolve(
    links: &[Link],
    people: &People<'_>,
    apps: &[Placed<'_>],
) -> Result<Resolved> {
    let mut owners = vec![HashMap::new(); apps.len()];
    let mut notes = Vec::new();
    if links.is_empty() {
        return Ok((owners, notes));
    }
    let names: Vec<_> = apps
        .iter()
        .map(|app| Names::of(&app.opened.roster))
        .collect();
    for link in links {
        let records = person(link, people)?;
        let meant = |app: &Placed<'_>| match &link.app {
            Some(name) => app.opened.is_called(|it| it == name),
            None => true,
        };
        let (mut looked, mut known) = (false, false);
        for (position, app) in apps.iter().enumerate().filter(|(_, app)| meant(app)) {
            looked = true;
            let Some(at) = account(link, &app.opened.roster, &names[position])? else {
                continue;
            };
            known = true;
            let earlier = owners[position].insert(at, records.clone());
            if earlier.is_some_and(|earlier| earlier != records) {
                let message = format!("another link gives {} to somebody else", link.account);
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
    let records = people.called(&link.person);
    let several = |one: &Record| {
        let mut others = records.iter().filter(|other| *other != one);
        others.any(|other| other.hr == one.hr || !people.same_human(*one, *other))
    };
    match records.is_empty() {
        true => Err(
            wrong(link, format!("nobody in the HR files is {}", link.person)).hint(
                "a person is named by <type>:<id>, vendor id, employee number or e-mail address",
            ),
        ),
        false if records.iter().any(several) => Err(wrong(
            link,
            format!("several people in the HR files are {}", link.person),
        )
        .hint("name the person by <type>:<id>")),
        false => Ok(records),
    }
}

fn account(link: &Link, roster: &Roster, names: &Names) -> Result<Option<usize>> {
    let text = link.account.as_str();
    let by_key: Vec<usize> = roster.find(text).into_iter().collect();
    let by_id = roster.with_id(text).to_vec();
    let by_login = names.logins.get(&fold_text(text));
    let by_email = fold_email(text).and_then(|email| names.emails.get(&email));
    let tried = [
        by_key,
        by_id,
        by_login.cloned().unwrap_or_default(),
        by_email.cloned().unwrap_or_default(),
    ];
    match tried
        .iter()
        .find(|found| !found.is_empty())
        .map(Vec::as_slice)
    {
        None => Ok(None),
        Some([at]) => Ok(Some(*at)),
        Some(_) => Err(wrong(link, format!("several accounts are {text}"))
            .hint("name the account by <type>:<id>")),
    }
}

fn wrong(link: &Link, message: String) -> Error {
    Error::new(ErrorKind::Setting, format!("{}: {message}", link.place))
}

/// Accounts of an app by login and by e-mail address.
struct Names {
    logins: HashMap<String, Vec<usize>>,
    emails: HashMap<String, Vec<usize>>,
}

impl Names {
    fn of(roster: &Roster) -> Self {
        let mut names = Self {
            logins: HashMap::new(),
            emails: HashMap::new(),
        };
        let put = |map: &mut HashMap<String, Vec<usize>>, name, at| {
            let have = map.entry(name).or_default();
            if !have.contains(&at) {
                have.push(at);
            }
        };
        for (at, account) in roster.iter().enumerate() {
            for login in &account.logins {
                put(&mut names.logins, fold_text(login), at);
            }
            for email in account.emails.iter().filter_map(|e| fold_email(e)) {
                put(&mut names.emails, email, at);
            }
        }
        names
    }
}
