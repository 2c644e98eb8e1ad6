//! A company being planted: who is left to be changed, and what must be found because of it.

use std::collections::BTreeSet;

use connector_core::entropy::{Entropy, SeededEntropy};
use jiff::ToSpan;
use jiff::civil::Date;

use super::company::{self, Clean};
use super::model::{Account, App, Department, Person};
use super::policy::PolicyText;
use super::{EARLIER, Expected, HR};

/// A named change to the company. The checks must find exactly what the change expects, and nothing else.
pub(super) type Variant = (&'static str, fn(&mut Builder));

/// The company so far.
pub(super) struct Builder {
    pub(super) day: Date,
    pub(super) departments: Vec<Department>,
    pub(super) people: Vec<Person>,
    /// People of the earlier HR file, the same at the same positions.
    pub(super) earlier: Vec<Person>,
    pub(super) apps: Vec<App>,
    pub(super) policy: PolicyText,
    /// Who was in another department in the earlier HR file: its name and id.
    pub(super) moves: Vec<(usize, String, Option<String>)>,
    pub(super) leavers: Vec<usize>,
    pub(super) expected: BTreeSet<Expected>,
    free: Vec<usize>,
    owners: Vec<usize>,
    draw: SeededEntropy,
    variant: &'static str,
    made: usize,
}

impl Builder {
    pub(super) fn new(people: usize, seed: u64, day: Date) -> Self {
        let clean: Clean = company::company(people, seed, day);
        let mut builder = Self {
            day,
            departments: clean.departments,
            people: clean.people,
            earlier: Vec::new(),
            apps: clean.apps,
            policy: PolicyText::default(),
            moves: Vec::new(),
            leavers: clean.leavers,
            expected: BTreeSet::new(),
            free: clean.free,
            owners: clean.owners,
            draw: SeededEntropy::new(seed ^ 0x5bd1_e995),
            variant: "",
            made: 0,
        };
        let (mut free, mut owners) = (
            std::mem::take(&mut builder.free),
            std::mem::take(&mut builder.owners),
        );
        builder.shuffle(&mut free);
        builder.shuffle(&mut owners);
        (builder.free, builder.owners) = (free, owners);
        builder
    }

    /// Brings a list into an order that follows from the seed.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            let at = usize::try_from(self.draw.next_u64() % (end as u64 + 1)).unwrap_or(0);
            list.swap(at, end);
        }
    }

    /// Plants a variant; when `healed`, what it changed is undone and only what must be found because of it stays.
    pub(super) fn plant(&mut self, (name, plant): Variant, healed: bool) {
        self.variant = name;
        let before = healed.then(|| {
            (
                self.departments.clone(),
                self.people.clone(),
                self.earlier.clone(),
                self.apps.clone(),
                self.policy.clone(),
                self.moves.clone(),
            )
        });
        plant(self);
        if let Some(before) = before {
            (
                self.departments,
                self.people,
                self.earlier,
                self.apps,
                self.policy,
                self.moves,
            ) = before;
        }
    }

    /// How many people may still be changed.
    pub(super) fn left(&self) -> usize {
        self.free.len().min(self.owners.len() * 4)
    }

    /// Has the earlier HR file have a person in another department.
    pub(super) fn moved(&mut self, at: usize, former: &str) {
        let id = self.department(former);
        self.moves.push((at, former.to_owned(), Some(id)));
    }

    /// Makes the earlier HR file of the people as they are now and of their moves.
    pub(super) fn look_back(&mut self) {
        self.earlier.clone_from(&self.people);
        for (at, department, id) in &self.moves {
            let person = &mut self.earlier[*at];
            (person.department, person.department_id) = (Some(department.clone()), id.clone());
        }
    }

    /// A person at work, without reports or powerful access, who has not been taken yet.
    pub(super) fn take(&mut self) -> usize {
        self.free.pop().expect("a person left to plant with")
    }

    /// A person at work, without reports, who owns the app with roles and has not been taken yet.
    pub(super) fn take_owner(&mut self) -> usize {
        self.owners.pop().expect("an owner left to plant with")
    }

    pub(super) fn person(&mut self, at: usize) -> &mut Person {
        &mut self.people[at]
    }

    /// The date so many days after the day judged for, or before it.
    pub(super) fn on(&self, days: i64) -> String {
        (self.day + days.days()).to_string()
    }

    /// A name that nothing else has.
    pub(super) fn fresh(&mut self, stem: &str) -> String {
        self.made += 1;
        format!("{stem}{}", self.made)
    }

    /// Adds a record that has nothing but an id; returns its position.
    pub(super) fn add(&mut self, mut person: Person) -> usize {
        person.id = self.fresh("n");
        self.people.push(person);
        self.people.len() - 1
    }

    /// Takes all accounts of a person away and gives them one in an app, to which the change is applied; returns
    /// how findings name it.
    pub(super) fn sole(
        &mut self,
        app: usize,
        at: usize,
        change: impl FnOnce(&mut Account),
    ) -> String {
        self.without_accounts(at);
        let mut account = company::account(at, &self.people[at], String::new());
        change(&mut account);
        self.open(app, account)
    }

    /// The id of the department of this name, which is added when there is none.
    pub(super) fn department(&mut self, name: &str) -> String {
        if let Some(known) = self.departments.iter().find(|d| d.name == name) {
            return known.id.clone();
        }
        let (id, name) = (self.fresh("d-"), name.to_owned());
        self.departments.push(Department {
            id: id.clone(),
            name,
        });
        id
    }

    /// A new account in an app; returns how findings name it.
    pub(super) fn open(&mut self, app: usize, mut account: Account) -> String {
        account.id = self.fresh("x");
        let key = account.key();
        self.apps[app].accounts.push(account);
        key
    }

    /// Removes all accounts of a person.
    pub(super) fn without_accounts(&mut self, at: usize) {
        for app in &mut self.apps {
            app.accounts.retain(|account| account.person != Some(at));
        }
    }

    /// Disables all accounts of a person and takes away what they hold.
    pub(super) fn close(&mut self, at: usize) {
        let all = self.apps.iter_mut().flat_map(|app| &mut app.accounts);
        all.filter(|account| account.person == Some(at))
            .for_each(Account::close);
    }

    /// A person of the HR file must be found.
    pub(super) fn expect_person(&mut self, check: &'static str, at: usize) {
        let subject = self.people[at].key();
        self.expect(check, HR, subject);
    }

    /// Records that a check must find that of these people whose id comes first.
    pub(super) fn expect_first(&mut self, check: &'static str, people: [usize; 2]) {
        let first = people.into_iter().min_by_key(|&at| &self.people[at].id);
        first
            .into_iter()
            .for_each(|at| self.expect_person(check, at));
    }

    /// Records that a check must find this subject.
    pub(super) fn expect(&mut self, check: &'static str, file: &'static str, subject: String) {
        debug_assert_ne!(file, EARLIER);
        self.expected.insert(Expected {
            check,
            file,
            subject,
            accepted: false,
            variant: self.variant,
        });
    }

    /// Records that a check must find this subject, and that the policy accepts the finding until a day.
    pub(super) fn expect_accepted(
        &mut self,
        check: &'static str,
        file: &'static str,
        subject: String,
        until: String,
    ) {
        self.policy.accept(check, &subject, file, &until);
        self.expected.insert(Expected {
            check,
            file,
            subject,
            accepted: true,
            variant: self.variant,
        });
    }
}
