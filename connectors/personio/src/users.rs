//! A person as a user.

use connector_core::id::ResourceId;
use connector_core::model::{AccountType, Resource, Status, StatusKind, TraitData, UserTrait};
use connector_core::profile::{Profile, ProfileValue};
use connector_core::text;

use crate::model::{Employment, Person};
use crate::types::USER;

/// The user of a person; `None` without an id.
pub(crate) fn user(
    person: &Person,
    employment: Option<&Employment>,
    custom: Vec<(String, ProfileValue)>,
) -> Option<Resource> {
    let id = ResourceId::new(USER, person.id.get()?);
    let email = person.email.get().and_then(text::email);
    let name = text::person_name(
        person.first_name.get(),
        person.last_name.get(),
        person.preferred_name.get(),
        email,
    );
    let mut user = Resource::new(id, &name, TraitData::None);
    user.profile = profile(person, employment, email);
    for (key, value) in custom {
        user.profile.set(key, value);
    }
    user.status = Some(status(person.status.get()));
    user.created_at = person.created_at.get().and_then(|t| t.parse().ok());
    user.trait_data = TraitData::User(UserTrait {
        email: email.map(str::to_owned),
        login: email.map(str::to_owned),
        employee_ids: Vec::new(),
        given_name: user.profile.get_text("first_name").map(str::to_owned),
        family_name: user.profile.get_text("last_name").map(str::to_owned),
        account_type: AccountType::Human,
    });
    Some(user)
}

fn profile(person: &Person, employment: Option<&Employment>, email: Option<&str>) -> Profile {
    let mut p = Profile::new();
    p.text("first_name", person.first_name.get());
    p.text("last_name", person.last_name.get());
    p.text("preferred_name", person.preferred_name.get());
    p.text("email", email);
    p.text("lifecycle_state", person.status.get());
    let Some(employment) = employment else {
        return p;
    };
    let end = employment.employment_end_date.get();
    let end = end.filter(|end| text::date(end).is_some());
    p.text("employment_status", employment.status.get());
    p.text("employment_type", specified(employment.r#type.get()));
    p.text("job_title", employment.position.0.title.get());
    p.text("department_id", department(employment));
    p.text("manager_id", employment.supervisor.0.id.get());
    p.date("start_date", employment.employment_start_date.get());
    p.date(
        "end_date",
        end.or_else(|| employment.termination.0.last_day()),
    );
    p
}

/// A value, unless it is `UNSPECIFIED`, which Personio sends in place of none (employment-contract-v2, 2026-09).
fn specified(word: Option<&str>) -> Option<&str> {
    word.filter(|w| !w.trim().eq_ignore_ascii_case("unspecified"))
}

/// The first department among the units; a unit's type is free text, and teams come in the same list.
fn department(employment: &Employment) -> Option<&str> {
    let mut units = employment.org_units.0.iter();
    units.find_map(|unit| {
        let kind = unit.r#type.get()?;
        let department = kind.trim().eq_ignore_ascii_case("department");
        department.then(|| unit.id.get()).flatten()
    })
}

/// Personio's own verdict, which follows the latest employment. An absent or unknown word is not enabled: Personio
/// leaves out what the credential may not read.
pub(crate) fn status(word: Option<&str>) -> Status {
    let Some(raw) = word else {
        return Status::of(StatusKind::Unspecified);
    };
    match raw.trim().to_ascii_uppercase().as_str() {
        "ACTIVE" => Status::of(StatusKind::Enabled),
        "INACTIVE" => Status::of(StatusKind::Disabled).with_details(raw),
        _ => Status::of(StatusKind::Unspecified).with_details(raw),
    }
}

#[cfg(test)]
mod tests;
