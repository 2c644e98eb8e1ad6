//! What every connector must do, as a library: a connector implements [`Subject`] and invokes
//! [`conformance!`](crate::conformance!), and gets one test per promise.
//!
//! Each test starts the vendor's fake with a synthetic company, runs the whole program in this process (flags,
//! environment, engine, file) with a clock whose waits end at once, and asserts exit code, message and rows.
//! [`run`] holds the means, [`cases`] the promises, [`rows`] what a table of expected rows is compared with, and
//! [`generated`] the comparison of committed files. [`mod@client`] asks a fake as plainly as possible. [`mod@file`]
//! makes sync files to order and [`planted`] whole companies with known findings, for tests of what reads them.

pub mod cases;
pub mod client;
pub mod file;
pub mod generated;
pub mod planted;
pub mod rows;
pub mod run;

use connector_core::spec::App;
use connector_sandbox::company::Company;
use connector_sandbox::server::Fake;

/// A connector under test, with the fake of its vendor.
pub trait Subject: Send + Sync + 'static {
    /// The connector's program.
    type App: App;
    /// The fake of the connector's vendor.
    type Fake: Fake + Send + Sync;

    /// A well-configured tenant that holds this company.
    fn tenant(company: Company) -> Self::Fake;

    /// A tenant with this company of which a sync is partial, and the code of the warning that says so.
    fn lacking(company: Company) -> (Self::Fake, &'static str);

    /// Changes the company of a running tenant.
    fn edit(fake: &Self::Fake, edit: impl FnOnce(&mut Company));

    /// Part of the path of the request that lists people, its end when it ends in `$`; faults are aimed at it.
    const PEOPLE: &'static str;

    /// Requests for people after which 401 is final: two when a new access token is tried once.
    const REFUSALS: usize = 1;

    /// Requests for people that validation may complete although the answer breaks off later.
    const PROBES: usize = 0;

    /// How the vendor lists people.
    const LISTING: Listing;

    /// Whether rows of the connector's files refer to other rows: parents, entitlements or grants.
    const HAS_REFERENCES: bool;

    /// The variable that holds the secret.
    const SECRET: &'static str;

    /// Paths to which a POST request is allowed because it only reads.
    const READING_POSTS: &'static [&'static str];

    /// Variables, with their values, that keep the connector from reading people elsewhere when [`Self::PEOPLE`] is
    /// missing. Most connectors know no other place.
    const NO_OTHER_PLACE: &'static [(&'static str, &'static str)] = &[];
}

/// How a vendor lists people.
#[derive(Debug, Clone, Copy)]
pub enum Listing {
    /// All of them in one answer, so that there is no next page which could come without end.
    OneAnswer,
    /// Page by page.
    Pages(Pages),
}

/// The shape of a page of people. A page is at least 25 of them, so that 130 people make several.
#[derive(Debug, Clone, Copy)]
pub struct Pages {
    /// JSON pointer to the array of people.
    pub people: &'static str,
    /// JSON pointer to the next cursor, or to a link with a `cursor`; `None` for a vendor that pages by offset.
    pub next: Option<&'static str>,
}

/// One test per promise for a [`Subject`].
#[macro_export]
macro_rules! conformance {
    ($subject:ty) => {
        $crate::conformance!($subject:
            every_person_once_at_any_size,
            no_people_is_an_error,
            the_same_answers_give_the_same_rows,
            ids_survive_renames,
            references_hold,
            hostile_text_is_harmless,
            planted_personal_data_goes_nowhere,
            the_secret_goes_nowhere,
            nothing_is_written_to_the_vendor,
            a_bad_credential_is_tried_once,
            forbidden_and_missing_are_not_retried,
            waits_that_the_vendor_asks_for_are_kept,
            endless_limits_end_the_run,
            passing_faults_are_survived,
            lasting_faults_end_within_the_budget,
            a_silent_vendor_ends_with_a_time_out,
            wrong_answers_are_named,
            endless_listings_end_the_run,
            an_interrupted_run_goes_on,
            stopping_anywhere_keeps_the_old_file,
            a_stopped_run_goes_on_from_its_checkpoint,
            resources_only_and_restricted_types,
            requests_belong_to_the_trace_of_the_run,
            telemetry_names_no_person,
            a_sudden_loss_is_held_back,
            a_dry_run_writes_nothing,
            a_source_date_gives_the_same_bytes,
            a_recorded_run_plays_back,
            a_recorded_fault_plays_back,
            a_replay_replaces_no_file,
            what_a_recording_lacks_ends_the_replay,
            recordings_name_no_person,
            evidence_says_what_was_done_and_names_no_person,
            evidence_does_not_depend_on_the_order_of_answers,
            a_sync_that_lacks_something_is_partial,
        );
    };
    ($subject:ty: $($case:ident,)*) => {
        $(
            #[test]
            fn $case() {
                $crate::cases::$case::<$subject>();
            }
        )*
    };
}
