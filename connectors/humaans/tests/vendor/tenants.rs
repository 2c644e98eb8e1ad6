//! Tenants for one test each.

use baton_humaans_sandbox::{self as fake, HumaansOptions};
use connector_sandbox::company::Company;
use connector_testkit::run::Bench;

use crate::support::Subjected;

/// A tenant of `people` with these options.
pub(crate) fn tenant(people: usize, options: HumaansOptions) -> Bench<Subjected> {
    Bench::serving(fake::Humaans::new(Company::generate(people, 7), options))
}
