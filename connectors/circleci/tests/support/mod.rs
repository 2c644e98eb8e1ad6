//! CircleCI as a subject of the shared test kit.

use baton_circleci::CircleCi;
use connector_sandbox::circleci::{self, CircleCiOptions, Mismatches};
use connector_sandbox::company::Company;
use connector_testkit::Subject;
use connector_testkit::run::Bench;

pub(crate) struct Subjected;

impl Subject for Subjected {
    type App = CircleCi;
    type Fake = circleci::CircleCi;

    fn tenant(company: Company) -> circleci::CircleCi {
        circleci::CircleCi::new(company, agreeing())
    }

    fn edit(fake: &circleci::CircleCi, edit: impl FnOnce(&mut Company)) {
        fake.edit(|company, _| edit(company));
    }

    /// The organization itself is at `/organization/…`.
    const PEOPLE: &'static str = "/organizations/";
    const SECRET: &'static str = "BATON_CIRCLECI_API_TOKEN";
    const READING_POSTS: &'static [&'static str] = &[];
}

/// An organization whose members are exactly the company's people, and that tells too much: everything planted is
/// in every answer.
pub(crate) fn agreeing() -> CircleCiOptions {
    CircleCiOptions {
        mismatches: Mismatches::None,
        overshare: true,
        ..CircleCiOptions::default()
    }
}

/// An organization for a company of `people` with these options.
pub(crate) fn org(people: usize, options: CircleCiOptions) -> Bench<Subjected> {
    let company = Company::generate(people, 7);
    Bench::serving(circleci::CircleCi::new(company, options))
}
