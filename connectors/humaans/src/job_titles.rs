//! A record of the job-role history as a job title: descriptive, without entitlements and grants.

use connector_core::id::ResourceId;
use connector_core::model::{Resource, TraitData};

use crate::directory::Directory;
use crate::model::{HasId, JobRole};
use crate::types::{JOB_TITLE, USER};

/// What a role without a title is called.
const UNTITLED: &str = "Untitled role";

/// The job title of a role; `None` without an id.
pub(crate) fn job_title(role: &JobRole, directory: &Directory) -> Option<Resource> {
    let id = ResourceId::new(JOB_TITLE, role.id()?);
    let title = role.job_title.get();
    let mut resource = Resource::new(id, title.unwrap_or(UNTITLED), TraitData::None);
    let person = role.person_id.get();
    // Whether the person was listed is checked when the file is finished.
    resource.parent = person
        .map(|person| ResourceId::new(USER, person))
        .filter(ResourceId::is_valid);
    resource.created_at = role.created_at.get().and_then(|t| t.parse().ok());
    let p = &mut resource.profile;
    p.text("person_id", person);
    p.text("job_title", title);
    p.text("department", role.department.get());
    p.text("manager_id", role.reporting_to.get());
    p.date("effective_date", role.effective_date.get());
    p.date("end_date", role.end_date.get());
    p.bool("is_current", Some(directory.is_current(role)));
    Some(resource)
}
