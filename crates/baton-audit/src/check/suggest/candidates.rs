//! Who an account may belong to, and what speaks for it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::names::{login_key, logins_of, name_key};
use crate::check::context::CheckContext;
use crate::check::join::{Owner, Record, emails, numbers};
use crate::identity::{Identity, fold_email, fold_number, fold_text};

/// People of whom one may be meant by the same fact; with more the fact says nothing.
const MAX_CANDIDATES: usize = 50;

/// How sure a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Confidence {
    /// One weak fact speaks for the person, such as a login that may be made of the name.
    Low,
    /// A strong fact speaks for the person, or several people are as likely.
    Medium,
    /// Several facts speak for this person more than for any other.
    High,
}

impl Confidence {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A person that an account may belong to.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) person: &'a Identity,
    pub(super) confidence: Confidence,
    /// What speaks for the person.
    pub(super) reasons: Vec<&'static str>,
}

/// All candidates of an account.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// The most likely first.
    pub(super) list: Vec<Candidate<'a>>,
    /// Facts that fit more people than can be told apart.
    pub(super) crowded: Vec<&'static str>,
}

/// A fact that speaks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Fact {
    Number,
    SameLocalOfCompany,
    SameLocal,
    Name,
    LoginOfName,
    Join,
}

impl Fact {
    const fn weight(self) -> u32 {
        match self {
            Self::Number | Self::SameLocalOfCompany => 3,
            Self::SameLocal | Self::Name | Self::Join => 2,
            Self::LoginOfName => 1,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "employee number",
            Self::SameLocalOfCompany => {
                "same name in front of the @ in another domain of the company"
            }
            Self::SameLocal => "same name in front of the @ or as login",
            Self::Name => "same name",
            Self::LoginOfName => "login as usually made of the name",
            Self::Join => "matched by number or address but not clearly",
        }
    }
}

/// Those who have something in an index; none when nobody has it.
fn having<'i>(index: &'i HashMap<String, Vec<Record>>, key: &str) -> &'i [Record] {
    index.get(key).map_or(&[], Vec::as_slice)
}

/// The people of the HR files by what may lead to them.
#[derive(Debug)]
pub(super) struct Index<'c, 'a> {
    context: &'c CheckContext<'a>,
    domains: HashSet<String>,
    numbers: HashMap<String, Vec<Record>>,
    locals: HashMap<String, Vec<Record>>,
    names: HashMap<String, Vec<Record>>,
    logins: HashMap<String, Vec<Record>>,
}

impl<'c, 'a> Index<'c, 'a> {
    pub(super) fn of(context: &'c CheckContext<'a>) -> Self {
        let mut index = Self {
            context,
            domains: HashSet::new(),
            numbers: HashMap::new(),
            locals: HashMap::new(),
            names: HashMap::new(),
            logins: HashMap::new(),
        };
        for (hr, file) in context.hr.iter().enumerate() {
            for (at, person) in file.loaded.roster.iter().enumerate() {
                index.add(Record { hr, at }, person);
            }
        }
        index
    }

    fn add(&mut self, record: Record, person: &Identity) {
        let put = |map: &mut HashMap<String, Vec<Record>>, key: String| {
            let records = map.entry(key).or_default();
            if records.last() != Some(&record) {
                records.push(record);
            }
        };
        for number in numbers(person) {
            put(&mut self.numbers, plain_number(&number));
        }
        for email in emails(person) {
            if let Some((local, domain)) = email.rsplit_once('@') {
                put(&mut self.locals, login_key(local));
                self.domains.insert(domain.to_owned());
            }
        }
        if let Some(key) = name_key(&person.name) {
            put(&mut self.names, key);
        }
        for login in logins_of(&person.name) {
            put(&mut self.logins, login);
        }
    }

    /// Who the account may belong to.
    pub(super) fn candidates(&self, account: &Identity, owner: &Owner) -> Found<'a> {
        let mut facts: BTreeMap<Record, Vec<Fact>> = BTreeMap::new();
        let mut crowded = Vec::new();
        let mut see = |records: &[Record], fact: Fact| match records.len() > MAX_CANDIDATES {
            true => crowded.push(fact.as_str()),
            false => {
                for &record in records {
                    let of_record = facts.entry(record).or_default();
                    if !of_record.contains(&fact) {
                        of_record.push(fact);
                    }
                }
            }
        };
        if let Owner::Unclear { candidates, .. } = owner {
            see(candidates, Fact::Join);
        }
        let known = account.employee_ids.iter().filter_map(|n| fold_number(n));
        for number in known {
            see(having(&self.numbers, &plain_number(&number)), Fact::Number);
        }
        for handle in account.logins.iter().chain(&account.emails) {
            let folded = fold_email(handle);
            let (local, domain) = match folded.as_deref().and_then(|it| it.rsplit_once('@')) {
                Some((local, domain)) => (local.to_owned(), Some(domain)),
                None => (fold_text(handle), None),
            };
            let of_company = domain.is_some_and(|domain| self.domains.contains(domain));
            let same = match of_company {
                true => Fact::SameLocalOfCompany,
                false => Fact::SameLocal,
            };
            let key = login_key(&local);
            if key.is_empty() {
                continue;
            }
            see(having(&self.locals, &key), same);
            see(having(&self.numbers, &plain_number(&local)), Fact::Number);
            see(having(&self.logins, &key), Fact::LoginOfName);
        }
        if let Some(key) = name_key(&account.name) {
            see(having(&self.names, &key), Fact::Name);
        }
        crowded.sort_unstable();
        crowded.dedup();
        Found {
            list: self.ranked(facts),
            crowded,
        }
    }

    /// The candidates with what is known of them, each human once.
    fn ranked(&self, facts: BTreeMap<Record, Vec<Fact>>) -> Vec<Candidate<'a>> {
        let mut humans: Vec<(u32, &'a Identity, Vec<Fact>)> = Vec::new();
        for (record, mut facts) in facts {
            let Some((_, person)) = self.context.people.get(record) else {
                continue;
            };
            let addresses: HashSet<String> = emails(person).collect();
            let same = |other: &Identity| emails(other).any(|it| addresses.contains(&it));
            if record.hr > 0 && humans.iter().any(|(_, other, _)| same(other)) {
                continue;
            }
            facts.sort_unstable();
            let weight = facts.iter().map(|fact| fact.weight()).sum();
            humans.push((weight, person, facts));
        }
        humans.sort_by(|a, b| (b.0, &a.1.key).cmp(&(a.0, &b.1.key)));
        let best = humans.first().map_or(0, |(weight, _, _)| *weight);
        let is_alone = humans.iter().filter(|(it, _, _)| *it == best).count() == 1;
        let candidates = humans.into_iter().map(|(weight, person, facts)| Candidate {
            person,
            confidence: match weight {
                4.. if weight == best && is_alone => Confidence::High,
                2.. => Confidence::Medium,
                _ => Confidence::Low,
            },
            reasons: facts.into_iter().map(Fact::as_str).collect(),
        });
        candidates.collect()
    }
}

/// A number without leading zeros, which programs lose.
fn plain_number(number: &str) -> String {
    match number.trim_start_matches('0') {
        "" => number.to_owned(),
        plain => plain.to_owned(),
    }
}
