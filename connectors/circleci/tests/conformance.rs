//! What every connector must do.

mod support;

use baton_circleci_sandbox::{CircleCiOptions, MembersRoute};
use connector_sandbox::company::Company;
use connector_testkit::run::decoded;
use support::{agreeing, org};

connector_testkit::conformance!(support::Subjected);

/// The private endpoints carry more than the member list; nothing planted in them goes further either.
#[test]
fn planted_personal_data_of_private_endpoints_goes_nowhere() {
    let bench = org(
        60,
        CircleCiOptions {
            members_route: MembersRoute::NotFound,
            ..agreeing()
        },
    );
    let outcome = bench.run(&["--log-level", "debug"]).expect(0);
    let file = decoded(&bench.file());
    let file = String::from_utf8_lossy(&file);
    let said = outcome.stdout + &outcome.stderr;
    for secret in bench.fake.read(Company::planted_secrets) {
        assert!(!file.contains(&secret), "{secret} is in the file");
        assert!(!said.contains(&secret), "{secret} was printed");
    }
}
