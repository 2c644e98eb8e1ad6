//! The fake as `baton-sandbox` and other programs register it.

use connector_sandbox::vendor::{Choices, Role, Vendor};

use super::{ApiToken, Humaans, HumaansOptions, RateLimit, Scope, edge};

/// The fake as programs register it.
pub const VENDOR: Vendor = Vendor {
    name: "humaans",
    role: Role::Hr,
    people: "/api/people",
    permissions: || Scope::NEEDED.map(Scope::id).to_vec(),
    arguments: Vec::new,
    build: |company, choices| Box::new(Humaans::new(company, options(choices))),
};

/// The options that an operator chose.
fn options(choices: &Choices) -> HumaansOptions {
    let lacking = choices.without.iter();
    let token = lacking
        .filter_map(|id| Scope::from_id(id))
        .fold(ApiToken::full(), ApiToken::without);
    let mut options = HumaansOptions::default().token(token);
    options.rate_limit = choices.rate_limit.then(RateLimit::default);
    if choices.edge_cases {
        edge::add_all(&mut options);
    }
    options
}
