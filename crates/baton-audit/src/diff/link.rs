//! Finds people again whose id is another one: by employee number, then by work e-mail address, one to one only.
//!
//! On one side stand people of OLD whose id is gone and former people who are still there, on the other people
//! whose id is new. A pair is made where the number leads from either to the other and to no third, and the
//! address does not lead elsewhere; then where number and address together leave one candidate on both sides.
//! Everything else that shares a number or an address is a [`Group`]: listed, never guessed. A pair that shares
//! one of the two, with the other one and the name contradicting it, is not made either: addresses are reused.
//!
//! People of a type that both syncs have are only compared within it; types that one sync alone has are compared
//! with each other, as when the connector has changed.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;

use crate::identity::{Identity, fold_email, fold_number, fold_text};

/// What two records share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// An employee number.
    EmployeeNumber,
    /// A work e-mail address.
    Email,
}

impl By {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmployeeNumber => "employee_number",
            Self::Email => "email",
        }
    }
}

/// A person of OLD who may have another id in NEW.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) person: &'a Identity,
    /// The id is still there, as a person who has left: only a return under a new id is looked for.
    pub(super) former: bool,
}

/// A person of NEW whose id is new.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival<'a> {
    pub(super) person: &'a Identity,
    /// Employed or about to begin, so that this may be a return.
    pub(super) belongs: bool,
}

/// One person under two ids.
#[derive(Debug, Clone)]
pub(super) struct Pair<'a> {
    pub(super) old: Candidate<'a>,
    pub(super) new: &'a Identity,
    pub(super) by: Vec<By>,
}

/// Records that could be matched in more than one way, or whose evidence contradicts itself.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// People of OLD whose id is gone.
    pub old: Vec<&'a Identity>,
    /// People of OLD who had left and are still there so.
    pub former: Vec<&'a Identity>,
    /// People of NEW whose id is new.
    pub new: Vec<&'a Identity>,
    /// The numbers and addresses they share, folded.
    pub shared: Vec<(By, String)>,
}

impl Group<'_> {
    /// Whether there is one candidate only, without enough proof: what is shared belongs to others too, or the
    /// rest of the records contradicts it.
    pub fn is_doubt(&self) -> bool {
        self.old.len() + self.former.len() == 1 && self.new.len() == 1
    }
}

/// All pairs and groups; a person in none shares nothing with another.
#[derive(Debug, Default)]
pub(super) struct Links<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) groups: Vec<Group<'a>>,
}

/// Looks for pairs and groups.
pub(super) fn link<'a>(
    old: Vec<Candidate<'a>>,
    new: Vec<Arrival<'a>>,
    common_types: &HashSet<&str>,
) -> Links<'a> {
    let mut links = Links::default();
    let graph = Graph::new(old, new, common_types);
    let by_number = graph.by_number();
    for &(from, to) in &by_number {
        links.take(&graph, &[from], &[to], &HashSet::new());
    }
    let crowded = graph.crowded();
    let (taken_old, taken_new): (HashSet<_>, HashSet<_>) = by_number.into_iter().unzip();
    let rest = Graph::new(
        others(graph.old, &taken_old),
        others(graph.new, &taken_new),
        common_types,
    );
    for (from, to) in rest.components() {
        links.take(&rest, &from, &to, &crowded);
    }
    links
}

fn others<T>(all: Vec<T>, taken: &HashSet<usize>) -> Vec<T> {
    let numbered = all.into_iter().enumerate();
    let others = numbered.filter(|(at, _)| !taken.contains(at));
    others.map(|(_, one)| one).collect()
}

impl<'a> Links<'a> {
    /// Makes a pair or a group of people. What is crowded proves nothing: that others who have the same address
    /// were found by their number does not say who is left.
    fn take(
        &mut self,
        graph: &Graph<'a, '_>,
        from: &[usize],
        to: &[usize],
        crowded: &HashSet<Shared<'_>>,
    ) {
        let shared = graph.shared(from, to);
        let proven = shared.iter().any(|key| !crowded.contains(key));
        let shared: Vec<_> = shared
            .iter()
            .map(|key| (key.by, key.value.clone()))
            .collect();
        if let ([from], [to]) = (from, to) {
            let pair = Pair {
                old: graph.old[*from],
                new: graph.new[*to].person,
                by: shared
                    .iter()
                    .map(|(by, _)| *by)
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect(),
            };
            if proven && !pair.is_contradicted() {
                self.pairs.push(pair);
                return;
            }
        }
        let from = from.iter().map(|&at| graph.old[at]);
        let (former, old): (Vec<_>, Vec<_>) = from.partition(|candidate| candidate.former);
        let people = |candidates: Vec<Candidate<'a>>| candidates.iter().map(|c| c.person).collect();
        self.groups.push(Group {
            old: people(old),
            former: people(former),
            new: to.iter().map(|&at| graph.new[at].person).collect(),
            shared,
        });
    }
}

impl Pair<'_> {
    fn is_contradicted(&self) -> bool {
        let (old, new) = (self.old.person, self.new);
        let differs =
            |by| !self.by.contains(&by) && !keys(old, by).is_empty() && !keys(new, by).is_empty();
        let other_key = differs(By::EmployeeNumber) || differs(By::Email);
        let other_name = match (real_name(old), real_name(new)) {
            (Some(old), Some(new)) => fold_text(old) != fold_text(new),
            _ => false,
        };
        other_key && other_name
    }
}

/// The name, unless it is only a stopgap for one that the file does not have.
fn real_name(person: &Identity) -> Option<&str> {
    let name = person.name.as_str();
    let is_stopgap = name == person.key.to_string()
        || person
            .logins
            .iter()
            .chain(&person.emails)
            .any(|n| n == name);
    (!is_stopgap).then_some(name)
}

/// The folded numbers or addresses of a person.
fn keys(person: &Identity, by: By) -> BTreeSet<String> {
    match by {
        By::EmployeeNumber => person
            .employee_ids
            .iter()
            .filter_map(|n| fold_number(n))
            .collect(),
        By::Email => person.emails.iter().filter_map(|e| fold_email(e)).collect(),
    }
}

/// A number or an address, folded, among people of one type or of all types that one sync alone has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Shared<'t> {
    by: By,
    value: String,
    scope: Option<&'t str>,
}

/// Who has a number or an address, by position. People are joined through these instead of pair by pair, because
/// thousands may share one address.
#[derive(Debug)]
struct Hub<'t> {
    key: Shared<'t>,
    old: Vec<usize>,
    new: Vec<usize>,
}

#[derive(Debug)]
struct Graph<'a, 't> {
    old: Vec<Candidate<'a>>,
    new: Vec<Arrival<'a>>,
    hubs: Vec<Hub<'t>>,
    /// The hubs of each person in `old`, then in `new`.
    old_hubs: Vec<Vec<usize>>,
    new_hubs: Vec<Vec<usize>>,
}

/// Where the hubs of a person lead.
#[derive(Debug, PartialEq, Eq)]
enum Leads {
    Nowhere,
    To(usize),
    ToSeveral,
}

impl<'a, 't> Graph<'a, 't> {
    fn new(
        old: Vec<Candidate<'a>>,
        new: Vec<Arrival<'a>>,
        common_types: &'t HashSet<&'t str>,
    ) -> Self {
        let mut hubs = Hubs {
            common_types,
            known: HashMap::new(),
            hubs: Vec::new(),
        };
        for (at, candidate) in old.iter().enumerate() {
            hubs.each(candidate.person, |hub| hub.old.push(at));
        }
        for (at, arrival) in new.iter().enumerate() {
            hubs.each(arrival.person, |hub| hub.new.push(at));
        }
        let mut hubs = hubs.hubs;
        for hub in &mut hubs {
            // Former people are candidates for a return only.
            if !hub.new.iter().any(|&at| new[at].belongs) {
                hub.old.retain(|&at| !old[at].former);
            }
        }
        hubs.retain(|hub| !hub.old.is_empty() && !hub.new.is_empty());
        let mut old_hubs = vec![Vec::new(); old.len()];
        let mut new_hubs = vec![Vec::new(); new.len()];
        for (number, hub) in hubs.iter().enumerate() {
            hub.old.iter().for_each(|&at| old_hubs[at].push(number));
            hub.new.iter().for_each(|&at| new_hubs[at].push(number));
        }
        Self {
            old,
            new,
            hubs,
            old_hubs,
            new_hubs,
        }
    }

    /// Pairs whose numbers lead to each other alone while no address leads elsewhere.
    fn by_number(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for to in 0..self.new.len() {
            let Leads::To(from) = self.leads_back(to, By::EmployeeNumber) else {
                continue;
            };
            let alone = self.leads(from, By::EmployeeNumber) == Leads::To(to);
            let same_email = self.old_hubs[from]
                .iter()
                .any(|hub| self.hubs[*hub].key.by == By::Email && self.new_hubs[to].contains(hub));
            let no_email = self.leads(from, By::Email) == Leads::Nowhere
                && self.leads_back(to, By::Email) == Leads::Nowhere;
            if alone && (same_email || no_email) {
                pairs.push((from, to));
            }
        }
        pairs
    }

    fn leads(&self, from: usize, by: By) -> Leads {
        one(self
            .hubs_of(&self.old_hubs[from], by)
            .flat_map(|hub| &hub.new))
    }

    fn leads_back(&self, to: usize, by: By) -> Leads {
        one(self
            .hubs_of(&self.new_hubs[to], by)
            .flat_map(|hub| &hub.old))
    }

    fn hubs_of<'g>(&'g self, hubs: &'g [usize], by: By) -> impl Iterator<Item = &'g Hub<'t>> {
        let hubs = hubs.iter().map(|&hub| &self.hubs[hub]);
        hubs.filter(move |hub| hub.key.by == by)
    }

    /// The people who are joined with one of the other side, component by component, in order.
    fn components(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut seen = vec![false; self.hubs.len()];
        let starts = 0..self.hubs.len();
        starts
            .filter_map(|hub| self.component(hub, &mut seen))
            .collect()
    }

    /// The people who are joined through a hub, unless it has been seen.
    fn component(&self, start: usize, seen: &mut [bool]) -> Option<(Vec<usize>, Vec<usize>)> {
        let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
        let mut waiting = vec![start];
        while let Some(number) = waiting.pop() {
            if std::mem::replace(&mut seen[number], true) {
                continue;
            }
            let hub = &self.hubs[number];
            for &at in hub.old.iter().filter(|&&at| from.insert(at)) {
                waiting.extend(&self.old_hubs[at]);
            }
            for &at in hub.new.iter().filter(|&&at| to.insert(at)) {
                waiting.extend(&self.new_hubs[at]);
            }
        }
        (!from.is_empty()).then(|| (from.into_iter().collect(), to.into_iter().collect()))
    }

    /// What the people at these positions share across the two sides.
    fn shared(&self, from: &[usize], to: &[usize]) -> BTreeSet<&Shared<'t>> {
        let of_old: HashSet<_> = from.iter().flat_map(|&at| &self.old_hubs[at]).collect();
        let of_new = to.iter().flat_map(|&at| &self.new_hubs[at]);
        let both = of_new.filter(|hub| of_old.contains(hub));
        both.map(|&hub| &self.hubs[hub].key).collect()
    }

    /// What several people of one side have.
    fn crowded(&self) -> HashSet<Shared<'t>> {
        let several = |hub: &&Hub<'t>| hub.old.len() > 1 || hub.new.len() > 1;
        let crowded = self.hubs.iter().filter(several);
        crowded.map(|hub| hub.key.clone()).collect()
    }
}

fn one<'i>(mut people: impl Iterator<Item = &'i usize>) -> Leads {
    let Some(&first) = people.next() else {
        return Leads::Nowhere;
    };
    match people.any(|&other| other != first) {
        true => Leads::ToSeveral,
        false => Leads::To(first),
    }
}

#[derive(Debug)]
struct Hubs<'t> {
    common_types: &'t HashSet<&'t str>,
    known: HashMap<Shared<'t>, usize>,
    hubs: Vec<Hub<'t>>,
}

impl<'t> Hubs<'t> {
    /// Calls `join` with each hub of a person, making those that are not there yet.
    fn each(&mut self, person: &Identity, mut join: impl FnMut(&mut Hub<'t>)) {
        let scope = self.common_types.get(&*person.key.resource_type).copied();
        for by in [By::EmployeeNumber, By::Email] {
            for value in keys(person, by) {
                let key = Shared { by, value, scope };
                let next = self.hubs.len();
                let number = *self.known.entry(key.clone()).or_insert(next);
                if number == next {
                    self.hubs.push(Hub {
                        key,
                        old: Vec::new(),
                        new: Vec::new(),
                    });
                }
                join(&mut self.hubs[number]);
            }
        }
    }
}
