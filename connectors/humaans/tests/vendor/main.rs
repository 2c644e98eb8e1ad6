//! What only Humaans does: three states, a job-role history, scopes, and answers with every known oddity.

mod edge_cases;
mod generated;
mod listing;
#[path = "../support/mod.rs"]
mod support;
mod tenants;
mod validation;
