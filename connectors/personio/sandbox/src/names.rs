//! The listings that give names to ids: org units, workplaces, legal entities and cost centers.

use serde_json::{Value, json};

use super::tenant::Tenant;

/// Departments and teams; the request says which.
pub(crate) const ORG_UNITS: &str = "org-units";

/// The listings, as their paths and [`Credential::hidden`] name them.
///
/// [`Credential::hidden`]: super::Credential::hidden
pub(crate) const LISTINGS: [&str; 4] = [ORG_UNITS, "workplaces", "legal-entities", "cost-centers"];

/// All records of a listing.
pub(crate) fn records(tenant: &Tenant, listing: &str, kind: Option<&str>) -> Vec<Value> {
    let company = &tenant.company;
    let named = |id: String, name: &str| json!({"id": id, "name": name, "_meta": {}});
    match (listing, kind) {
        (ORG_UNITS, Some("department")) => {
            let departments = company.departments.iter();
            departments
                .map(|unit| json!({"id": unit.id, "type": "department", "name": unit.name, "parent_id": unit.parent}))
                .collect()
        }
        (ORG_UNITS, Some("team")) => {
            vec![json!({"id": "715", "type": "team", "name": "Harbour team"})]
        }
        ("workplaces", _) => {
            let sites = company.sites.iter();
            sites
                .map(|site| named(site.id.to_string(), &site.name))
                .collect()
        }
        ("legal-entities", _) => vec![named("9".to_owned(), &company.name)],
        ("cost-centers", _) => vec![named("1200".to_owned(), "1200 Operations")],
        _ => Vec::new(),
    }
}
