//! The files of a question about few people: of each file only the people and accounts that have to do with it are
//! kept, so that the size of the files does not matter to memory.
//!
//! Whose an account is depends on everybody who shares a number or an address with it. [`Chosen`] therefore keeps all
//! of these too, and those that a link names, so that the join gives for what was asked about what it gives for the
//! whole files.

use std::cell::RefCell;
use std::collections::HashSet;

use connector_core::Result;

use super::input::{HrFile, Input, Knows, LoadedFile, Paths, is_earlier, previous};
use super::join::{addresses, emails, numbers};
use super::opening::Opening;
use super::policy::Policy;
use crate::identity::{
    Identity, Key, Roster, Shared, fold_email, fold_number, fold_text, for_each_unordered, read,
};
use crate::source::{DayArgs, OpenArgs, Source};

/// Managers that are followed upwards from one person.
const MAX_LINE: usize = 64;

/// The opened files, before anything of them is chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    hr: Vec<(Source, Option<Source>)>,
    apps: Vec<Source>,
}

/// What identifies people and accounts to the join, folded.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    numbers: HashSet<String>,
    addresses: HashSet<String>,
}

/// Who of those above the people is kept beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Above {
    /// The managers up to the top, by which the checks judge.
    Managers,
    /// Nobody.
    Nobody,
}

impl Marks {
    /// Adds those of a person.
    pub(crate) fn add(&mut self, person: &Identity) {
        self.numbers.extend(numbers(person));
        self.addresses.extend(emails(person));
    }

    /// Adds those of an account.
    fn add_account(&mut self, account: &Identity) {
        self.numbers.extend(numbers(account));
        self.addresses.extend(addresses(account));
    }

    /// Whether the person has one of them.
    pub(crate) fn fit(&self, person: &Identity) -> bool {
        numbers(person).any(|it| self.numbers.contains(&it))
            || emails(person).any(|it| self.addresses.contains(&it))
    }

    /// Whether the account has one of them, also as a login.
    pub(crate) fn fit_account(&self, account: &Identity) -> bool {
        numbers(account).any(|it| self.numbers.contains(&it))
            || addresses(account).any(|it| self.addresses.contains(&it))
    }
}

impl Chosen {
    /// Opens the files and chooses nothing yet.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub(crate) fn open(paths: &Paths, day: &DayArgs, open: &OpenArgs) -> Result<Self> {
        let mut opening = Opening::new(paths, day.pick(None), open);
        let mut hr = Vec::new();
        for (at, path) in paths.hr.iter().enumerate() {
            let now = opening.hr(path)?;
            let earlier = match paths.earlier.as_ref().filter(|_| at == 0) {
                Some(path) => {
                    let earlier = opening.hr(path)?;
                    is_earlier(&earlier, &now)?;
                    Some(earlier)
                }
                None => previous(&now, open)?,
            };
            hr.push((now, earlier));
        }
        let apps = paths.apps.iter().map(|path| opening.app(path));
        let apps = apps.collect::<Result<_>>()?;
        opening.finish()?;
        Ok(Self { hr, apps })
    }

    /// The files of what was chosen, to choose from them again.
    pub(crate) fn again(input: Input) -> Self {
        let hr = input.hr.into_iter();
        let hr = hr.map(|hr| (hr.now.source, hr.earlier.map(|earlier| earlier.source)));
        let apps = input.apps.into_iter().map(|app| app.source);
        Self {
            hr: hr.collect(),
            apps: apps.collect(),
        }
    }

    /// The HR files as they are now, the main one first.
    pub(crate) fn hr(&self) -> impl ExactSizeIterator<Item = &Source> {
        self.hr.iter().map(|(now, _)| now)
    }

    /// The files of apps.
    pub(crate) fn apps(&self) -> &[Source] {
        &self.apps
    }

    /// What there is to examine when of the apps only the accounts that `account` is true for are looked at, with the
    /// app's position, and of the HR files the people who are `asked` about, likewise, and who else matters to the answer: others
    /// with a number or an address of theirs or of an account, whom a link names, and who is above them as far as it is wanted.
    ///
    /// # Errors
    /// When a file is damaged or given twice.
    pub(crate) fn input(
        self,
        asked: impl Fn(usize, &Identity) -> bool,
        above: Above,
        mut marks: Marks,
        account: impl Fn(usize, &Identity) -> bool,
        policy: &Policy,
        day: &DayArgs,
    ) -> Result<Input> {
        let links = Linked::of(policy);
        let mut apps = Vec::new();
        for (at, source) in self.apps.into_iter().enumerate() {
            let knows = RefCell::new(Knows::default());
            let accounts = chosen(&source, |it| {
                knows.borrow_mut().see(it);
                account(at, it) || links.mean_account(it)
            })?;
            accounts.iter().for_each(|it| marks.add_account(it));
            apps.push(part(source, accounts, knows.into_inner()));
        }
        let mut hr = Vec::new();
        for (at, (now, earlier)) in self.hr.into_iter().enumerate() {
            let kept = |it: &Identity| asked(at, it) || marks.fit(it) || links.mean_person(it);
            let people = chosen(&now, kept)?;
            let people = match above {
                Above::Managers => with_managers(&now, people)?,
                Above::Nobody => people,
            };
            let earlier = match earlier {
                Some(earlier) => {
                    let people = chosen(&earlier, kept)?;
                    Some(part(earlier, people, Knows::default()))
                }
                None => None,
            };
            let now = part(now, people, Knows::default());
            hr.push(HrFile { now, earlier });
        }
        let mut input = Input {
            hr,
            apps,
            timezone: day.zone.timezone.clone(),
            evidence: Vec::new(),
        };
        input.each_once()?;
        input.read_states(policy);
        Ok(input)
    }
}

fn part(source: Source, identities: Vec<Identity>, knows: Knows) -> LoadedFile {
    LoadedFile {
        source,
        roster: Roster::new(identities),
        is_part: true,
        knows,
    }
}

/// The people or accounts that are kept, in order of keys.
fn chosen(source: &Source, keep: impl Fn(&Identity) -> bool) -> Result<Vec<Identity>> {
    let mut kept = Vec::new();
    for_each_unordered(source, |identity| {
        if keep(&identity) {
            kept.push(identity);
        }
        Ok(())
    })?;
    kept.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(kept)
}

/// The people and all managers above them. A manager who is named by address costs a pass through the file, one who is
/// named by id a look-up.
fn with_managers(source: &Source, mut people: Vec<Identity>) -> Result<Vec<Identity>> {
    let mut known: HashSet<Key> = people.iter().map(|it| it.key.clone()).collect();
    let (mut shared, mut below) = (Shared::default(), 0);
    for _ in 0..MAX_LINE {
        let named: Vec<_> = people[below..].iter().map(manager_of).collect();
        below = people.len();
        let mut addresses = HashSet::new();
        for (key, email) in named {
            let by_id = match key {
                Some(key) if known.contains(&key) => continue,
                Some(key) => source
                    .reader
                    .resource(&source.sync.sync_id, &key.to_string())?,
                None => None,
            };
            match by_id.and_then(|(row, it)| read(row, &it, &mut shared)) {
                Some(manager) => {
                    known.insert(manager.key.clone());
                    people.push(manager);
                }
                None => addresses.extend(email.and_then(|it| fold_email(&it))),
            }
        }
        if !addresses.is_empty() {
            let of_address = |it: &Identity| emails(it).any(|email| addresses.contains(&email));
            for manager in chosen(source, |it| !known.contains(&it.key) && of_address(it))? {
                known.insert(manager.key.clone());
                people.push(manager);
            }
        }
        if below == people.len() {
            break;
        }
    }
    people.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(people)
}

/// The key and the address by which a person's manager is named.
fn manager_of(person: &Identity) -> (Option<Key>, Option<String>) {
    let key = person.manager.id.as_ref().map(|id| Key {
        resource_type: person.key.resource_type.clone(),
        id: id.clone(),
    });
    (key, person.manager.email.clone())
}

/// People and accounts that the operator's links and `[[service_owner]]` name; there are few, so all that one may mean are kept.
#[derive(Debug)]
struct Linked {
    accounts: HashSet<String>,
    people: HashSet<String>,
}

impl Linked {
    fn of(policy: &Policy) -> Self {
        let folded = |texts: &mut dyn Iterator<Item = &String>| -> HashSet<String> {
            texts
                .flat_map(|text| [Some(fold_text(text)), fold_email(text)])
                .flatten()
                .collect()
        };
        Self {
            accounts: folded(&mut policy.links.iter().map(|link| &link.account)),
            people: {
                let links = policy.links.iter().map(|link| &link.person);
                let owners = policy.service_owners.iter().map(|owner| &owner.person);
                folded(&mut links.chain(owners))
            },
        }
    }

    fn mean_account(&self, it: &Identity) -> bool {
        !self.accounts.is_empty()
            && (has_id(&self.accounts, it)
                || it
                    .logins
                    .iter()
                    .any(|login| self.accounts.contains(&fold_text(login)))
                || emails(it).any(|email| self.accounts.contains(&email)))
    }

    fn mean_person(&self, it: &Identity) -> bool {
        !self.people.is_empty()
            && (has_id(&self.people, it)
                || it
                    .employee_ids
                    .iter()
                    .filter_map(|n| fold_number(n))
                    .any(|n| self.people.contains(&n))
                || emails(it).any(|email| self.people.contains(&email)))
    }
}

fn has_id(texts: &HashSet<String>, it: &Identity) -> bool {
    texts.contains(&fold_text(&it.key.id)) || texts.contains(&fold_text(&it.key.to_string()))
}
