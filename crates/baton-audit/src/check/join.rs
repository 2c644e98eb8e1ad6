//! Whose account it is: accounts of apps joined with the people of the HR files.
//!
//! In this order, and never by name:
//! 1. A link of the operator decides, whatever else is known, also for an account that would else be a program's.
//! 2. An account that its app calls a service's or the system's, or that `[service_accounts]` describes, is a
//!    program's.
//! 3. The employee number: a person with one of the account's numbers, unless the account's e-mail addresses are
//!    known to be another person's in the same file. Apps in `[join] email_only` have no numbers.
//! 4. The work e-mail address, the account's addresses and those of its logins that are addresses; unless both the
//!    account and the person have employee numbers and none is the same.
//!
//! What fits several records of one HR file is the one's that has not left, when there is exactly one, and a leaver's
//! when all have left: it then belongs to all of them. Otherwise it is unclear and never a match, and so are records of
//! different HR files that have no e-mail address in common, when both have one. An account matches when it matches in
//! any HR file; it then belongs to all the records that it matches.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use jiff::civil::Date;

use super::context::NumberedFile;
use super::finding::EXAMPLES;
use super::policy::Policy;
use crate::identity::{AccountType, Identity, Index, Roster, fold_email, fold_number, fold_text};

/// Candidates that are listed for an account without an owner.
const CANDIDATES: usize = 5;

/// A record of an HR file: the file's position among the HR files and the person's in its roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) hr: usize,
    pub(crate) at: usize,
}

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The account belongs to a program.
    Program,
    /// The account belongs to this person: at least one record. There are several of one HR file only when all of these
    /// have left.
    Person {
        records: Rc<[Record]>,
        /// What it was matched by: `link`, `employee number`, `e-mail address` or both of these.
        by: &'static str,
    },
    /// The account may belong to one of these; `why` is to be read after the account's name.
    Unclear {
        why: String,
        candidates: Rc<[Record]>,
    },
    /// The account belongs to a person who is not in the HR files. People of the same name are listed for a human to
    /// look at.
    Unknown { candidates: Rc<[Record]> },
}

/// The people of all HR files by what identifies them; by their addresses the files themselves have them.
#[derive(Debug)]
pub(crate) struct People<'a> {
    hr: Vec<NumberedFile<'a>>,
    day: Date,
    numbers: Index<Record>,
    names: Index<Record>,
    /// Long lists of records, each once: thousands of accounts may belong to the same thousands of people.
    lists: RefCell<HashSet<Rc<[Record]>>>,
    /// The owners of accounts that share an identifier with very many people, by all their identifiers.
    crowded: RefCell<HashMap<Identifiers, Owner>>,
}

/// The folded employee numbers and e-mail addresses of an account.
type Identifiers = (Vec<String>, Vec<String>);

impl<'a> People<'a> {
    /// The people of the HR files, who stand on `day` as they do.
    pub(crate) fn of(hr: &[NumberedFile<'a>], day: Date) -> Self {
        let all = || {
            hr.iter().enumerate().flat_map(|(position, file)| {
                let people = file.loaded.roster.iter().enumerate();
                people.map(move |(at, person)| (Record { hr: position, at }, person))
            })
        };
        let numbers = all().flat_map(|(record, person)| {
            let numbers = person.employee_ids.iter().filter_map(|n| fold_number(n));
            numbers.map(move |number| (number, record))
        });
        Self {
            hr: hr.to_vec(),
            day,
            numbers: Index::new(numbers),
            names: Index::new(all().map(|(record, it)| (fold_text(&it.name), record))),
            lists: RefCell::default(),
            crowded: RefCell::default(),
        }
    }

    /// The list, the one that there is when it is long.
    fn shared(&self, list: &[Record]) -> Rc<[Record]> {
        if list.len() <= EXAMPLES {
            return Rc::from(list);
        }
        let mut lists = self.lists.borrow_mut();
        if let Some(known) = lists.get(list) {
            return Rc::clone(known);
        }
        let list: Rc<[Record]> = Rc::from(list);
        lists.insert(Rc::clone(&list));
        list
    }

    /// The record's file and person.
    pub(crate) fn get(&self, record: Record) -> Option<(NumberedFile<'a>, &'a Identity)> {
        let file = *self.hr.get(record.hr)?;
        Some((file, file.loaded.roster.at(record.at)?))
    }

    /// The records with a folded e-mail address.
    fn with_email(&self, address: &str) -> impl Iterator<Item = Record> {
        self.hr.iter().enumerate().flat_map(move |(hr, file)| {
            let found = file.loaded.roster.having_folded(address).iter();
            found.map(move |&at| Record { hr, at })
        })
    }

    /// How many records have a folded e-mail address.
    fn having_email(&self, address: &str) -> usize {
        let found = self.hr.iter();
        let found = found.map(|file| file.loaded.roster.having_folded(address).len());
        found.sum()
    }

    fn person(&self, record: Record) -> Option<&'a Identity> {
        Some(self.get(record)?.1)
    }

    /// Whose account it is, unless a link decides that. `email_only` leaves its employee numbers aside.
    pub(crate) fn owner(&self, account: &Identity, email_only: bool, policy: &Policy) -> Owner {
        let is_program = account.account_type != AccountType::Human;
        if is_program || policy.service_accounts.include(account) {
            return Owner::Program;
        }
        let numbers = match email_only {
            true => Vec::new(),
            false => numbers(account).collect(),
        };
        let addresses: Vec<String> = addresses(account).collect();
        let with_numbers = numbers.iter().map(|it| self.numbers.get(it).len());
        let with_emails = addresses.iter().map(|it| self.having_email(it));
        let is_crowded = with_numbers.chain(with_emails).sum::<usize>() > EXAMPLES;
        let identifiers = (numbers, addresses);
        if is_crowded && let Some(known) = self.crowded.borrow().get(&identifiers) {
            return known.clone();
        }
        let owner = self.identified(&identifiers.0, &identifiers.1);
        let owner = owner.unwrap_or_else(|| self.unknown(account));
        if is_crowded {
            let mut crowded = self.crowded.borrow_mut();
            crowded.insert(identifiers, owner.clone());
        }
        owner
    }

    /// Whose account it is by its identifiers; `None` when nobody has one of them.
    fn identified(&self, numbers: &[String], addresses: &[String]) -> Option<Owner> {
        let by_number = self.having_numbers(numbers);
        let by_email = each_once(addresses.iter().flat_map(|it| self.with_email(it)));
        Some(match (by_number.is_empty(), by_email.is_empty()) {
            (true, true) => return None,
            (false, true) => self.settle(&by_number, &by_number, "employee number"),
            (true, false) => self.by_email(numbers, &by_email),
            (false, false) => self.by_both(&by_number, &by_email),
        })
    }

    fn having_numbers(&self, numbers: &[String]) -> Vec<Record> {
        let found = numbers.iter().flat_map(|number| self.numbers.get(number));
        each_once(found.copied())
    }

    fn unknown(&self, account: &Identity) -> Owner {
        let same_name = self.names.get(&fold_text(&account.name));
        let candidates = same_name.iter().copied();
        Owner::Unknown {
            candidates: candidates.take(CANDIDATES).collect(),
        }
    }

    fn by_email(&self, account: &[String], by_email: &[Record]) -> Owner {
        match by_email.iter().all(|it| self.has_others(*it, account)) {
            true => Owner::Unclear {
                why: "has the e-mail address of a person with another employee number".to_owned(),
                candidates: self.shared(by_email),
            },
            false => self.settle(by_email, by_email, "e-mail address"),
        }
    }

    /// Whether a person has employee numbers, but none of these.
    fn has_others(&self, record: Record, own: &[String]) -> bool {
        let theirs = self.person(record).map(numbers).into_iter().flatten();
        let theirs: Vec<String> = theirs.collect();
        !own.is_empty() && !theirs.is_empty() && !have_one(own, &theirs)
    }

    fn by_both(&self, by_number: &[Record], by_email: &[Record]) -> Owner {
        let all = each_once(by_number.iter().chain(by_email).copied());
        let numbered: BTreeSet<usize> = by_number.iter().map(|record| record.hr).collect();
        // In files that do not know the number the address decides.
        let elsewhere = by_email.iter().filter(|r| !numbered.contains(&r.hr));
        let mut chosen: Vec<Record> = elsewhere.copied().collect();
        let differ = by_email.len() > chosen.len();
        match (have_one(by_number, by_email), differ) {
            (true, _) => {
                let agreed = by_number.iter();
                let agreed = agreed.filter(|it| by_email.binary_search(it).is_ok());
                chosen.extend(agreed);
            }
            (false, false) => chosen.extend(by_number),
            (false, true) => {
                return Owner::Unclear {
                    why: "has the employee number of one person and the e-mail address of another"
                        .to_owned(),
                    candidates: self.shared(&all),
                };
            }
        }
        let chosen = each_once(chosen.into_iter());
        self.settle(&chosen, &all, "employee number and e-mail address")
    }

    /// Of each file the only record, the only one that has not left or else all that have, when these can be one human.
    fn settle(&self, chosen: &[Record], all: &[Record], by: &'static str) -> Owner {
        let has_left = |record: &Record| {
            let person = self.person(*record);
            person.is_some_and(|p| p.lifecycle_on(self.day).has_left())
        };
        // Counted once for each file: an address may be that of thousands of people.
        let mut staying: BTreeMap<usize, usize> = BTreeMap::new();
        for record in chosen.iter().filter(|record| !has_left(record)) {
            *staying.entry(record.hr).or_default() += 1;
        }
        let decides = |record: &&Record| match staying.get(&record.hr) {
            None => true,
            Some(1) => !has_left(record),
            Some(_) => false,
        };
        let records: Vec<Record> = chosen.iter().filter(decides).copied().collect();
        let unclear = |why: String| Owner::Unclear {
            why,
            candidates: self.shared(all),
        };
        match records.is_empty() {
            true => unclear(format!("has the {by} of {} people", chosen.len())),
            false if self.are_one_human(&records) => Owner::Person {
                records: self.shared(&records),
                by,
            },
            false => unclear(format!("has the {by} of different people in the HR files")),
        }
    }

    /// Whether each two records of different HR files can be one human.
    fn are_one_human(&self, records: &[Record]) -> bool {
        if records.iter().all(|it| it.hr == records[0].hr) {
            return true;
        }
        // Very many may have the same addresses, which are compared once then.
        let addresses = records.iter().map(|it| (it.hr, self.emails_of(*it)));
        let addresses: BTreeSet<(usize, Vec<String>)> = addresses.collect();
        addresses.iter().all(|(hr, one)| {
            let mut others = addresses.iter().filter(|(other, _)| other > hr);
            others.all(|(_, other)| may_be_one(one, other))
        })
    }

    fn emails_of(&self, record: Record) -> Vec<String> {
        let person = self.person(record);
        person.map(emails).into_iter().flatten().collect()
    }

    /// Whether records of two HR files can be one human: they share an address, or one of them has none.
    pub(crate) fn same_human(&self, one: Record, other: Record) -> bool {
        may_be_one(&self.emails_of(one), &self.emails_of(other))
    }

    /// The first record of the same human: one of an earlier HR file that has the same e-mail address or employee number,
    /// when it is the only one there, nothing else contradicts, and `fits`; else the record itself.
    pub(crate) fn first_of(&self, record: Record, fits: impl Fn(Record) -> bool) -> Record {
        let Some(person) = self.person(record) else {
            return record;
        };
        let own: Vec<String> = numbers(person).collect();
        let mut alike = self.having_numbers(&own);
        for address in emails(person) {
            alike.extend(self.with_email(&address));
        }
        let mut alike = each_once(alike.into_iter());
        alike.retain(|&other| {
            other.hr < record.hr && !self.has_others(other, &own) && self.same_human(record, other)
        });
        alike.retain(|&other| fits(other));
        // Records are in order of files, so those of a file follow each other.
        let mut of_files = alike.chunk_by(|one, other| one.hr == other.hr);
        let only = of_files.find(|of_file| of_file.len() == 1);
        only.map_or(record, |only| only[0])
    }

    /// The records that `who` means: by `<type>:<id>`, else by vendor id, else by employee number, else by e-mail
    /// address; the first of these that finds a record decides.
    pub(crate) fn named(&self, who: &str) -> Vec<Record> {
        let keyed = |find: &dyn Fn(&Roster) -> Vec<usize>| -> Vec<Record> {
            let files = self.hr.iter().enumerate();
            let all = files.flat_map(|(hr, file)| {
                let found = find(&file.loaded.roster).into_iter();
                found.map(move |at| Record { hr, at })
            });
            all.collect()
        };
        let some = |records: Vec<Record>| (!records.is_empty()).then_some(records);
        some(keyed(&|roster| roster.find(who).into_iter().collect()))
            .or_else(|| some(keyed(&|roster| roster.with_id(who).to_vec())))
            .or_else(|| some(self.numbers.get(&fold_number(who)?).to_vec()))
            .or_else(|| some(self.with_email(&fold_email(who)?).collect()))
            .unwrap_or_default()
    }
}

/// The folded employee numbers, each once.
pub(crate) fn numbers(identity: &Identity) -> impl Iterator<Item = String> + use<> {
    each_once(identity.employee_ids.iter().filter_map(|n| fold_number(n))).into_iter()
}

/// The folded e-mail addresses, each once.
pub(crate) fn emails(identity: &Identity) -> impl Iterator<Item = String> + use<> {
    each_once(identity.emails.iter().filter_map(|e| fold_email(e))).into_iter()
}

fn each_once<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Whether people with these addresses can be one human: they share one, or one of them has none.
fn may_be_one(one: &[String], other: &[String]) -> bool {
    one.is_empty() || other.is_empty() || have_one(one, other)
}

/// Whether two sorted lists have an item in common.
fn have_one<T: Ord>(one: &[T], other: &[T]) -> bool {
    one.iter().any(|it| other.binary_search(it).is_ok())
}

/// The folded e-mail addresses of an account, and those of its logins that are addresses.
pub(crate) fn addresses(account: &Identity) -> impl Iterator<Item = String> + use<'_> {
    let logins = account.logins.iter().filter_map(|login| fold_email(login));
    emails(account).chain(logins)
}
