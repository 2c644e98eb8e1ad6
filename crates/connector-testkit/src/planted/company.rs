//! A company in which every check finds nothing: what plantings start from.
//!
//! A tree in which every manager has eight reports; among those without reports are leavers, pre-hires and
//! people on leave. Every person at work has an account in an app with roles and groups, half of them also in an app
//! that only has a state and an organisation role; some leavers' accounts are still there, disabled and empty.

use connector_core::entropy::{Entropy, SeededEntropy};
use connector_core::model::{AccountType, StatusKind};
use connector_sandbox::company::{Company, MAIL_DOMAIN};
use jiff::ToSpan;
use jiff::civil::Date;

use super::model::{
    ACTIVE, Account, App, Department, EMPLOYED, HIRED, Named, ON_LEAVE, Person, State, TERMINATED,
};

/// Reports of a manager.
const REPORTS: usize = 8;
/// People per department.
const PER_DEPARTMENT: usize = 40;
/// People with names of their own; further ones have the same names, which must not matter.
const NAMES: usize = 400;

/// Position of the app with roles and groups.
pub(super) const OKTA: usize = 0;
/// Position of the app with states and organisation roles only.
pub(super) const PIPELINE: usize = 1;

/// Released from work until the contract ends.
const GARDEN_LEAVE: State = (StatusKind::Enabled, "garden leave");

const ROLES: Named = &[
    ("owner", "Organization Owner"),
    ("billing", "Billing Manager"),
    ("reader", "Reader"),
    ("tenants", "Homeowner Portal"),
];
const GROUPS: Named = &[
    ("everyone", "Everyone"),
    ("admins", "Cluster Administrators"),
    ("finance", "Finance"),
];

/// What the titles of a clean company are; only the first may own, only the second may pay.
pub(super) const TITLES: [&str; 5] = [
    "Platform Engineer",
    "Accountant",
    "Engineer",
    "Designer",
    "Account Executive",
];

/// All people, departments and apps, and the people who may be changed.
pub(super) struct Clean {
    pub(super) departments: Vec<Department>,
    pub(super) people: Vec<Person>,
    pub(super) apps: Vec<App>,
    /// Positions of people at work without reports and without powerful access.
    pub(super) free: Vec<usize>,
    /// Positions of people at work without reports who own the app with roles.
    pub(super) owners: Vec<usize>,
    /// Positions of leavers.
    pub(super) leavers: Vec<usize>,
}

/// A clean company of `count` people on `day`.
pub(super) fn company(count: usize, seed: u64, day: Date) -> Clean {
    let draw = SeededEntropy::new(seed);
    let names = Company::generate(count.clamp(1, NAMES), seed);
    let departments: Vec<_> = (0..=count / PER_DEPARTMENT)
        .map(|at| Department {
            id: format!("d{at}"),
            name: format!(
                "{} {at}",
                ["Platform", "Finance", "Design", "Sales"][at % 4]
            ),
        })
        .collect();
    let mut clean = Clean {
        departments,
        people: Vec::with_capacity(count),
        apps: vec![app("okta", ROLES, GROUPS), app("pipeline", &[], &[])],
        free: Vec::new(),
        owners: Vec::new(),
        leavers: Vec::new(),
    };
    for at in 0..count {
        let named = &names.people[at % names.people.len()];
        let mut person = Person::new(format!("p{at}"), named.display_name.clone(), EMPLOYED);
        let local = format!("{}.{at}", ["kim", "Zoë", "o'hara", "anna-lena"][at % 4]);
        person.email = Some(format!("{local}@{MAIL_DOMAIN}"));
        person.number = Some(format!("E-{at:05}"));
        let leads = at * REPORTS + 1 < count;
        settle(&mut person, at, leads, &mut clean, &draw, day);
        clean.people.push(person);
    }
    clean
}

fn app(label: &'static str, roles: Named, groups: Named) -> App {
    App {
        label,
        roles,
        groups,
        accounts: Vec::new(),
    }
}

/// Gives a person a place in the company, and accounts.
fn settle(
    person: &mut Person,
    at: usize,
    leads: bool,
    clean: &mut Clean,
    draw: &SeededEntropy,
    day: Date,
) {
    let below = |end: u64| draw.next_u64() % end;
    let days = |from: i64, to: u64| (from + below(to).cast_signed()).days();
    let department = &clean.departments[at % clean.departments.len()];
    person.department = Some(department.name.clone());
    if below(2) == 0 {
        person.department_id = Some(department.id.clone());
    }
    person.location = Some("Remote".to_owned());
    person.contract = Some("Permanent".to_owned());
    person.start = Some((day - days(1000, 2000)).to_string());
    if at == 0 {
        person.title = Some("Chief Executive".to_owned());
        clean.accounts(at, person, &[]);
        return;
    }
    person.manager_id = Some(format!("p{}", (at - 1) / REPORTS));
    let title = TITLES[2 + at % 3];
    person.title = Some(title.to_owned());
    if leads {
        clean.accounts(at, person, &[]);
        return;
    }
    match below(100) {
        0..8 => {
            person.state = TERMINATED;
            person.end = Some((day - days(40, 900)).to_string());
            clean.leavers.push(at);
            if at.is_multiple_of(2) {
                clean.accounts(at, person, &[]);
                clean.close(at);
            }
        }
        8..11 => {
            person.state = HIRED;
            person.start = Some((day + days(20, 90)).to_string());
        }
        11..15 => {
            person.state = ON_LEAVE;
            clean.accounts(at, person, &[]);
        }
        15..18 => {
            person.state = GARDEN_LEAVE;
            person.end = Some((day + days(1, 60)).to_string());
            clean.accounts(at, person, &[]);
        }
        18..30 => {
            person.title = Some(TITLES[0].to_owned());
            clean.owners.push(at);
            clean.accounts(at, person, &["owner"]);
        }
        _ => {
            clean.free.push(at);
            clean.accounts(at, person, &[]);
        }
    }
}

impl Clean {
    /// Gives a person accounts in both apps: in the first with roles, in the second when the position is even.
    fn accounts(&mut self, at: usize, person: &Person, roles: &[&'static str]) {
        let mut first = account(at, person, format!("u{at}"));
        // One account in three has the employee number, in lower case; for these the address does not have to match.
        if at.is_multiple_of(3) {
            first.number = person.number.as_ref().map(|n| n.to_lowercase());
        }
        first.roles = roles.to_vec();
        first.groups = vec!["everyone"];
        self.apps[OKTA].accounts.push(first);
        if at.is_multiple_of(2) {
            let mut second = account(at, person, format!("c{at}"));
            second.org_role = Some("member".to_owned());
            second.login = Some(format!("gh-{at}"));
            second.email = second.email.map(|email| email.to_uppercase());
            self.apps[PIPELINE].accounts.push(second);
        }
    }

    /// Disables all accounts of a person and takes away what they hold.
    fn close(&mut self, at: usize) {
        let all = self.apps.iter_mut().flat_map(|app| &mut app.accounts);
        all.filter(|account| account.person == Some(at))
            .for_each(Account::close);
    }
}

/// A usable account of a person, with the person's address.
pub(super) fn account(at: usize, person: &Person, id: String) -> Account {
    Account {
        id,
        name: person.name.clone(),
        state: ACTIVE,
        login: person.email.clone(),
        email: person.email.clone(),
        number: None,
        org_role: None,
        owner: AccountType::Human,
        last_login: Some(format!("{}T08:00:00Z", super::DAY - 3.days())),
        created: None,
        mfa: Some(true),
        sso: false,
        manager_email: None,
        roles: Vec::new(),
        groups: Vec::new(),
        person: Some(at),
    }
}
