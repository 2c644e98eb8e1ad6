//! The facts of a person, one by one, so that two records of the same person can be compared and the difference
//! applied: [`Facts::of`] lists them, [`Facts::changes`] returns those that differ and [`Facts::apply`] turns one
//! record into the other. The number of a row in its file is no fact of the person.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::identity::{Identity, ManagerRef};
use crate::look::account_type as account_type_word;

/// A fact that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Name for people.
    Name,
    /// State as the connector normalised it.
    Status,
    /// The vendor's word for the state.
    StateWord,
    /// The state between signing and leaving.
    Lifecycle,
    /// Whose account it is.
    AccountType,
    /// Work e-mail addresses.
    Emails,
    /// Login names.
    Logins,
    /// Employee numbers.
    EmployeeIds,
    /// Title.
    JobTitle,
    /// Department by name.
    Department,
    /// Department by id.
    DepartmentId,
    /// Place of work.
    Location,
    /// Kind of contract.
    EmploymentType,
    /// Role in the organisation.
    OrgRole,
    /// Manager by id.
    ManagerId,
    /// Manager by e-mail address.
    ManagerEmail,
    /// Manager by name.
    ManagerName,
    /// First day.
    StartDate,
    /// Last day.
    EndDate,
    /// Whether a second factor is asked for at login.
    Mfa,
    /// Whether the login goes through single sign-on.
    Sso,
}

impl Field {
    /// All, in the order of [`Facts`].
    pub const ALL: [Self; 21] = [
        Self::Name,
        Self::Status,
        Self::StateWord,
        Self::Lifecycle,
        Self::AccountType,
        Self::Emails,
        Self::Logins,
        Self::EmployeeIds,
        Self::JobTitle,
        Self::Department,
        Self::DepartmentId,
        Self::Location,
        Self::EmploymentType,
        Self::OrgRole,
        Self::ManagerId,
        Self::ManagerEmail,
        Self::ManagerName,
        Self::StartDate,
        Self::EndDate,
        Self::Mfa,
        Self::Sso,
    ];

    /// The key for machines; profile keys where there is one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Status => "status",
            Self::StateWord => "lifecycle_state",
            Self::Lifecycle => "lifecycle",
            Self::AccountType => "account_type",
            Self::Emails => "emails",
            Self::Logins => "logins",
            Self::EmployeeIds => "employee_ids",
            Self::JobTitle => "job_title",
            Self::Department => "department",
            Self::DepartmentId => "department_id",
            Self::Location => "location",
            Self::EmploymentType => "employment_type",
            Self::OrgRole => "org_role",
            Self::ManagerId => "manager_id",
            Self::ManagerEmail => "manager_email",
            Self::ManagerName => "manager_name",
            Self::StartDate => "start_date",
            Self::EndDate => "end_date",
            Self::Mfa => "mfa",
            Self::Sso => "sso",
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value<'a> {
    /// One text; dates as `YYYY-MM-DD`.
    Text(Cow<'a, str>),
    /// Several texts, at least one.
    List(&'a [String]),
}

/// A fact that differs. Absent facts are `None`; one side has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange<'a> {
    /// Which fact.
    pub field: Field,
    /// The value in OLD.
    pub from: Option<Value<'a>>,
    /// The value in NEW.
    pub to: Option<Value<'a>>,
}

/// The facts that a file holds about a person, except the id and the times of the last login and of the creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts<'a>([Option<Value<'a>>; Field::ALL.len()]);

impl<'a> Facts<'a> {
    /// The facts of a person.
    pub fn of(person: &'a Identity) -> Self {
        // Taken apart field by field: a fact added to `Identity` has to be compared here.
        let Identity {
            row: _,
            key: _,
            name,
            status,
            state_word,
            lifecycle,
            by_policy: _,
            account_type,
            emails,
            logins,
            employee_ids,
            job_title,
            department,
            department_id,
            location,
            employment_type,
            org_role,
            manager,
            start_date,
            end_date,
            // Both change without anybody changing the person: by using the account, by importing it anew.
            last_login: _,
            created_at: _,
            mfa,
            sso,
        } = person;
        let ManagerRef {
            id: manager_id,
            email: manager_email,
            name: manager_name,
        } = manager;
        Self([
            text(Some(name)),
            text(Some(status.as_str())),
            text(state_word.as_deref()),
            text(Some(lifecycle.as_str())),
            text(Some(account_type_word(*account_type))),
            list(emails),
            list(logins),
            list(employee_ids),
            text(job_title.as_deref()),
            text(department.as_deref()),
            text(department_id.as_deref()),
            text(location.as_deref()),
            text(employment_type.as_deref()),
            text(org_role.as_deref()),
            text(manager_id.as_deref()),
            text(manager_email.as_deref()),
            text(manager_name.as_deref()),
            start_date.map(|day| Value::Text(Cow::Owned(day.to_string()))),
            end_date.map(|day| Value::Text(Cow::Owned(day.to_string()))),
            text(mfa.map(yes_no)),
            text(sso.map(yes_no)),
        ])
    }

    /// The facts that are there, in the order of [`Field::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Value<'a>)> {
        let known = Field::ALL.into_iter().zip(&self.0);
        known.filter_map(|(field, value)| Some((field, value.as_ref()?)))
    }

    /// What has to change for these facts to become `new`.
    pub fn changes(&self, new: &Self) -> Vec<FieldChange<'a>> {
        let both = self.0.iter().zip(&new.0);
        let all = Field::ALL.into_iter().zip(both);
        all.filter(|(_, (from, to))| from != to)
            .map(|(field, (from, to))| FieldChange {
                field,
                from: from.clone(),
                to: to.clone(),
            })
            .collect()
    }

    /// These facts after the changes.
    #[must_use]
    pub fn apply(mut self, changes: &[FieldChange<'a>]) -> Self {
        for change in changes {
            let known = Field::ALL.into_iter().zip(&mut self.0);
            for (_, value) in known.filter(|(field, _)| *field == change.field) {
                value.clone_from(&change.to);
            }
        }
        self
    }
}

/// The facts that are there, by their keys.
impl Serialize for Facts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

fn text(text: Option<&str>) -> Option<Value<'_>> {
    text.map(|text| Value::Text(Cow::Borrowed(text)))
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn list(texts: &[String]) -> Option<Value<'_>> {
    (!texts.is_empty()).then_some(Value::List(texts))
}
