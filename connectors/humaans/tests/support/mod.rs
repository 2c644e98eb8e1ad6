//! Humaans as a subject of the shared test kit.

use baton_humaans::Humaans;
use connector_sandbox::company::Company;
use connector_sandbox::humaans::{self, HumaansOptions};
use connector_testkit::Subject;

pub(crate) struct Subjected;

impl Subject for Subjected {
    type App = Humaans;
    type Fake = humaans::Humaans;

    /// A tenant that tells too much, on short pages.
    fn tenant(company: Company) -> humaans::Humaans {
        let options = HumaansOptions {
            overshare: true,
            max_limit: 25,
            ..HumaansOptions::default()
        };
        humaans::Humaans::new(company, options)
    }

    fn edit(fake: &humaans::Humaans, edit: impl FnOnce(&mut Company)) {
        fake.edit(|company, _| edit(company));
    }

    const PEOPLE: &'static str = "/api/people";
    const SECRET: &'static str = "BATON_API_TOKEN";
    const READING_POSTS: &'static [&'static str] = &[];
}
