//! Tenants for one test each.

use connector_sandbox::company::Company;
use connector_sandbox::humaans::{self, HumaansOptions};
use connector_testkit::run::Bench;

use crate::support::Subjected;

/// A tenant of `people` with these options.
pub(crate) fn tenant(people: usize, options: HumaansOptions) -> Bench<Subjected> {
    Bench::serving(humaans::Humaans::new(Company::generate(people, 7), options))
}
