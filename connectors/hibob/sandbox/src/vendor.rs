//! The fake as `baton-sandbox` and other programs register it.

use clap::Arg;
use connector_sandbox::company::Company;
use connector_sandbox::vendor::{Choices, Role, Vendor};

use super::{Audience, Category, HiBob, HiBobOptions, RateLimits, ServiceUser, SlashKeys, edge};

/// The fake as programs register it.
pub const VENDOR: Vendor = Vendor {
    name: "hibob",
    role: Role::Hr,
    people: "/people/search",
    permissions: || Category::NEEDED.map(Category::id).to_vec(),
    arguments,
    build: |company, choices| {
        let options = options(choices, &company);
        Box::new(HiBob::new(company, options))
    },
};

/// The options that an operator chose.
fn options(choices: &Choices, company: &Company) -> HiBobOptions {
    let audience = match choices.value("audience") {
        Some("employed") => Audience::Employed,
        Some("none") => Audience::Nothing,
        _ => Audience::All,
    };
    let lacking = choices.without.iter();
    let user = lacking
        .filter_map(|id| Category::from_id(id))
        .fold(ServiceUser::full().audience(audience), ServiceUser::without);
    let mut options = HiBobOptions::default().user(user);
    options.rate_limits = choices.rate_limit.then(RateLimits::default);
    options.slash_keys = match choices.value("flat-keys") {
        Some("always") => SlashKeys::Always,
        Some("never") => SlashKeys::Never,
        _ => SlashKeys::WithFields,
    };
    if choices.edge_cases {
        let cases = edge::people(company).into_iter();
        options.extra_people = cases.map(|p| p.record).collect();
    }
    options
}

/// The command-line arguments that only this vendor has.
fn arguments() -> Vec<Arg> {
    vec![
        Arg::new("audience")
            .long("audience")
            .value_name("WHO")
            .help("Whose data the service user may see")
            .value_parser(["all", "employed", "none"])
            .default_value("all"),
        Arg::new("flat-keys")
            .long("flat-keys")
            .value_name("WHEN")
            .help("When fields also come in the flat form")
            .value_parser(["with-fields", "always", "never"])
            .default_value("with-fields"),
    ]
}
