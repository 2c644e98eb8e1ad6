//! CircleCI as a subject of the shared test kit.

use baton_circleci::CircleCi;
use baton_circleci_sandbox::{self as fake, CircleCiOptions, Mismatches};
use connector_sandbox::company::Company;
use connector_testkit::run::Bench;
use connector_testkit::{Listing, Pages, Subject};
use serde_json::json;

pub(crate) struct Subjected;

impl Subject for Subjected {
    type App = CircleCi;
    type Fake = fake::CircleCi;

    fn tenant(company: Company) -> fake::CircleCi {
        fake::CircleCi::new(company, agreeing())
    }

    fn lacking(company: Company) -> (fake::CircleCi, &'static str) {
        let options = CircleCiOptions {
            extra_members: vec![json!({"name": "Without Id"})],
            ..agreeing()
        };
        (fake::CircleCi::new(company, options), "member-without-id")
    }

    fn edit(fake: &fake::CircleCi, edit: impl FnOnce(&mut Company)) {
        fake.edit(|company, _| edit(company));
    }

    const PEOPLE: &'static str = fake::VENDOR.people;
    const LISTING: Listing = Listing::Pages(Pages {
        people: "/items",
        next: Some("/next_page_token"),
    });
    const HAS_REFERENCES: bool = false;
    const SECRET: &'static str = "BATON_CIRCLECI_API_TOKEN";
    const READING_POSTS: &'static [&'static str] = &[];
    const NO_OTHER_PLACE: &'static [(&'static str, &'static str)] =
        &[("BATON_CIRCLECI_ALLOW_PRIVATE_ENDPOINTS", "false")];
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
    Bench::serving(fake::CircleCi::new(company, options))
}
