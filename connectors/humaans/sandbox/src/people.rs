//! People, places and the company as the vendor shows them.

use serde_json::{Map, Value, json};

use super::Tenant;
use connector_sandbox::company::{Company, EmploymentKind, Lifecycle, Person};

/// The company's id.
const COMPANY_ID: &str = "c0mpLakesideWorks0000001";

/// The person's id here: 24 characters around the nineteen digits.
pub(crate) fn person_id(id: &str) -> String {
    format!("pRs0n{id}")
}

fn location_id(site: u32) -> String {
    format!("Lo{site:0>22}")
}

/// The vendor's word for a person's status.
fn status(tenant: &Tenant, lifecycle: &Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Hired => tenant.options.new_hire_word,
        Lifecycle::Terminated => "offboarded",
        _ => "active",
    }
}

/// The records of all people, as a token with every scope sees them.
pub(crate) fn records(tenant: &Tenant) -> Vec<Value> {
    let own = tenant.company.people.iter().map(|p| record(tenant, p));
    own.chain(tenant.options.extra_people.iter().cloned())
        .collect()
}

fn record(tenant: &Tenant, person: &Person) -> Value {
    let mut record = public(tenant, person);
    record.extend(employment(tenant, person));
    record.extend(private(person));
    if tenant.options.overshare {
        record.extend(object(json!({
            "bankAccount": {"iban": person.private.iban},
            "compensation": {"amount": person.private.salary},
            "customValues": [{"name": "National ID", "value": person.private.national_id}],
        })));
    }
    Value::Object(record)
}

/// What every employee may see of a person.
fn public(tenant: &Tenant, person: &Person) -> Map<String, Value> {
    let photo = format!("https://images.example.com/photos/{}.png", person.id);
    object(json!({
        "id": person_id(&person.id),
        "companyId": COMPANY_ID,
        "firstName": person.first_name,
        "middleName": person.middle_name,
        "lastName": person.last_name,
        "preferredName": person.preferred_name,
        "email": person.email,
        "locationId": person.site.map(location_id),
        "profilePhoto": {"id": format!("photo{}", person.id), "variants": {"64": photo}},
        "teams": [{"name": format!("Team {}", person.employee_number % 7)}],
        "status": status(tenant, &person.lifecycle),
        "timezone": "Europe/Oslo",
        "isVerified": true,
        "isWorkEmailHidden": false,
        "isBirthdayHidden": false,
        "demo": false,
        "role": "user",
        "createdAt": created(person),
        "updatedAt": "2026-06-01T12:30:00.000Z",
    }))
}

fn created(person: &Person) -> String {
    let day = person
        .start_date
        .saturating_sub(jiff::Span::new().days(400));
    format!("{day}T09:13:40.175Z")
}

/// What the employment contract states, such as start date and type.
fn employment(tenant: &Tenant, person: &Person) -> Map<String, Value> {
    let today = tenant.company.today;
    let end = person.end_date.map(|d| d.to_string());
    let kind = match person.employment {
        EmploymentKind::Permanent => "Full time",
        other => other.as_str(),
    };
    let left = person.lifecycle == Lifecycle::Terminated;
    object(json!({
        "employmentStartDate": person.start_date.to_string(),
        "firstWorkingDay": person.start_date.to_string(),
        "employmentEndDate": end,
        "lastWorkingDay": end,
        "probationEndDate": null,
        "workingDays": [{"day": "monday"}, {"day": "tuesday"}],
        "publicHolidayCalendarId": "NO",
        "contractType": kind,
        "employeeId": format!("{:04}", person.employee_number),
        "leavingReason": left.then_some("resigned"),
        "leavingNote": person.private.termination_reason,
        "seenDocumentsAt": format!("{today}T08:00:00.000Z"),
        "source": null,
        "sourceId": null,
        "payrollProvider": null,
    }))
}

/// What no connector may keep.
fn private(person: &Person) -> Map<String, Value> {
    let secret = &person.private;
    object(json!({
        "personalEmail": secret.email,
        "phoneNumber": secret.phone,
        "formattedPhoneNumber": secret.phone,
        "personalPhoneNumber": secret.phone,
        "formattedPersonalPhoneNumber": secret.phone,
        "remoteCity": null,
        "gender": secret.gender,
        "birthday": secret.birthday.to_string(),
        "nationality": null,
        "nationalities": [],
        "dietaryPreference": null,
        "foodAllergies": [],
        "address": secret.address,
        "city": null,
        "postcode": null,
        "taxId": secret.national_id,
        "taxCode": null,
        "bio": null,
        "calendarFeedToken": format!("calendar-feed-{}", secret.national_id),
    }))
}

/// The record as a token without private access sees it.
pub(crate) fn as_public(record: &Value) -> Value {
    /// Keys every employee may see.
    const PUBLIC: &[&str] = &[
        "id",
        "companyId",
        "firstName",
        "middleName",
        "lastName",
        "preferredName",
        "email",
        "locationId",
        "profilePhoto",
        "teams",
        "status",
        "timezone",
        "role",
        "createdAt",
        "updatedAt",
    ];
    let mut record = record.clone();
    for (key, value) in record.as_object_mut().into_iter().flatten() {
        if !PUBLIC.contains(&key.as_str()) {
            *value = Value::Null;
        }
    }
    record
}

/// The token's owner: the head of the company, who made the token.
pub(crate) fn owner(tenant: &Tenant) -> Value {
    match tenant.company.people.first() {
        Some(person) => record(tenant, person),
        None => json!({"id": person_id("0"), "companyId": COMPANY_ID, "status": "active"}),
    }
}

/// The places of work.
pub(crate) fn locations(company: &Company) -> Vec<Value> {
    let one = |site: &connector_sandbox::company::Site| {
        json!({
            "id": location_id(site.id),
            "label": site.name,
            "city": site.name,
            "country": "NO",
            "timezone": "Europe/Oslo",
        })
    };
    company.sites.iter().map(one).collect()
}

/// The company.
pub(crate) fn company(company: &Company) -> Value {
    json!({
        "id": COMPANY_ID,
        "name": company.name,
        "domains": [connector_sandbox::company::MAIL_DOMAIN],
        "trialEndDate": null,
        "status": "active",
        "paymentStatus": "ok",
        "package": "growth",
        "nextEmployeeId": company.people.len() + 1,
        "createdAt": "2018-02-01T08:00:00.000Z",
        "updatedAt": "2026-06-01T12:30:00.000Z",
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
