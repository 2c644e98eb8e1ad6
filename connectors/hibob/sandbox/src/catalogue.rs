//! The catalogue of fields, where each value comes from, and the metadata that describes them to clients.

use serde_json::{Value, json};

use super::fields::{Category, Field, Kind, List, field};
use super::lookup::{Lookup, is_active};
use super::options::{FieldsEnvelope, HiBobOptions};
use connector_sandbox::company::Person;

/// All fields, in the order of the metadata.
pub(crate) static FIELDS: &[Field] = {
    use Category::*;
    use Kind::{Bool, Date, Duration, EmployeeId, EmployeeReference, Number, Text, Texts, Time};
    &[
        field("root.id", Root, "Employee ID", Text, |_, p| {
            p.id.as_str().into()
        }),
        field("root.companyId", Root, "Company ID", Number, |_, _| {
            640_001.into()
        }),
        field("root.email", Root, "Email", Text, |_, p| {
            p.email.clone().into()
        }),
        field("root.displayName", Root, "Display name", Text, |_, p| {
            p.display_name.as_str().into()
        }),
        field("root.fullName", Root, "Full name", Text, |_, p| {
            full_name(p).into()
        })
        .by_id_only(),
        field("root.firstName", Root, "First name", Text, |_, p| {
            p.first_name.as_str().into()
        }),
        field("root.secondName", Root, "Middle name", Text, |_, p| {
            p.middle_name.clone().into()
        }),
        field("root.surname", Root, "Last name", Text, |_, p| {
            p.last_name.as_str().into()
        }),
        field("root.creationDateTime", Root, "Created", Time, |l, p| {
            let day = p.start_date.min(l.company.today);
            format!("{day}T09:13:40.175639").into()
        }),
        field("root.avatarUrl", Root, "Avatar", Text, |_, p| avatar(p)),
        field("about.avatar", About, "Avatar", Text, |_, p| avatar(p)),
        field("about.hobbies", About, "Hobbies", Texts, |_, p| {
            match p.employee_number % 5 {
                0 => Value::Null,
                1 => json!(["Chess"]),
                2 => json!(["Sea swimming", "Birdsong"]),
                _ => json!(["Pottery"]),
            }
        }),
        field("about.about", About, "About", Text, |_, _| Value::Null),
        field(
            "employment.type",
            Employment,
            "Employment type",
            EMPLOYMENT_TYPE,
            |_, p| p.employment.as_str().into(),
        ),
        field(
            "payroll.employment.type",
            Employment,
            "Employment type",
            EMPLOYMENT_TYPE,
            |_, p| p.employment.as_str().into(),
        ),
        field(
            "payroll.employment.activeEffectiveDate",
            Employment,
            "Effective date",
            Date,
            |_, p| p.start_date.to_string().into(),
        ),
        field(
            "payroll.employment.contract",
            Employment,
            "Contract",
            Text,
            |_, _| "Full time".into(),
        ),
        field(
            "work.department",
            Work,
            "Department",
            Kind::List(List::Department),
            |_, p| p.department.clone().into(),
        ),
        field(
            "work.title",
            Work,
            "Job title",
            Kind::List(List::Title),
            |_, p| p.title.clone().into(),
        ),
        field("work.site", Work, "Site", Text, |l, p| {
            p.site.and_then(|s| l.site(s)).into()
        }),
        field("work.siteId", Work, "Site ID", Number, |_, p| p.site.into()),
        field("work.startDate", Work, "Start date", Date, |_, p| {
            p.start_date.to_string().into()
        }),
        field(
            "work.originalStartDate",
            Work,
            "Original start date",
            Date,
            |_, p| p.start_date.to_string().into(),
        ),
        field(
            "work.activeEffectiveDate",
            Work,
            "Effective date",
            Date,
            |_, p| p.start_date.to_string().into(),
        ),
        field(
            "work.reportsTo",
            Work,
            "Reports to",
            EmployeeReference,
            reports_to,
        ),
        field("work.manager", Work, "Manager", EmployeeId, |_, p| {
            p.manager.clone().into()
        }),
        field(
            "work.secondLevelManager",
            Work,
            "2nd level manager",
            EmployeeId,
            |l, p| {
                let manager = p.manager.as_deref().and_then(|m| l.person(m));
                manager.and_then(|m| m.manager.clone()).into()
            },
        ),
        field(
            "work.reportsToIdInCompany",
            Work,
            "Manager's number",
            Number,
            |l, p| {
                let manager = p.manager.as_deref().and_then(|m| l.person(m));
                manager.map(|m| m.employee_number).into()
            },
        ),
        field(
            "work.employeeIdInCompany",
            Work,
            "Employee number",
            Number,
            |_, p| p.employee_number.into(),
        ),
        field("work.isManager", Work, "Is manager", Bool, |l, p| {
            (l.direct_reports(&p.id) > 0).into()
        }),
        field(
            "work.directReports",
            Work,
            "Direct reports",
            Number,
            |l, p| {
                let count = l.direct_reports(&p.id);
                (count > 0).then_some(count).into()
            },
        ),
        field("work.tenureDuration", Work, "Tenure", Duration, tenure),
        field(
            "work.tenureYears",
            Work,
            "Tenure in years",
            Number,
            |l, p| years(l, p).into(),
        ),
        field(
            "work.yearsOfService",
            Work,
            "Years of service",
            Number,
            |l, p| years(l, p).into(),
        ),
        field(
            "work.custom.field_1700000000001",
            Work,
            "Desk",
            Text,
            |_, p| format!("Desk {}", p.employee_number).into(),
        )
        .by_id_only(),
        field(
            "internal.status",
            Lifecycle,
            "Status",
            Kind::List(List::Status),
            |_, p| if is_active(p) { "Active" } else { "Inactive" }.into(),
        ),
        field(
            "internal.lifecycleStatus",
            Lifecycle,
            "Lifecycle status",
            Kind::List(List::LifecycleStatus),
            |_, p| p.lifecycle.to_string().into(),
        ),
        field(
            "internal.terminationDate",
            Lifecycle,
            "Termination date",
            Date,
            |_, p| p.end_date.map(|d| d.to_string()).into(),
        ),
        field(
            "internal.terminationReason",
            Lifecycle,
            "Termination reason",
            Text,
            |_, p| p.private.termination_reason.clone().into(),
        ),
        field(
            "personal.birthDate",
            Personal,
            "Birth date",
            Date,
            |_, p| p.private.birthday.to_string().into(),
        ),
        field("personal.gender", Personal, "Gender", Text, |_, p| {
            p.private.gender.as_str().into()
        }),
        field("home.privateEmail", Home, "Private email", Text, |_, p| {
            p.private.email.as_str().into()
        }),
        field("home.mobilePhone", Home, "Private mobile", Text, |_, p| {
            p.private.phone.as_str().into()
        }),
        field("address.fullAddress", Home, "Address", Text, |_, p| {
            p.private.address.as_str().into()
        }),
        field(
            "identification.nationalId",
            Identification,
            "National ID",
            Text,
            |_, p| p.private.national_id.as_str().into(),
        ),
        field(
            "payroll.salary.payment",
            Payroll,
            "Base salary",
            Text,
            |_, p| p.private.salary.as_str().into(),
        ),
        field("financial.iban", Financial, "IBAN", Text, |_, p| {
            p.private.iban.as_str().into()
        }),
    ]
};

const EMPLOYMENT_TYPE: Kind = Kind::List(List::EmploymentType);

fn full_name(person: &Person) -> String {
    let middle = person.middle_name.as_deref();
    let parts = [
        Some(person.first_name.as_str()),
        middle,
        Some(&person.last_name),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(" ")
}

fn avatar(person: &Person) -> Value {
    format!("https://images.example.com/avatars/{}.png", person.id).into()
}

fn reports_to(lookup: &Lookup<'_>, person: &Person) -> Value {
    let Some(id) = person.manager.as_deref() else {
        return Value::Null;
    };
    match lookup.person(id) {
        Some(manager) => json!({
            "id": id,
            "firstName": manager.first_name,
            "surname": manager.last_name,
            "email": manager.email,
            "displayName": manager.display_name,
        }),
        None => json!({"id": id}),
    }
}

/// Whole days since the start, or 0 before it.
fn days(lookup: &Lookup<'_>, person: &Person) -> i64 {
    let end = person
        .end_date
        .unwrap_or(lookup.company.today)
        .min(lookup.company.today);
    (end.duration_since(person.start_date).as_hours() / 24).max(0)
}

fn years(lookup: &Lookup<'_>, person: &Person) -> i64 {
    days(lookup, person) / 365
}

fn tenure(lookup: &Lookup<'_>, person: &Person) -> Value {
    let days = days(lookup, person);
    json!({
        "periodISO": format!("P{}Y{}M", days / 365, days % 365 / 30),
        "sortFactor": days,
        "humanize": format!("{} years, {} months", days / 365, days % 365 / 30),
    })
}

/// The field with this id.
pub(crate) fn find(id: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|f| f.id == id)
}

/// `GET /company/people/fields`.
pub(crate) fn metadata(options: &HiBobOptions) -> Value {
    let entry = |field: &Field| {
        let type_data = match field.kind {
            Kind::List(list) => json!({"listId": list.name(&options.lists.department_list)}),
            _ => json!({}),
        };
        json!({
            "id": field.id,
            "categoryId": field.category.id(),
            "categoryDisplayName": field.category.display_name(),
            "name": field.name,
            "description": "",
            "jsonPath": field.id.strip_prefix("root.").unwrap_or(field.id),
            "type": field.kind.type_name(),
            "typeData": type_data,
            "historical": matches!(field.category, Category::Work | Category::Employment),
        })
    };
    let entries: Vec<Value> = FIELDS.iter().map(entry).collect();
    match options.fields_envelope {
        FieldsEnvelope::Array => entries.into(),
        FieldsEnvelope::Object => json!({ "fields": entries }),
    }
}

/// The fields that hold planted secrets.
pub(crate) fn secrets() -> impl Iterator<Item = &'static Field> {
    let planted = |f: &&Field| {
        !Category::NEEDED.contains(&f.category) || f.id == "internal.terminationReason"
    };
    FIELDS.iter().filter(planted)
}
