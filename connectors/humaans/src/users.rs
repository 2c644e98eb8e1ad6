//! A person as a user.

use connector_core::id::ResourceId;
use connector_core::model::{AccountType, Resource, Status, StatusKind, TraitData, UserTrait};
use connector_core::profile::Profile;
use connector_core::text::{self, Text};

use crate::directory::Directory;
use crate::model::{HasId, Person};
use crate::types::USER;

/// The user of a person; `None` without an id.
pub(crate) fn user(person: &Person, directory: &Directory) -> Option<Resource> {
    let id = ResourceId::new(USER, person.id()?);
    let email = person.email.get().and_then(text::email);
    // Humaans itself shows the preferred name in place of the first one.
    let first = person.preferred_name.or(&person.first_name);
    let name = text::person_name(first, person.last_name.get(), None, email);

    let mut user = Resource::new(id, &name, TraitData::None);
    user.profile = profile(person, email, directory);
    user.status = Some(status(person.status.get()));
    user.created_at = person.created_at.get().and_then(|t| t.parse().ok());
    let of_profile = |key: &str| user.profile.get_text(key).map(Text::from);
    user.trait_data = TraitData::User(UserTrait {
        email: email.map(Text::from),
        login: email.map(Text::from),
        employee_ids: of_profile("employee_id").into_iter().collect(),
        given_name: of_profile("first_name"),
        family_name: of_profile("last_name"),
        account_type: AccountType::Human,
    });
    Some(user)
}

fn profile(person: &Person, email: Option<&str>, directory: &Directory) -> Profile {
    let role = person.id().and_then(|id| directory.current(id));
    let location = person.location_id.get();
    let mut p = Profile::new();
    p.text("first_name", person.first_name.get());
    p.text("last_name", person.last_name.get());
    p.text("preferred_name", person.preferred_name.get());
    p.text("email", email);
    p.text("employee_id", person.employee_id.get());
    p.text("job_title", role.and_then(|r| r.title.as_deref()));
    p.text("department", role.and_then(|r| r.department.as_deref()));
    p.text("manager_id", role.and_then(|r| r.manager.get()));
    p.date("start_date", person.employment_start_date.get());
    p.date("end_date", person.employment_end_date.get());
    p.text("employment_type", person.contract_type.get());
    p.text("location", location.and_then(|id| directory.location(id)));
    p.text("lifecycle_state", person.status.get());
    p.bool("demo", person.is_demo().then_some(true));
    p
}

/// Active people and new hires are enabled, leavers disabled. An absent or unknown word is unspecified.
pub(crate) fn status(word: Option<&str>) -> Status {
    let Some(raw) = word else {
        return Status::of(StatusKind::Unspecified);
    };
    match folded(raw).as_str() {
        "active" => Status::of(StatusKind::Enabled),
        "newhire" => Status::of(StatusKind::Enabled).with_details("newHire"),
        "offboarded" => Status::of(StatusKind::Disabled).with_details(raw),
        _ => Status::of(StatusKind::Unspecified).with_details(raw),
    }
}

/// The word in lower case without marks between its parts: `newHire` and `new_hire` are the same.
fn folded(word: &str) -> String {
    let letters = word
        .chars()
        .filter(|c| !matches!(c, '_' | '-') && !c.is_whitespace());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
