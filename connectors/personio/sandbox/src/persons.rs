//! One person as the wire shows them.

use serde_json::{Value, json};

use super::options::Credential;
use super::tenant::{Entry, Tenant, person_id};
use super::{attributes, employments};
use connector_sandbox::company::{Lifecycle, Person};

/// Fields that are there whatever was ticked.
const ALWAYS: [&str; 3] = ["id", "employments", "_meta"];

pub(crate) fn record(tenant: &Tenant, credential: &Credential, who: Entry<'_>) -> Value {
    let mut record = match who {
        Entry::Employee(person) => employee(tenant, person),
        Entry::Edge(edge) => edge.person.clone(),
    };
    if let Value::Object(fields) = &mut record {
        fields.retain(|name, _| ALWAYS.contains(&name.as_str()) || credential.reads(name));
    }
    if let Some(rewrite) = &tenant.options.rewrite_person {
        rewrite.apply(&mut record);
    }
    record
}

fn employee(tenant: &Tenant, person: &Person) -> Value {
    let id = person_id(person);
    let ids = employments::ids(person);
    let ids: Vec<Value> = ids.into_iter().map(|id| json!({ "id": id })).collect();
    let mut record = json!({
        "id": id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "status": match person.lifecycle {
            Lifecycle::Terminated => "INACTIVE",
            _ => "ACTIVE",
        },
        "created_at": format!("{}T09:00:00Z", person.start_date),
        "updated_at": "2026-08-19T06:30:12Z",
        "custom_attributes": attributes::of(tenant, person),
        "employments": ids,
        "_meta": {"links": {"employments": {
            "href": format!("https://api.personio.de/v2/persons/{id}/employments"),
        }}},
    });
    let mut set = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            record[name] = value.into();
        }
    };
    set("email", person.email.as_deref());
    set("preferred_name", person.preferred_name.as_deref());
    if tenant.options.overshare {
        record["gender"] = person.private.gender.as_str().into();
        record["profile_picture"] =
            json!({"url": format!("https://api.personio.de/v1/picture/{}", person.private.email)});
    }
    record
}
