//! The endpoints that answer with people.

use bytes::Bytes;
use serde_json::{Value, json};

use super::Tenant;
use super::lookup::{Lookup, is_active};
use super::options::{Audience, ServiceUser};
use super::render::Plan;
use super::search::Search;
use connector_sandbox::company::Person;

/// Whether the permission group's audience covers a person.
pub(crate) fn visible(user: &ServiceUser, person: &Person) -> bool {
    match user.audience {
        Audience::All => true,
        Audience::Employed => is_active(person),
        Audience::Nothing => false,
    }
}

/// The body of a search answer.
pub(crate) fn search(tenant: &Tenant, user: &ServiceUser, search: &Search) -> Bytes {
    if let Some(raw) = &tenant.options.raw_search {
        return Bytes::from(raw.to_string());
    }
    let plan = Plan::new(tenant, user, search);
    let matching = |p: &&Person| {
        visible(user, p)
            && (search.show_inactive || is_active(p))
            && search.filter.as_ref().is_none_or(|filter| {
                let value = if filter.by_email {
                    p.email.as_ref()
                } else {
                    Some(&p.id)
                };
                value.is_some_and(|v| filter.values.contains(v))
            })
    };
    let people = tenant.company.people.iter().filter(matching);
    let extra = tenant.options.extra_people.iter().cloned();
    employees(people.map(|p| plan.record(p)).chain(extra))
}

/// `{"employees":[…]}`, written record by record: a large company never exists as one tree.
fn employees(records: impl Iterator<Item = Value>) -> Bytes {
    let mut out = br#"{"employees":["#.to_vec();
    for (index, record) in records.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        // Writing JSON to memory cannot fail.
        let _ = serde_json::to_writer(&mut out, &record);
    }
    out.extend_from_slice(b"]}");
    Bytes::from(out)
}

/// `POST /people/{idOrEmail}`: one record, not wrapped.
pub(crate) fn one(
    tenant: &Tenant,
    user: &ServiceUser,
    id_or_email: &str,
    search: &Search,
) -> Option<Value> {
    let plan = Plan::new(tenant, user, search);
    let person = tenant
        .company
        .people
        .iter()
        .find(|p| p.id == id_or_email || p.email.as_deref() == Some(id_or_email))?;
    visible(user, person).then(|| plan.record(person))
}

/// The deprecated `GET /people`: active people, the standard fields.
pub(crate) fn legacy(tenant: &Tenant, user: &ServiceUser) -> Bytes {
    let plan = Plan::new(tenant, user, &Search::standard());
    let people = tenant.company.people.iter();
    let seen = people.filter(|p| is_active(p) && visible(user, p));
    employees(seen.map(|p| plan.record(p)))
}

/// `GET /profiles`: the public card of active people.
pub(crate) fn profiles(tenant: &Tenant, user: &ServiceUser) -> Value {
    let lookup = Lookup::new(&tenant.company);
    let people = tenant.company.people.iter();
    let seen = people.filter(|p| is_active(p) && visible(user, p));
    let cards: Vec<Value> = seen
        .map(|p| {
            json!({
                "id": p.id,
                "email": p.email,
                "displayName": p.display_name,
                "firstName": p.first_name,
                "surname": p.last_name,
                "work": {
                    "department": p.department,
                    "title": p.title,
                    "site": p.site.and_then(|s| lookup.site(s)),
                    "startDate": p.start_date.to_string(),
                    "isManager": lookup.direct_reports(&p.id) > 0,
                },
            })
        })
        .collect();
    json!({ "employees": cards })
}
