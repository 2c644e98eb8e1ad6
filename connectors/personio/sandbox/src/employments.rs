//! A person's employments: one for most, an earlier one for those who came back, a coming one for those who change.

use jiff::{Span, ToSpan};
use serde_json::{Value, json};

use super::options::Credential;
use super::tenant::{Entry, Tenant, employment_id, person_id};
use connector_sandbox::company::{EmploymentKind, Lifecycle, Person};

/// One in this many people came back after having left.
const REHIRED: u32 = 17;
/// One in this many people starts another employment soon.
const CHANGING: u32 = 23;

/// The ids of all employments of a person, the most recent first.
pub(crate) fn ids(person: &Person) -> Vec<String> {
    let places = [
        changes(person).then_some(2),
        Some(0),
        rehired(person).then_some(1),
    ];
    let places = places.into_iter().flatten();
    places.map(|nth| employment_id(person, nth)).collect()
}

fn rehired(person: &Person) -> bool {
    person.employee_number.is_multiple_of(REHIRED)
}

fn changes(person: &Person) -> bool {
    person.employee_number.is_multiple_of(CHANGING) && person.lifecycle == Lifecycle::Employed
}

/// All employments of a person, the most recent first.
pub(crate) fn records(tenant: &Tenant, credential: &Credential, who: Entry<'_>) -> Vec<Value> {
    let mut records = match who {
        Entry::Edge(edge) => edge.employments.clone(),
        Entry::Employee(person) => {
            let mut records = Vec::new();
            if changes(person) {
                records.push(coming(tenant, person));
            }
            records.push(present(tenant, person));
            if rehired(person) {
                records.push(earlier(tenant, person));
            }
            records
        }
    };
    for record in &mut records {
        if let Value::Object(fields) = record {
            let readable = |name: &String| {
                matches!(name.as_str(), "id" | "_meta" | "person")
                    || credential.reads(&format!("employment.{name}"))
            };
            fields.retain(|name, _| readable(name));
        }
    }
    records
}

fn present(tenant: &Tenant, person: &Person) -> Value {
    let status = match person.lifecycle {
        Lifecycle::Hired => "ONBOARDING",
        Lifecycle::Employed | Lifecycle::Custom(_) => "ACTIVE",
        Lifecycle::GardenLeave | Lifecycle::Leave | Lifecycle::ParentalLeave => "LEAVE",
        Lifecycle::Terminated => "INACTIVE",
    };
    let id = person_id(person);
    let supervisor = person.manager.as_deref().and_then(|m| tenant.id_of(m));
    let mut units = Vec::new();
    if let Some(department) = &person.department {
        units.push(json!({"type": "team", "id": "715"}));
        units.push(json!({"type": "department", "id": department}));
    }
    let mut record = json!({
        "id": employment_id(person, 0),
        "status": status,
        "type": match person.employment {
            EmploymentKind::Contractor => "EXTERNAL",
            EmploymentKind::Permanent | EmploymentKind::FixedTerm => "INTERNAL",
        },
        "employment_start_date": person.start_date.to_string(),
        "employment_end_date": person.end_date.map(|d| d.to_string()),
        "contract_end_date": null,
        "probation_end_date": null,
        "created_at": format!("{}T09:00:00Z", person.start_date),
        "updated_at": "2026-08-19T06:30:12Z",
        "position": person.title.as_deref().and_then(|t| tenant.title(t)).map(|t| json!({"title": t})),
        "supervisor": supervisor.map(|id| json!({"id": id})),
        "office": person.site.map(|site| json!({"id": site.to_string()})),
        "org_units": units,
        "legal_entity": {"id": "9"},
        "cost_centers": [{"id": "1200", "weight": 100}],
        "weekly_working_hours": 38.5,
        "full_time_weekly_working_hours": 40,
        "person": {"id": id},
        "_meta": {"links": {"person": {"href": format!("https://api.personio.de/v2/persons/{id}")}}},
    });
    if let (Lifecycle::Terminated, Some(end)) = (&person.lifecycle, person.end_date) {
        record["termination"] = json!({
            "termination_date": end.to_string(),
            "last_working_date": end.to_string(),
            "terminated_at": end.saturating_sub(30.days()).to_string(),
            "type": "EMPLOYEE",
            "reason": "OTHER",
        });
        if tenant.options.overshare {
            record["termination"]["reason"] = person.private.termination_reason.clone().into();
        }
    }
    if tenant.options.overshare {
        record["salary"] = person.private.salary.as_str().into();
        record["bank_account"] = json!({"iban": person.private.iban});
    }
    record
}

/// What came before the present one and has ended.
fn earlier(tenant: &Tenant, person: &Person) -> Value {
    let back = |span: Span| person.start_date.saturating_sub(span).to_string();
    let mut record = present(tenant, person);
    record["id"] = employment_id(person, 1).into();
    record["status"] = "INACTIVE".into();
    record["employment_start_date"] = back(3.years()).into();
    record["employment_end_date"] = back(1.year()).into();
    record["position"] = json!({"title": "Former Position"});
    record
}

/// What follows the present one.
fn coming(tenant: &Tenant, person: &Person) -> Value {
    let mut record = present(tenant, person);
    let start = tenant.company.today.saturating_add(60.days());
    record["id"] = employment_id(person, 2).into();
    record["status"] = "ONBOARDING".into();
    record["employment_start_date"] = start.to_string().into();
    record["employment_end_date"] = Value::Null;
    record["position"] = json!({"title": "Coming Position"});
    record
}
