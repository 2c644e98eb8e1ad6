//! Personio as a subject of the shared test kit.

use baton_personio::Personio;
use baton_personio_sandbox::{self as fake, PersonioOptions};
use connector_sandbox::company::Company;
use connector_sandbox::rewrite::Rewrite;
use connector_testkit::run::Bench;
use connector_testkit::{Listing, Pages, Subject};
use serde_json::Value;

pub(crate) struct Subjected;

impl Subject for Subjected {
    type App = Personio;
    type Fake = fake::Personio;

    /// A credential on which everything was ticked: everything planted is in every answer.
    fn tenant(company: Company) -> fake::Personio {
        let options = PersonioOptions {
            overshare: true,
            labels: true,
            ..PersonioOptions::default()
        };
        fake::Personio::new(company, options)
    }

    fn lacking(company: Company) -> (fake::Personio, &'static str) {
        let options = PersonioOptions {
            rewrite_person: Some(Rewrite::new(|person| person["email"] = Value::Null)),
            ..PersonioOptions::default()
        };
        (fake::Personio::new(company, options), "emails-unreadable")
    }

    fn edit(fake: &fake::Personio, edit: impl FnOnce(&mut Company)) {
        fake.edit(|company, _| edit(company));
    }

    const PEOPLE: &'static str = fake::VENDOR.people;
    const REFUSALS: usize = 2;
    const LISTING: Listing = Listing::Pages(Pages {
        people: "/_data",
        next: Some("/_meta/links/next/href"),
    });
    const HAS_REFERENCES: bool = false;
    const SECRET: &'static str = "BATON_PERSONIO_CLIENT_SECRET";
    const READING_POSTS: &'static [&'static str] = &["/v2/auth/token"];
}

/// A tenant of `people` with these options.
pub(crate) fn tenant(people: usize, options: PersonioOptions) -> Bench<Subjected> {
    Bench::serving(fake::Personio::new(Company::generate(people, 7), options))
}
