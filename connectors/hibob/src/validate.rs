//! What is checked before a sync: credential, base URL and, field by field, what the service user may read.
//!
//! HiBob grants categories, and fields of their own within them (apidocs.hibob.com, field-level permissions, 2026-09). It
//! answers 200 and silently leaves out what may not be read: a requested field is present, with a value or `null`, in every
//! employee when it may be read, and in none when it may not (people read API contract, 2026-06; seen live, 2026-10).

use connector_core::model::StatusKind;
use connector_core::text;
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};
use connector_http::Item;

use crate::client::HiBobClient;
use crate::model::{Employee, Field, FieldList, PROBED_FIELDS};
use crate::users;

const CHECKING: &str = "checking what the service user may read";

/// The most people looked at for fields.
const PEOPLE: usize = 2000;

/// What follows when some fields may not be read.
enum Loss {
    /// Rows would be wrong. The category has this name unless the tenant's metadata has another one.
    Everything(&'static str),
    /// This fact is empty for every account.
    Fact(&'static str),
    /// These values, as the warning of this code and message says.
    Unread(&'static str, &'static str),
    /// Nothing, as the warning says.
    Warning(&'static str, &'static str),
}

/// What is lost when none of the fields may be read.
const LOSSES: &[(&[Field], Loss)] = {
    use Field::*;
    use Loss::{Everything, Fact};
    &[
        (&[Id], Everything("Basic info")),
        (&[Email], Everything("Basic info")),
        (&[Department], Everything("Work")),
        (
            &[PayrollType, EmploymentType, Employment],
            Everything("Employment"),
        ),
        (&[FirstName], Fact("first name")),
        (&[Surname], Fact("last name")),
        (&[DisplayName], Fact("display name")),
        (&[Created], Fact("creation time")),
        (&[EmployeeId], Fact("employee number")),
        (&[Title], Fact("title")),
        (&[ReportsTo, Manager], Fact("manager")),
        (&[ReportsTo], Fact("name and e-mail of the manager")),
        (&[Site], Fact("site")),
        (&[StartDate], Fact("start date")),
        (&[TerminationDate], Fact("end date")),
        (&[PayrollType, EmploymentType], Fact("employment type")),
        (
            &[Lifecycle],
            Loss::Unread(
                "lifecycle-unreadable",
                "the service user may not read the lifecycle status (category Lifecycle), so every status is left unspecified",
            ),
        ),
        (
            &[About],
            Loss::Warning(
                "about-unreadable",
                "the service user may not read the category About; nothing of it is stored, so nothing is missing",
            ),
        ),
    ]
};

/// Reads the metadata, then starts a people search and leaves it as soon as the outcome is clear.
pub(crate) async fn validate(client: &HiBobClient) -> Result<Vec<Warning>> {
    let metadata = client.fields().await?;
    let mut probe = Probe::default();
    let mut people = client.search::<Employee>(PROBED_FIELDS);
    while let Some(item) = people.next().await? {
        match item {
            Item::Row(employee) => probe.look_at(&employee),
            Item::Restarted => probe = Probe::default(),
        }
        if probe.settled() {
            break;
        }
    }
    probe.verdict(&metadata)
}

/// What the people looked at show.
#[derive(Default)]
struct Probe {
    people: usize,
    /// The fields present in any of them: one bit for each, by [`Field`].
    present: u32,
    /// Whether the answer shows of any of them whether they are active.
    readable: bool,
    /// Whether any of them has left.
    former: bool,
}

impl Probe {
    fn look_at(&mut self, employee: &Employee) {
        self.people += 1;
        self.present |= employee.sent;
        let (access, state) = (employee.get(Field::Status), employee.get(Field::Lifecycle));
        self.readable |= access.or(state).is_some();
        // People who start later have no access either, so access counts only where there is no lifecycle state.
        self.former |= match state {
            Some(_) => users::status(employee).kind == StatusKind::Disabled,
            None => access.is_some_and(|word| word.eq_ignore_ascii_case("inactive")),
        };
    }

    fn losses(&self) -> impl Iterator<Item = &'static (&'static [Field], Loss)> {
        let lost = |field: &Field| self.present & (1 << *field as u32) == 0;
        LOSSES
            .iter()
            .filter(move |(fields, _)| fields.iter().all(lost))
    }

    /// Whether looking at more people would not change the verdict. An audience without former employees is worth
    /// reading the whole answer.
    fn settled(&self) -> bool {
        let enough = self.people >= PEOPLE;
        let audience = self.former || (enough && !self.readable);
        audience && (enough || self.losses().next().is_none())
    }

    fn verdict(&self, metadata: &FieldList) -> Result<Vec<Warning>> {
        if self.people == 0 {
            let message = "HiBob shows the service user no employee at all";
            return Err(Error::new(ErrorKind::Precondition, message)
                .during(CHECKING)
                .hint("in the service user's permission group, set \"Access data for\" to all people, former employees included"));
        }
        let (mut needed, mut facts, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        for (fields, loss) in self.losses() {
            let id = PROBED_FIELDS[fields[0] as usize];
            match *loss {
                Loss::Everything(category) => {
                    let known = metadata.get(id).and_then(|f| f.category.get());
                    let category = text::printable(known.unwrap_or(category), 100);
                    needed.push(format!("{category} ({id})"));
                }
                Loss::Fact(fact) => facts.push(fact),
                Loss::Unread(code, message) => warnings.push(Warning::unread(code, message)),
                Loss::Warning(code, message) => warnings.push(Warning::new(code, message)),
            }
        }
        if !needed.is_empty() {
            let needed = needed.join(", ");
            let message = format!("the service user may not read these categories: {needed}");
            return Err(Error::new(ErrorKind::Permission, message)
                .during(CHECKING)
                .hint("in HiBob, give the service user's permission group View on these categories of People's data, and on the fields in brackets"));
        }
        if !facts.is_empty() {
            let facts = facts.join(", ");
            let message =
                format!("{facts}: not granted to the service user, so empty for every account");
            warnings.insert(0, Warning::unread("fields-not-granted", message));
        }
        if self.readable && !self.former {
            let message = "no former employee is visible; unless no employee has ever left, inactive people are missing \
                           from the service user's audience";
            warnings.push(Warning::new("no-former-employee", message));
        }
        Ok(warnings)
    }
}

#[cfg(test)]
mod tests;
