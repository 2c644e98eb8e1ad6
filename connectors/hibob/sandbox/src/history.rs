//! History tables, for one person and, in pages with a cursor, for all. Each person has exactly one row, the present
//! one.

use serde_json::{Value, json};

use super::Tenant;
use super::fields::Category;
use super::options::ServiceUser;
use super::people::visible;
use connector_sandbox::company::Person;

/// The most people on one bulk page.
const LARGEST_PAGE: usize = 200;

/// The table called `name` of one person; `None` when the person is unknown or not visible.
pub(crate) fn of_person(
    tenant: &Tenant,
    user: &ServiceUser,
    id: &str,
    name: &str,
) -> Option<Value> {
    let person = tenant.company.person(id).filter(|p| visible(user, p))?;
    Some(json!({"values": rows(user, person, name)}))
}

/// One page of the table called `name`, for all people the service user may see.
pub(crate) fn bulk(
    tenant: &Tenant,
    user: &ServiceUser,
    name: &str,
    limit: Option<&str>,
    cursor: Option<&str>,
) -> Result<Value, String> {
    let limit: usize = limit.map_or(Ok(50), str::parse).unwrap_or(0);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(format!("limit must be between 1 and {LARGEST_PAGE}"));
    }
    let from = match cursor {
        None | Some("") => 0,
        Some(cursor) => cursor
            .strip_prefix("at-")
            .and_then(|n| n.parse().ok())
            .ok_or("cursor is not valid")?,
    };
    let seen = tenant.company.people.iter().filter(|p| visible(user, p));
    let mut page: Vec<&Person> = seen.skip(from).take(limit + 1).collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let results: Vec<Value> = page
        .iter()
        .map(|p| json!({"employeeId": p.id, "values": rows(user, p, name)}))
        .collect();
    let next = more.then(|| format!("at-{}", from + limit));
    Ok(json!({"results": results, "response_metadata": {"next_cursor": next}}))
}

fn rows(user: &ServiceUser, person: &Person, name: &str) -> Vec<Value> {
    let (category, row) = match name {
        "work" => (
            Category::Work,
            json!({
                "department": person.department,
                "title": person.title,
                "siteId": person.site,
                "reportsTo": person.manager.as_ref().map(|id| json!({"id": id})),
            }),
        ),
        "employment" => (
            Category::Employment,
            json!({"type": person.employment.as_str()}),
        ),
        _ => (
            Category::Lifecycle,
            json!({"status": person.lifecycle.to_string()}),
        ),
    };
    if !user.categories.contains(&category) {
        return Vec::new();
    }
    let mut row = row;
    row["id"] = person.employee_number.into();
    row["effectiveDate"] = person.start_date.to_string().into();
    row["isCurrent"] = true.into();
    vec![row]
}
