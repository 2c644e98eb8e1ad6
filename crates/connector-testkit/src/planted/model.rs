//! People, departments and accounts as plain values that a planting can change, and the files they become.

use connector_core::model::{AccountType, StatusKind};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::file::{GROUP, ROLE, SyncFile, User, user};

/// A state and the vendor's word for it.
pub(super) type State = (StatusKind, &'static str);

/// Working.
pub(super) const EMPLOYED: State = (StatusKind::Enabled, "employed");
/// Away for a while.
pub(super) const ON_LEAVE: State = (StatusKind::Enabled, "parental leave");
/// Signed, the first day still to come.
pub(super) const HIRED: State = (StatusKind::Enabled, "hired");
/// Left.
pub(super) const TERMINATED: State = (StatusKind::Disabled, "terminated");
/// An unspecified state, with a word that is not understood.
pub(super) const fn unclear(word: &'static str) -> State {
    (StatusKind::Unspecified, word)
}

/// The state of an account that can be used.
pub(super) const ACTIVE: State = (StatusKind::Enabled, "ACTIVE");
/// The state of an account that cannot be used.
pub(super) const DEACTIVATED: State = (StatusKind::Disabled, "DEPROVISIONED");

/// A person in the HR file.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) state: State,
    pub(super) email: Option<String>,
    pub(super) number: Option<String>,
    pub(super) title: Option<String>,
    pub(super) department: Option<String>,
    pub(super) department_id: Option<String>,
    pub(super) manager_id: Option<String>,
    pub(super) manager_email: Option<String>,
    pub(super) manager_name: Option<String>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) location: Option<String>,
    pub(super) contract: Option<String>,
    pub(super) owner: AccountType,
    /// Id of the department the person is a member of by a grant.
    pub(super) member_of: Option<String>,
}

impl Person {
    /// A person with a state, an id and a name, and nothing else.
    pub(super) fn new(id: String, name: String, state: State) -> Self {
        Self {
            id,
            name,
            state,
            email: None,
            number: None,
            title: None,
            department: None,
            department_id: None,
            manager_id: None,
            manager_email: None,
            manager_name: None,
            start: None,
            end: None,
            location: None,
            contract: None,
            owner: AccountType::Human,
            member_of: None,
        }
    }

    /// How findings name the person.
    pub(super) fn key(&self) -> String {
        format!("user:{}", self.id)
    }

    /// Takes the manager away, however named.
    pub(super) fn without_manager(&mut self) {
        self.manager_id = None;
        self.manager_email = None;
        self.manager_name = None;
    }

    /// Whether the file states that the person has left, or leaves no doubt: the state is unclear and there is a last
    /// day, which in that state is never in the future.
    pub(super) fn has_left(&self) -> bool {
        self.state == TERMINATED || self.state.0 == StatusKind::Unspecified && self.end.is_some()
    }

    /// Has left, on this day.
    pub(super) fn left(&mut self, last: Date) {
        self.state = TERMINATED;
        self.end = Some(last.to_string());
    }

    fn row(&self) -> User {
        let (kind, word) = self.state;
        let mut row = user(&self.id, &self.name)
            .state(kind, word)
            .account_type(self.owner);
        if let Some(email) = &self.email {
            row = row.email(email);
        }
        if let Some(number) = &self.number {
            row = row.employee_id(number);
        }
        let facts = [
            ("job_title", &self.title),
            ("department", &self.department),
            ("department_id", &self.department_id),
            ("manager_id", &self.manager_id),
            ("manager_email", &self.manager_email),
            ("manager_name", &self.manager_name),
            ("start_date", &self.start),
            ("end_date", &self.end),
            ("location", &self.location),
            ("employment_type", &self.contract),
        ];
        facts
            .into_iter()
            .fold(row, |row, (key, value)| match value {
                Some(value) => row.fact(key, value),
                None => row,
            })
    }
}

/// A department of the HR file.
#[derive(Debug, Clone)]
pub(super) struct Department {
    pub(super) id: String,
    pub(super) name: String,
}

/// The account of a person or a program in an app.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) state: State,
    pub(super) login: Option<String>,
    pub(super) email: Option<String>,
    pub(super) number: Option<String>,
    pub(super) org_role: Option<String>,
    pub(super) owner: AccountType,
    /// Last login; only the app with roles has it, as the two after it.
    pub(super) last_login: Option<String>,
    pub(super) created: Option<String>,
    /// Whether it asks for a second factor.
    pub(super) mfa: Option<bool>,
    /// Whether its login goes through single sign-on.
    pub(super) sso: bool,
    /// Who is responsible for it.
    pub(super) manager_email: Option<String>,
    /// Ids of roles.
    pub(super) roles: Vec<&'static str>,
    /// Ids of groups.
    pub(super) groups: Vec<&'static str>,
    /// Position of the person it was made for.
    pub(super) person: Option<usize>,
}

impl Account {
    /// How findings name the account.
    pub(super) fn key(&self) -> String {
        format!("user:{}", self.id)
    }

    /// Disables the account and takes away what it holds.
    pub(super) fn close(&mut self) {
        self.state = DEACTIVATED;
        self.roles.clear();
        self.groups.clear();
    }

    fn row(&self, with_logins: bool) -> User {
        let (kind, word) = self.state;
        let mut row = user(&self.id, &self.name)
            .state(kind, word)
            .account_type(self.owner);
        let mfa = self
            .mfa
            .map(|yes| if yes { "yes" } else { "no" }.to_owned());
        let sso = self.sso.then(|| "true".to_owned());
        let facts = [
            ("last_login", &self.last_login),
            ("created_at", &self.created),
            ("mfa_enabled", &mfa),
            ("sso_enabled", &sso),
        ];
        for (key, value) in facts.into_iter().filter(|_| with_logins) {
            if let Some(value) = value {
                row = row.fact(key, value);
            }
        }
        if let Some(email) = &self.manager_email {
            row = row.fact("manager_email", email);
        }
        if let Some(email) = &self.email {
            row = row.email(email);
        }
        if let Some(number) = &self.number {
            row = row.employee_id(number);
        }
        if let Some(login) = &self.login {
            row = row.login(login);
        }
        match &self.org_role {
            Some(role) => row.fact("org_role", role),
            None => row,
        }
    }
}

/// Roles or groups of an app: id and name.
pub(super) type Named = &'static [(&'static str, &'static str)];

/// An app with its accounts.
#[derive(Debug, Clone)]
pub(super) struct App {
    pub(super) label: &'static str,
    pub(super) roles: Named,
    pub(super) groups: Named,
    pub(super) accounts: Vec<Account>,
}

impl App {
    pub(super) fn file(&self, at: Timestamp) -> SyncFile {
        let mut file = SyncFile::ended_at(at);
        for (id, name) in self.roles {
            file = file.role(id, name);
        }
        for (id, name) in self.groups {
            file = file.group(id, name);
        }
        for account in &self.accounts {
            file.push(account.row(!self.roles.is_empty()));
            for role in &account.roles {
                file.grant(role_id(role), "assigned", &account.id);
            }
            for group in &account.groups {
                file.grant(group_id(group), "member", &account.id);
            }
        }
        file
    }
}

fn role_id(id: &str) -> connector_core::id::ResourceId {
    connector_core::id::ResourceId::new(ROLE, id)
}

fn group_id(id: &str) -> connector_core::id::ResourceId {
    connector_core::id::ResourceId::new(GROUP, id)
}

/// The HR file of these departments and people.
pub(super) fn hr_file(departments: &[Department], people: &[Person], at: Timestamp) -> SyncFile {
    let mut file = SyncFile::ended_at(at);
    for department in departments {
        file = file.department(&department.id, &department.name);
    }
    for person in people {
        file.push(person.row());
    }
    for person in people {
        if let Some(department) = &person.member_of {
            file = file.works_in(department, &person.id);
        }
    }
    file
}
