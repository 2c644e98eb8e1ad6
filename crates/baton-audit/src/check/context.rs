//! What the checks look at: the files with their positions, the policy, the day, and accounts joined with people.

use std::collections::HashSet;

use connector_core::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::access::{Access, Held};
use super::exchanged;
use super::finding::{EXAMPLES, Evidence, Subject};
use super::input::{Input, LoadedFile};
use super::join::{Owner, People, Record};
use super::links;
use super::policy::{Pattern, Policy, Selector};
use crate::console::Console;
use crate::identity::{AccountType, Identity, Lifecycle, Status};

/// A file and its position in [`super::Findings::files`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberedFile<'a> {
    pub(crate) file: usize,
    pub(crate) loaded: &'a LoadedFile,
}

/// Everything a check may look at.
#[derive(Debug)]
pub(crate) struct CheckContext<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) day: Date,
    timezone: &'a TimeZone,
    /// HR files as they are now. They are numbered first, so a file's number is also its place here.
    pub(crate) hr: Vec<NumberedFile<'a>>,
    /// HR files that have an earlier state: now, earlier.
    pub(crate) pairs: Vec<(NumberedFile<'a>, NumberedFile<'a>)>,
    /// Apps; empty when no check that is to run looks at them.
    pub(crate) apps: Vec<JoinedApp<'a>>,
    /// For each HR file the people whom HR checks look at, in order of ids.
    in_scope: Vec<Vec<&'a Identity>>,
    /// The people of all HR files.
    pub(crate) people: People<'a>,
    /// What was noticed when accounts were joined with people.
    pub(crate) notes: Vec<String>,
    /// Those of the notes that say that a file may be given in the wrong place.
    pub(crate) misplaced: Vec<String>,
}

/// How much of the apps is read. What is held in them takes longest, and most memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AppsRead {
    /// Nothing: there are no apps then.
    Nothing,
    /// Whose the accounts are; what they hold is empty.
    Owners,
    /// What the accounts hold, too.
    Access,
}

/// An app, the owners of its accounts and what the accounts hold.
#[derive(Debug)]
pub(crate) struct JoinedApp<'a> {
    pub(crate) file: NumberedFile<'a>,
    /// By position in the roster.
    pub(crate) owners: Vec<Owner>,
    pub(crate) access: Access<'a>,
}

/// An account that belongs to a person, and the person's records in the HR files.
#[derive(Debug)]
pub(crate) struct OwnedAccount<'a, 'c> {
    pub(crate) app: &'c JoinedApp<'a>,
    /// Position in the app's roster.
    pub(crate) at: usize,
    pub(crate) account: &'a Identity,
    /// The person's records, at least one.
    pub(crate) records: Vec<(NumberedFile<'a>, &'a Identity)>,
}

impl<'a> CheckContext<'a> {
    /// Reads of the apps what is needed.
    ///
    /// # Errors
    /// When a file is damaged or a link of the policy is wrong.
    pub(crate) fn new(
        input: &'a Input,
        policy: &'a Policy,
        day: Date,
        apps_read: AppsRead,
    ) -> Result<Self> {
        let mut file = 0..;
        let mut number = |loaded: &'a LoadedFile| NumberedFile {
            file: file.next().unwrap_or_default(),
            loaded,
        };
        let hr: Vec<_> = input.hr.iter().map(|hr| number(&hr.now)).collect();
        let pairs = input.hr.iter().zip(&hr);
        let pairs: Vec<_> = pairs
            .filter_map(|(hr, &now)| Some((now, number(hr.earlier.as_ref()?))))
            .collect();
        let apps: Vec<_> = input.apps.iter().map(number).collect();
        let within =
            |p: &&Identity| p.account_type == AccountType::Human && !policy.out_of_scope.include(p);
        let in_scope = hr
            .iter()
            .map(|hr| hr.loaded.roster.iter().filter(within).collect());
        let people = People::of(&hr, day);
        let (linked, mut notes) = links::resolve(&policy.links, &people, &apps)?;
        let misplaced = exchanged::notes(&hr, &pairs, &apps)?;
        notes.extend_from_slice(&misplaced);
        let mut context = Self {
            policy,
            day,
            timezone: &input.timezone,
            in_scope: in_scope.collect(),
            hr,
            pairs,
            apps: Vec::new(),
            people,
            notes,
            misplaced,
        };
        for (app, mut linked) in apps.into_iter().zip(linked) {
            if apps_read == AppsRead::Nothing {
                break;
            }
            let mut email_only = policy.email_only.iter();
            let email_only = email_only.any(|p| app.loaded.is_called(|name| p.fits(name)));
            let owner = |(at, account)| match linked.remove(&at) {
                Some(records) => Owner::Person {
                    records: records.into(),
                    by: "link",
                },
                None => context.people.owner(account, email_only, policy),
            };
            let owners = app.loaded.roster.iter().enumerate().map(owner).collect();
            let app = match apps_read {
                AppsRead::Access => context.join(app, owners)?,
                AppsRead::Nothing | AppsRead::Owners => JoinedApp {
                    file: app,
                    owners,
                    access: Access::default(),
                },
            };
            context.apps.push(app);
        }
        Ok(context)
    }

    /// Tells the operator which files may be given in the wrong place, whatever becomes of the other notes.
    ///
    /// # Errors
    /// As [`Console::note`].
    pub(crate) fn tell_misplaced(&self, console: &mut Console<'_>) -> Result<()> {
        let mut notes = self.misplaced.iter();
        notes.try_for_each(|note| console.note(note))
    }

    /// The day on which the sync of a file ended; the day judged for when the file does not say.
    pub(crate) fn seen_on(&self, file: NumberedFile<'_>) -> Date {
        let seen = file.loaded.source.seen_on(self.timezone);
        seen.unwrap_or(self.day)
    }

    /// The day of a time, in the time zone of the days on which syncs ended.
    pub(crate) fn day_of(&self, time: Timestamp) -> Date {
        self.timezone.to_datetime(time).date()
    }

    /// The records of the HR files that `who` means; see [`People::named`].
    pub(crate) fn named(&self, who: &str) -> Vec<(NumberedFile<'a>, &'a Identity)> {
        self.known(&self.people.named(who))
    }

    fn join(&self, file: NumberedFile<'a>, owners: Vec<Owner>) -> Result<JoinedApp<'a>> {
        let has_left = |owner: &Owner| match owner {
            Owner::Person { records, .. } => self.have_left(&self.known(records)),
            Owner::Program | Owner::Unclear { .. } | Owner::Unknown { .. } => false,
        };
        let leavers: Vec<bool> = owners.iter().map(has_left).collect();
        Ok(JoinedApp {
            file,
            access: Access::load(file, self.policy, &leavers)?,
            owners,
        })
    }

    /// The files and people of records.
    pub(crate) fn known(&self, records: &[Record]) -> Vec<(NumberedFile<'a>, &'a Identity)> {
        let known = records.iter().filter_map(|&record| self.people.get(record));
        known.collect()
    }

    /// Whether all of a person's records show that they have left.
    pub(crate) fn have_left(&self, records: &[(NumberedFile<'a>, &Identity)]) -> bool {
        records.iter().all(|(_, p)| self.standing(p).has_left())
    }

    /// The accounts that belong to a person, in order of files and rows.
    pub(crate) fn owned_accounts(&self) -> impl Iterator<Item = OwnedAccount<'a, '_>> {
        self.apps.iter().flat_map(move |app| {
            let accounts = app.file.loaded.roster.iter().zip(&app.owners).enumerate();
            accounts.filter_map(move |(at, (account, owner))| match owner {
                Owner::Person { records, .. } => Some(OwnedAccount {
                    app,
                    at,
                    account,
                    records: self.known(records),
                }),
                Owner::Program | Owner::Unclear { .. } | Owner::Unknown { .. } => None,
            })
        })
    }

    /// Where a person stands on the day.
    pub(crate) fn standing(&self, person: &Identity) -> Lifecycle {
        person.lifecycle_on(self.day)
    }

    /// The patterns that fit a person of the HR files.
    pub(crate) fn people_fitting(&self, selector: &'a Selector) -> HashSet<&'a Pattern> {
        let people = self.hr.iter().flat_map(|hr| hr.loaded.roster.iter());
        people.flat_map(|person| selector.fitting(person)).collect()
    }

    /// The people of an HR file whom the HR checks look at, in order of ids: humans whom the policy does not leave
    /// out.
    pub(crate) fn in_scope_of(&self, hr: NumberedFile<'a>) -> impl Iterator<Item = &'a Identity> {
        self.in_scope.get(hr.file).into_iter().flatten().copied()
    }

    /// [`CheckContext::in_scope_of`] for all HR files.
    pub(crate) fn in_scope(&self) -> impl Iterator<Item = (NumberedFile<'a>, &'a Identity)> {
        let people = |&hr| self.in_scope_of(hr).map(move |person| (hr, person));
        self.hr.iter().flat_map(people)
    }

    /// Of those in scope, the ones at work: they have begun and are not known to have left. That a person is away
    /// for a while, or that the file does not have where they stand, does not take them out; a word for it that is
    /// not understood does.
    pub(crate) fn at_work_in(&self, hr: NumberedFile<'a>) -> impl Iterator<Item = &'a Identity> {
        self.in_scope_of(hr).filter(|person| {
            let standing = self.standing(person);
            !standing.has_left()
                && standing != Lifecycle::Prehire
                && self.unread_word(person).is_none()
        })
    }

    /// The word for a person's state when it is not understood and their dates do not settle where they stand.
    pub(crate) fn unread_word<'p>(&self, person: &'p Identity) -> Option<&'p str> {
        let word = person.unread_word()?;
        (self.standing(person) == Lifecycle::Unknown).then_some(word)
    }

    /// [`CheckContext::at_work_in`] for all HR files.
    pub(crate) fn at_work(&self) -> impl Iterator<Item = (NumberedFile<'a>, &'a Identity)> {
        let people = |&hr| self.at_work_in(hr).map(move |person| (hr, person));
        self.hr.iter().flat_map(people)
    }
}

impl<'a> OwnedAccount<'a, '_> {
    /// The person's name as the first HR file has it.
    pub(crate) fn name(&self) -> &'a str {
        let first = self.records.first();
        first.map_or("", |(_, person)| person.name.as_str())
    }

    /// The account as a finding's subject.
    pub(crate) fn subject(&self) -> Subject {
        self.app.file.subject(self.account)
    }

    /// The records that have not left.
    pub(crate) fn current(
        &self,
        context: &CheckContext<'_>,
    ) -> Vec<(NumberedFile<'a>, &'a Identity)> {
        let mut records = self.records.clone();
        records.retain(|(_, person)| !context.standing(person).has_left());
        records
    }

    /// What the account holds that was kept.
    pub(crate) fn held(&self) -> &[Held] {
        self.app.access.of(self.at)
    }

    /// The account's row, the grants among what it holds, and the person's rows. Of very many, as of leavers who shared an
    /// address, these are the first, and the account's row says how many there are.
    pub(crate) fn rows<'h>(
        &self,
        context: &CheckContext<'_>,
        held: impl IntoIterator<Item = &'h Held>,
    ) -> Vec<Evidence> {
        let mut rows = self.account_rows(held);
        let count = self.records.len();
        if let Some(own) = rows.first_mut().filter(|_| count > EXAMPLES) {
            own.says.push_str(&format!(", belongs to {count} records"));
        }
        let records = self.records.iter().take(EXAMPLES);
        rows.extend(records.map(|(hr, person)| {
            let mut says = format!("the owner, {}", context.standing(person).as_str());
            let start = person.start_date.map(|day| format!(", start {day}"));
            let end = person.end_date.map(|day| format!(", end {day}"));
            let manager = person.manager.shown().map(|m| format!(", manager {m}"));
            says.extend([start, end, manager].into_iter().flatten());
            hr.evidence(person, says)
        }));
        rows
    }

    /// The account's row, and the grants among what it holds.
    pub(crate) fn account_rows<'h>(
        &self,
        held: impl IntoIterator<Item = &'h Held>,
    ) -> Vec<Evidence> {
        let mut says = format!("status {}", self.account.status.as_str());
        if let Some(role) = self.account.org_role.as_deref() {
            says.push_str(", org_role ");
            says.push_str(role);
        }
        let file = self.app.file;
        let own = file.evidence(self.account, says);
        let grants = held.into_iter().filter_map(|held| held.grant(file.file));
        [own].into_iter().chain(grants).collect()
    }
}

/// Whether an account can be used: its app does not call it disabled or deleted, nor does the policy take the word
/// for its state so.
pub(crate) fn is_usable(account: &Identity) -> bool {
    let is_off = account.by_policy && account.lifecycle.has_left();
    matches!(account.status, Status::Enabled | Status::Unspecified) && !is_off
}

impl NumberedFile<'_> {
    /// A person or account of the file as a finding's subject.
    pub(crate) fn subject(self, identity: &Identity) -> Subject {
        Subject::Identity {
            file: self.file,
            key: identity.key.clone(),
            name: identity.name.clone(),
        }
    }

    /// The row of a person or account and what it states.
    pub(crate) fn evidence(self, identity: &Identity, says: impl Into<String>) -> Evidence {
        Evidence {
            file: self.file,
            at: identity.row.clone(),
            external_id: identity.key.to_string(),
            says: says.into(),
        }
    }
}
