//! The fake as `baton-sandbox` and other programs register it.

use connector_sandbox::vendor::{Choices, Role, Vendor};

use super::{Personio, PersonioOptions, RateLimits, edge};

/// The fake as programs register it.
pub const VENDOR: Vendor = Vendor {
    name: "personio",
    role: Role::Hr,
    // The employments of a person are below this path.
    people: "/v2/persons$",
    permissions: Vec::new,
    arguments: Vec::new,
    build: |company, choices| Box::new(Personio::new(company, options(choices))),
};

/// The options that an operator chose.
fn options(choices: &Choices) -> PersonioOptions {
    let mut options = PersonioOptions {
        rate_limits: choices.rate_limit.then(RateLimits::default),
        ..PersonioOptions::default()
    };
    if choices.edge_cases {
        options.extra_people = edge::people();
    }
    options
}
