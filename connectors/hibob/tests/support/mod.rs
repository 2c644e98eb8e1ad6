//! HiBob as a subject of the shared test kit.

use baton_hibob::HiBob;
use baton_hibob_sandbox::{self as fake, HiBobOptions, ServiceUser};
use connector_sandbox::company::Company;
use connector_testkit::{Listing, Subject};

pub(crate) struct Subjected;

impl Subject for Subjected {
    type App = HiBob;
    type Fake = fake::HiBob;

    /// A tenant that tells too much: everything planted is in every answer.
    fn tenant(company: Company) -> fake::HiBob {
        fake::HiBob::new(
            company,
            HiBobOptions {
                overshare: true,
                ..HiBobOptions::default()
            },
        )
    }

    fn lacking(company: Company) -> (fake::HiBob, &'static str) {
        let user = ServiceUser::full().without_fields(["work.reportsTo"]);
        let options = HiBobOptions::default().user(user);
        (fake::HiBob::new(company, options), "fields-not-granted")
    }

    fn edit(fake: &fake::HiBob, edit: impl FnOnce(&mut Company)) {
        fake.edit(|company, _| edit(company));
    }

    const PEOPLE: &'static str = fake::VENDOR.people;
    const PROBES: usize = 1;
    const LISTING: Listing = Listing::OneAnswer;
    const HAS_REFERENCES: bool = true;
    const SECRET: &'static str = "BATON_HIBOB_SERVICE_USER_TOKEN";
    const READING_POSTS: &'static [&'static str] = &["/people/search"];
}
