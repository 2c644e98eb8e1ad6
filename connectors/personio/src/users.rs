//! A person as a user.

use connector_core::id::ResourceId;
use connector_core::model::{AccountType, Resource, Status, StatusKind, TraitData, UserTrait};
use connector_core::privacy::COST_CENTER;
use connector_core::profile::{Profile, ProfileValue};
use connector_core::text::{self, Text};

use crate::directory::{Colleagues, Directory, Names};
use crate::employment::Employments;
use crate::model::{Employment, OrgUnit, Person};
use crate::types::USER;

/// Where the names come from that a person's own records lack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookups<'a> {
    /// Units, offices, legal entities and cost centres.
    pub(crate) directory: &'a Directory,
    /// Managers.
    pub(crate) colleagues: &'a Colleagues,
}

/// The user of a person; `None` without an id. Facts in `custom` win over those of the employment.
pub(crate) fn user(
    person: &Person,
    employments: &Employments,
    lookups: Lookups<'_>,
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
    user.profile = profile(person, email);
    if let Some(employment) = &employments.primary {
        employed(&mut user.profile, employment, lookups);
    }
    for (key, value) in custom {
        user.profile.set(key, value);
    }
    user.status = Some(match person.status.get() {
        // Personio left the status out, which the employments still tell.
        None if employments.all_inactive => status(Some("INACTIVE")),
        word => status(word),
    });
    user.created_at = person.created_at.get().and_then(|t| t.parse().ok());
    user.trait_data = TraitData::User(UserTrait {
        email: email.map(Text::from),
        login: email.map(Text::from),
        employee_ids: Vec::new(),
        given_name: user.profile.get_text("first_name").map(Text::from),
        family_name: user.profile.get_text("last_name").map(Text::from),
        account_type: AccountType::Human,
    });
    Some(user)
}

fn profile(person: &Person, email: Option<&str>) -> Profile {
    let mut p = Profile::new();
    p.text("first_name", person.first_name.get());
    p.text("last_name", person.last_name.get());
    p.text("preferred_name", person.preferred_name.get());
    p.text("email", email);
    p.text("lifecycle_state", person.status.get());
    p
}

/// Adds the facts of an employment. Ids are kept beside the names, which may not be readable.
fn employed(p: &mut Profile, employment: &Employment, lookups: Lookups<'_>) {
    let name = |names, id| lookups.directory.name(names, id);
    let end = employment.employment_end_date.get();
    let end = end.filter(|end| text::date(end).is_some());
    p.text("employment_status", employment.status.get());
    p.text("employment_type", specified(employment.r#type.get()));
    p.text("job_title", employment.position.0.title.get());
    p.date("start_date", employment.employment_start_date.get());
    p.date(
        "end_date",
        end.or_else(|| employment.termination.0.last_day()),
    );

    let manager = employment.supervisor.0.id.get();
    p.text("manager_id", manager);
    if let Some(contact) = lookups.colleagues.find(manager) {
        p.text("manager_name", contact.name.as_deref());
        p.text("manager_email", contact.email.as_deref());
    }
    let office = employment.office.0.id.get();
    p.text("office_id", office);
    // `location` is the common key, `office_name` the one of other connectors for Personio.
    for key in ["location", "office_name"] {
        p.text(key, name(Names::Offices, office));
    }
    let entity = employment.legal_entity.0.id.get();
    p.text("legal_entity_id", entity);
    p.text("legal_entity_name", name(Names::LegalEntities, entity));
    if let Some(id) = cost_center(employment) {
        p.text("cost_center_id", Some(id));
        let code = name(Names::CostCenters, Some(id)).unwrap_or(id);
        p.text(COST_CENTER, Some(code));
    }
    units(p, &employment.org_units.0, lookups.directory);
}

/// Adds the departments and teams of an employment; the first of each kind is also told by itself.
fn units(p: &mut Profile, units: &[OrgUnit], directory: &Directory) {
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    for unit in units {
        let Some(id) = unit.id.get() else { continue };
        ids.push(text::cleaned(id, text::MAX_VALUE_BYTES).into());
        // A unit's type is free text (employment-contract-v2, 2026-09).
        let kind = unit
            .r#type
            .get()
            .map(|kind| kind.trim().to_ascii_lowercase());
        let (list, id_key, name_keys): (_, _, &[&str]) = match kind.as_deref() {
            Some("department") => (
                Names::Departments,
                "department_id",
                &["department", "department_name"],
            ),
            Some("team") => (Names::Teams, "team_id", &["team_name"]),
            _ => continue,
        };
        let name = directory.name(list, Some(id));
        names.extend(name.map(|name| text::cleaned(name, text::MAX_VALUE_BYTES).into()));
        if p.get(id_key).is_none() {
            p.text(id_key, Some(id));
            for key in name_keys {
                p.text(*key, name);
            }
        }
    }
    for (key, list) in [("org_unit_ids", ids), ("org_units", names)] {
        if !list.is_empty() {
            p.set(key, ProfileValue::List(list));
        }
    }
}

/// The cost centre that most of an employment is booked on, the first of equals.
fn cost_center(employment: &Employment) -> Option<&str> {
    let all = employment.cost_centers.0.iter().rev();
    let with_id = all.filter(|center| center.id.get().is_some());
    let most = with_id.max_by(|a, b| a.weight().total_cmp(&b.weight()))?;
    most.id.get()
}

/// A value, unless it is `UNSPECIFIED`, which Personio sends in place of none (employment-contract-v2, 2026-09).
fn specified(word: Option<&str>) -> Option<&str> {
    word.filter(|w| !w.trim().eq_ignore_ascii_case("unspecified"))
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
