//! The fake as `baton-sandbox` and other programs register it.

use connector_sandbox::vendor::{Choices, Role, Vendor};

use super::{CircleCi, CircleCiOptions, RateLimit, edge};

/// The fake as programs register it.
pub const VENDOR: Vendor = Vendor {
    name: "circleci",
    role: Role::App,
    // The organization itself is at `/organization/…`.
    people: "/organizations/",
    permissions: Vec::new,
    arguments: Vec::new,
    build: |company, choices| Box::new(CircleCi::new(company, options(choices))),
};

/// The options that an operator chose.
fn options(choices: &Choices) -> CircleCiOptions {
    // No number is published; clients report this one.
    let limit = RateLimit {
        per_minute: 300,
        retry_after: true,
        plain_text: true,
    };
    let mut options = CircleCiOptions {
        rate_limit: choices.rate_limit.then_some(limit),
        ..CircleCiOptions::default()
    };
    if choices.edge_cases {
        let cases = edge::members().into_iter();
        options.extra_members = cases.map(|m| m.record).collect();
    }
    options
}
