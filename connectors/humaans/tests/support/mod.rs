//! Humaans as a subject of the shared test kit.

use baton_humaans::Humaans;
use baton_humaans_sandbox::{self as fake, HumaansOptions};
use connector_sandbox::company::Company;
use connector_testkit::{Listing, Pages, Subject};

pub(crate) struct Subjected;

impl Subject for Subjected {
    type App = Humaans;
    type Fake = fake::Humaans;

    /// A tenant that tells too much, on short pages.
    fn tenant(company: Company) -> fake::Humaans {
        let options = HumaansOptions {
            overshare: true,
            max_limit: 25,
            ..HumaansOptions::default()
        };
        fake::Humaans::new(company, options)
    }

    fn lacking(company: Company) -> (fake::Humaans, &'static str) {
        let options = HumaansOptions {
            locations_forbidden: true,
            ..HumaansOptions::default()
        };
        (fake::Humaans::new(company, options), "locations-unreadable")
    }

    fn edit(fake: &fake::Humaans, edit: impl FnOnce(&mut Company)) {
        fake.edit(|company, _| edit(company));
    }

    const PEOPLE: &'static str = fake::VENDOR.people;
    const LISTING: Listing = Listing::Pages(Pages {
        people: "/data",
        next: None,
    });
    const HAS_REFERENCES: bool = true;
    const SECRET: &'static str = "BATON_API_TOKEN";
    const READING_POSTS: &'static [&'static str] = &[];
}
