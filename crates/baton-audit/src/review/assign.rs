//! Who reviews an access.
//!
//! `--by manager` asks the manager of the person whose account it is, `--by app` and `--by owner` the app's owner by the
//! policy. Nobody is asked about their own access where their manager can be: what the app's owner holds in the app goes
//! to the owner's manager. Without a reviewer who is in the HR files, has begun and has not left, the fallback of the
//! policy is asked, so that no access is left out.

use std::collections::{BTreeMap, HashMap, HashSet};

use connector_core::{Error, ErrorKind, Result};

use super::manifest::{By, Workbook};
use crate::check::policy::AppOwner;
use crate::check::{CheckContext, JoinedApp, Owner, Record};
use crate::identity::{AccountType, Identity, Lifecycle, Manager, fold_email};

/// Who is asked when the policy names nobody.
const UNASSIGNED: &str = "unassigned";

/// A reviewer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// A person of the HR files.
    Person(Record),
    /// A name that the policy gives.
    Named(String),
}

/// A workbook before it has a name: its app, when it is for one alone, and its reviewer.
pub(super) type Book = (Option<usize>, Who);

/// Settles reviewers.
#[derive(Debug)]
pub(super) struct Assigner<'c, 'a> {
    context: &'c CheckContext<'a>,
    by: By,
    /// Owners of the apps, in order of apps.
    owners: Vec<Option<Record>>,
    fallback: Who,
    /// What an operator should know; each one sentence without a final period.
    pub(super) notes: Vec<String>,
    /// How many accesses their holder reviews because nobody else is there.
    pub(super) own: usize,
    /// How many the fallback reviews.
    pub(super) fell_back: usize,
}

impl<'c, 'a> Assigner<'c, 'a> {
    /// # Errors
    /// [`ErrorKind::Setting`] when the policy names an owner who is no person of the HR files, or several.
    pub(super) fn new(context: &'c CheckContext<'a>, by: By) -> Result<Self> {
        let review = &context.policy.review;
        let fallback = review.fallback.as_deref().unwrap_or(UNASSIGNED);
        let known = context.people.named(fallback);
        let fallback = match known.first() {
            Some(&record) if can_review(context, record).is_some() => {
                let able = |it: Record| can_review(context, it).is_some();
                Who::Person(context.people.first_of(record, able))
            }
            _ => Who::Named(fallback.to_owned()),
        };
        let mut this = Self {
            context,
            by,
            owners: Vec::new(),
            fallback,
            notes: Vec::new(),
            own: 0,
            fell_back: 0,
        };
        for owner in &review.owners {
            for pattern in &owner.apps {
                let fits = |app: &JoinedApp<'_>| app.file.loaded.is_called(|it| pattern.fits(it));
                if !context.apps.iter().any(fits) {
                    let (place, text) = (&pattern.place, &pattern.text);
                    this.notes.push(format!("{place}: \"{text}\" fits no app"));
                }
            }
        }
        if by != By::Manager {
            for app in &context.apps {
                let owner = this.owner_of(app)?;
                this.owners.push(owner);
            }
        }
        Ok(this)
    }

    fn owner_of(&mut self, app: &JoinedApp<'a>) -> Result<Option<Record>> {
        let fits = |it: &&AppOwner| {
            let mut patterns = it.apps.iter();
            patterns.any(|p| app.file.loaded.is_called(|name| p.fits(name)))
        };
        let shown = app.file.loaded.source.shown();
        let Some(owner) = self.context.policy.review.owners.iter().find(fits) else {
            self.notes.push(format!(
                "{shown}: the policy names no owner ([[review.owner]])"
            ));
            return Ok(None);
        };
        let records = self.context.people.named(&owner.person);
        let wrong = |what: &str| {
            let message = format!("{}: {what} {}", owner.place, owner.person);
            Error::new(ErrorKind::Setting, message).hint(
                "a person is named by <type>:<id>, vendor id, employee number or e-mail address",
            )
        };
        let Some(&first) = records.first() else {
            return Err(wrong("no person in the HR files is"));
        };
        if records.iter().skip(1).any(|other| other.hr == first.hr) {
            return Err(wrong("several people in the HR files are"));
        }
        let able = records.iter().copied();
        let able = able.filter(|&it| can_review(self.context, it).is_some());
        let able = able.min();
        if able.is_none() {
            let (place, person) = (&owner.place, &owner.person);
            self.notes.push(format!(
                "{place}: {person} is not at work and reviews nothing"
            ));
        }
        Ok(able)
    }

    /// The workbook that an access in an app goes to.
    pub(super) fn book_of(&mut self, app: usize, owner: Option<&Owner>) -> Book {
        let records: &[Record] = match owner {
            Some(Owner::Person { records, .. }) => records,
            _ => &[],
        };
        let manager = self.manager_of(records);
        let first = match self.by {
            By::Manager => manager,
            By::App | By::Owner => match self.owners.get(app).copied().flatten() {
                Some(owner) if self.is_own(owner, records) => manager,
                other => other,
            },
        };
        let own = match self.fallback {
            Who::Person(record) => self.is_own(record, records),
            Who::Named(_) => false,
        };
        let who = match first.or(manager.filter(|_| own)) {
            // Who is in two HR files gets one workbook.
            Some(record) => Who::Person(self.first_of(record)),
            None => {
                self.fell_back += 1;
                self.own += usize::from(own);
                self.fallback.clone()
            }
        };
        ((self.by == By::App).then_some(app), who)
    }

    /// The first record of a reviewer who can review by it.
    fn first_of(&self, record: Record) -> Record {
        let able = |it: Record| can_review(self.context, it).is_some();
        self.context.people.first_of(record, able)
    }

    /// The manager of the first of a person's records that names one who can review; never the person.
    fn manager_of(&self, records: &[Record]) -> Option<Record> {
        let managers = records.iter().filter_map(|&record| {
            let (file, person) = self.context.people.get(record)?;
            let roster = &file.loaded.roster;
            let Manager::Is(manager) = roster.manager(person) else {
                return None;
            };
            let at = roster.position(&manager.key)?;
            Some(Record { hr: record.hr, at })
        });
        let mut managers = managers.filter(|&it| !self.is_own(it, records));
        managers.find(|&it| can_review(self.context, it).is_some())
    }

    /// Whether a reviewer is the person with these records, in another HR file, too.
    fn is_own(&self, reviewer: Record, records: &[Record]) -> bool {
        let addresses = |record: Record| -> Vec<String> {
            let person = self.context.people.get(record).map(|(_, person)| person);
            let emails = person.into_iter().flat_map(|it| &it.emails);
            emails.filter_map(|it| fold_email(it)).collect()
        };
        records.contains(&reviewer) || {
            let own = addresses(reviewer);
            let others = records.iter().filter(|it| it.hr != reviewer.hr);
            others
                .flat_map(|&it| addresses(it))
                .any(|it| own.contains(&it))
        }
    }

    /// Workbooks with names that differ, in order of them, and the position of each.
    pub(super) fn name_books(
        &self,
        books: impl IntoIterator<Item = Book>,
        labels: &[String],
    ) -> (Vec<Workbook>, BTreeMap<Book, usize>) {
        let mut named: Vec<(String, Workbook, Book)> = Vec::new();
        for book in books {
            let (app, who) = &book;
            let mut workbook = self.workbook(who);
            let label = app.and_then(|app| labels.get(app));
            let label = label.map(|label| format!("{label} "));
            workbook.name = slug(&format!(
                "{}{}",
                label.unwrap_or_default(),
                workbook.reviewer
            ));
            let order = workbook.person.clone().unwrap_or_default();
            named.push((order, workbook, book));
        }
        named.sort_by(|a, b| (&a.1.name, &a.0, &a.2).cmp(&(&b.1.name, &b.0, &b.2)));
        let mut taken: HashSet<String> = HashSet::new();
        // The number that was given last to each name that several have.
        let mut last: HashMap<String, usize> = HashMap::new();
        for (_, workbook, _) in &mut named {
            let plain = workbook.name.clone();
            let last = last.entry(plain.clone()).or_insert(1);
            while !taken.insert(workbook.name.clone()) {
                *last += 1;
                workbook.name = format!("{plain}-{last}");
            }
        }
        let books = named.iter().enumerate();
        let books = books.map(|(at, (_, _, book))| (book.clone(), at)).collect();
        let workbooks = named.into_iter().map(|(_, workbook, _)| workbook);
        (workbooks.collect(), books)
    }

    fn workbook(&self, who: &Who) -> Workbook {
        let named = |reviewer: &str| Workbook {
            name: String::new(),
            reviewer: reviewer.to_owned(),
            person: None,
            email: None,
        };
        match who {
            Who::Named(name) => named(name),
            Who::Person(record) => match self.context.people.get(*record) {
                Some((_, person)) => Workbook {
                    person: Some(self.id_of(*record)),
                    email: person.email().map(str::to_owned),
                    ..named(&person.name)
                },
                None => named(UNASSIGNED),
            },
        }
    }

    /// The ids of those of a person's records by which they can review. Thousands of leavers may share an address.
    pub(super) fn ids_of_able(&self, records: &[Record]) -> Vec<String> {
        let able = records.iter().copied();
        let able = able.filter(|&it| can_review(self.context, it).is_some());
        able.map(|it| self.id_of(it)).collect()
    }

    /// `<position of the HR file>/<type>:<id>`, which tells a person from all others of the HR files.
    fn id_of(&self, record: Record) -> String {
        let person = self.context.people.get(record);
        let key = person.map(|(_, person)| person.key.to_string());
        format!("{}/{}", record.hr, key.unwrap_or_default())
    }
}

/// The person when they can review: a human who has begun and is not known to have left.
fn can_review<'a>(context: &CheckContext<'a>, record: Record) -> Option<&'a Identity> {
    let (_, person) = context.people.get(record)?;
    let standing = context.standing(person);
    let able = person.account_type == AccountType::Human
        && !standing.has_left()
        && standing != Lifecycle::Prehire;
    able.then_some(person)
}

/// A name as a file may be called: letters and digits in lower case, everything else a hyphen.
fn slug(name: &str) -> String {
    let lower = name.chars().flat_map(char::to_lowercase);
    let plain: String = lower
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(60).collect();
    match name.is_empty() {
        true => "reviewer".to_owned(),
        false => name,
    }
}
