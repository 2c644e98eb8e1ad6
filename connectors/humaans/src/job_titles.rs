//! A record of the job-role history as a job title: descriptive, without entitlements and grants.

use connector_core::id::ResourceId;
use connector_core::model::{Resource, TraitData};
use jiff::civil::Date;

use crate::directory::{Directory, Role};
use crate::types::{JOB_TITLE, USER};

/// What a role without a title is called.
const UNTITLED: &str = "Untitled role";

/// The job title of a role.
pub(crate) fn job_title(role: &Role, directory: &Directory) -> Resource {
    let id = ResourceId::new(JOB_TITLE, role.id.get().unwrap_or_default());
    let title = role.title.as_deref();
    let mut resource = Resource::new(id, title.unwrap_or(UNTITLED), TraitData::None);
    let person = role.person.get();
    // Whether the person was listed is checked when the file is finished.
    resource.parent = person
        .map(|person| ResourceId::new(USER, person))
        .filter(ResourceId::is_valid);
    resource.created_at = role.created;
    let day = |date: Option<Date>| date.map(|date| date.to_string());
    let p = &mut resource.profile;
    p.text("person_id", person);
    p.text("job_title", title);
    p.text("department", role.department.as_deref());
    p.text("manager_id", role.manager.get());
    p.date("effective_date", day(role.from).as_deref());
    p.date("end_date", day(role.until).as_deref());
    p.bool("is_current", Some(directory.is_current(role)));
    resource
}
