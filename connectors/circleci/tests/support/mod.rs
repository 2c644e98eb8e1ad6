//! CircleCI as a subject of the shared test kit.

use baton_circleci::CircleCi;
use connector_sandbox::circleci::{self, CircleCiOptions, Mismatches};
use connector_sandbox::company::Company;
use connector_testkit::Subject;

pub(crate) struct Subjected;

impl Subject for Subjected {
    type App = CircleCi;
    type Fake = circleci::CircleCi;

    /// An organization of exactly these people that tells too much: everything planted is in every answer.
    fn tenant(company: Company) -> circleci::CircleCi {
        circleci::CircleCi::new(
            company,
            CircleCiOptions {
                mismatches: Mismatches::None,
                overshare: true,
                ..CircleCiOptions::default()
            },
        )
    }

    fn edit(fake: &circleci::CircleCi, edit: impl FnOnce(&mut Company)) {
        fake.edit(|company, _| edit(company));
    }

    /// The organization itself is at `/organization/…`.
    const PEOPLE: &'static str = "/organizations/";
    const SECRET: &'static str = "BATON_CIRCLECI_API_TOKEN";
    const READING_POSTS: &'static [&'static str] = &[];
}
