//! What an operator is told when the service user, the base URL or the way to HiBob is not what it must be.

use crate::support::Subjected;
use baton_hibob_sandbox::{self as fake, Audience, Category, HiBobOptions, ServiceUser};
use connector_sandbox::company::{Company, Lifecycle, Person};
use connector_sandbox::faults::{Fault, Rule};
use connector_testkit::run::Bench;

fn tenant(people: usize, options: HiBobOptions) -> Bench<Subjected> {
    Bench::serving(fake::HiBob::new(Company::generate(people, 7), options))
}

fn user(user: ServiceUser) -> HiBobOptions {
    HiBobOptions::default().user(user)
}

/// The error of `validate`, which a sync must repeat word for word without leaving a file.
#[track_caller]
fn refused(options: HiBobOptions, code: u8) -> String {
    let bench = tenant(40, options);
    let validated = bench.run(&["validate"]).expect(code);
    let synced = bench.sync().expect(code);
    assert_eq!(validated.error(), synced.error());
    assert!(!bench.file().exists());
    validated.error().to_owned()
}

#[test]
fn a_good_service_user_passes_with_few_requests() {
    let outcome = tenant(40, HiBobOptions::default())
        .run(&["validate"])
        .expect(0);
    assert_eq!(outcome.requests.len(), 3);
    assert_eq!(
        outcome.stdout,
        "ok: HiBob can be synced with these settings (3 requests)\n"
    );
}

#[test]
fn what_rows_would_be_wrong_without_is_refused_and_its_category_named() {
    let full = ServiceUser::full;
    for (user_, named) in [
        (full().without(Category::Root), "Basic info (root.email)"),
        (
            full().without(Category::Employment),
            "Employment (payroll.employment.type)",
        ),
        (full().without(Category::Work), "Work (work.department)"),
        (
            full().without_fields(["root.email"]),
            "Basic info (root.email)",
        ),
        (
            full()
                .without(Category::Employment)
                .without_fields(["work.department"]),
            "Work (work.department), Employment (payroll.employment.type)",
        ),
    ] {
        assert_eq!(
            refused(user(user_), 7),
            format!(
                "baton-hibob: checking what the service user may read: the service user may not read these categories: {named}\n\
                 hint: in HiBob, give the service user's permission group View on these categories of People's data, and on \
                 the fields in brackets"
            )
        );
    }
}

const OK: &str = "ok: HiBob can be synced with these settings (3 requests)\n";

#[test]
fn a_field_that_is_not_granted_is_named_and_empty_for_every_account() {
    let all = tenant(40, HiBobOptions::default());
    all.sync().expect(0);
    for (hidden, named, keys) in [
        (
            &["work.title", "work.reportsTo", "work.manager", "work.site"][..],
            "title, manager, name and e-mail of the manager, site",
            &[
                "job_title",
                "manager_id",
                "manager_email",
                "manager_name",
                "location",
            ][..],
        ),
        (
            &["work.reportsTo"],
            "name and e-mail of the manager",
            &["manager_email", "manager_name"],
        ),
        (
            &["employment.type", "payroll.employment.type"],
            "employment type",
            &["employment_type"],
        ),
    ] {
        let fields = hidden.iter().copied();
        let bench = tenant(40, user(ServiceUser::full().without_fields(fields)));
        let warning =
            format!("{named}: not granted to the service user, so empty for every account");
        let validated = bench.run(&["validate"]).expect(0);
        assert_eq!(validated.stdout, format!("{OK}warning: {warning}\n"));
        assert_eq!(bench.sync().expect(0).stderr.matches(&warning).count(), 1);
        let lines = |bench: &Bench<Subjected>| -> Vec<String> {
            let kept = |line: &&str| !keys.iter().any(|k| line.contains(&format!("{k}: ")));
            bench
                .rows()
                .lines()
                .filter(kept)
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(bench.rows().lines().count(), lines(&bench).len(), "{named}");
        assert_eq!(lines(&bench), lines(&all), "everything else is as before");
    }
    // Where the type of employment is, is the tenant's own choice.
    let either = user(ServiceUser::full().without_fields(["employment.type"]));
    assert_eq!(tenant(40, either).run(&["validate"]).expect(0).stdout, OK);
}

#[test]
fn the_category_about_is_not_needed() {
    let all = tenant(40, HiBobOptions::default());
    all.sync().expect(0);
    let bench = tenant(40, user(ServiceUser::full().without(Category::About)));
    let warning = "the service user may not read the category About; nothing of it is stored, so nothing is missing";
    let validated = bench.run(&["validate"]).expect(0);
    assert_eq!(validated.stdout, format!("{OK}warning: {warning}\n"));
    assert_eq!(bench.sync().expect(0).stderr.matches(warning).count(), 1);
    assert_eq!(bench.rows(), all.rows());
}

#[test]
fn an_unreadable_lifecycle_is_a_warning_and_leaves_statuses_unspecified() {
    let bench = tenant(20, user(ServiceUser::full().without(Category::Lifecycle)));
    let outcome = bench.run(&["validate"]).expect(0);
    // Of the audience nothing can be said then.
    assert_eq!(
        outcome.stdout,
        format!(
            "{OK}warning: end date: not granted to the service user, so empty for every account\n\
             warning: the service user may not read the lifecycle status (category Lifecycle), so every status is left \
             unspecified\n"
        )
    );
    bench.sync().expect(0);
    let rows = bench.rows();
    assert!(
        !rows.contains("enabled") && !rows.contains("disabled"),
        "{rows}"
    );
}

/// In a company of any size: the answer is read to its end before it is said.
#[test]
fn an_audience_of_active_people_is_a_warning() {
    let warning = "no former employee is visible; unless no employee has ever left, inactive people are missing from the \
                   service user's audience";
    for people in [60, 2200] {
        let options = user(ServiceUser::full().audience(Audience::Employed));
        let outcome = tenant(people, options).sync().expect(0);
        assert_eq!(outcome.stderr.matches(warning).count(), 1, "{people}");
    }
    let mut company = Company::generate(2200, 7);
    let last = company.people.pop().expect("a person");
    company.people.retain(is_active);
    company.people.push(Person {
        lifecycle: Lifecycle::Terminated,
        ..last
    });
    let bench: Bench<Subjected> =
        Bench::serving(fake::HiBob::new(company, HiBobOptions::default()));
    assert_eq!(bench.run(&["validate"]).expect(0).stdout, OK);
}

fn is_active(person: &Person) -> bool {
    matches!(person.lifecycle, Lifecycle::Employed)
}

#[test]
fn an_empty_audience_is_an_error() {
    assert_eq!(
        refused(user(ServiceUser::full().audience(Audience::Nothing)), 9),
        "baton-hibob: checking what the service user may read: HiBob shows the service user no employee at all\n\
         hint: in the service user's permission group, set \"Access data for\" to all people, former employees included"
    );
}

#[test]
fn a_service_user_without_any_category_is_forbidden() {
    let mut bare = ServiceUser::full();
    bare.categories.clear();
    assert_eq!(
        refused(user(bare), 7),
        "baton-hibob: listing employees: HiBob answered 403 Forbidden\n\
         hint: put the service user into a permission group in HiBob and give it View on the categories Basic info, \
         About, Employment, Work and Lifecycle"
    );
}

#[test]
fn lists_that_may_not_be_read_are_an_error_of_their_own() {
    let bench = tenant(10, HiBobOptions::default());
    bench
        .faults
        .add(Rule::always(Fault::status(403)).path("named-lists"));
    let outcome = bench.sync().expect(7);
    assert!(
        outcome
            .error()
            .starts_with("baton-hibob: listing departments: HiBob answered 403 Forbidden\n")
    );
}

#[test]
fn a_base_url_without_v1_or_with_a_proxy_page_is_explained() {
    let mut bench = tenant(10, HiBobOptions::default());
    let base = bench
        .variable("BATON_HIBOB_BASE_URL")
        .trim_end_matches("/v1")
        .to_owned();
    bench.set("BATON_HIBOB_BASE_URL", &base);
    let outcome = bench.run(&["validate"]).expect(13);
    assert_eq!(
        outcome.error(),
        "baton-hibob: reading field metadata: HiBob answered 200 with a web page instead of JSON\n\
         hint: check the base URL setting (is its path, such as `/v1`, missing?) or a proxy in between"
    );
}

#[test]
fn addresses_that_cannot_work_are_refused_before_any_request() {
    for (url, problem) in [
        (
            "http://api.example.com/v1",
            "must start with https:// (http is for loopback addresses only)",
        ),
        ("api.example.com/v1", "must start with https://"),
        (
            "https://user:secret@api.example.com/v1",
            "must not contain a user name or password",
        ),
    ] {
        let mut bench = tenant(3, HiBobOptions::default());
        bench.set("BATON_HIBOB_BASE_URL", url);
        let outcome = bench.sync().expect(3);
        let expected = format!(
            "baton-hibob: reading the settings: --hibob-base-url (BATON_HIBOB_BASE_URL): the address {problem}\n\
             hint: an address looks like https://api.example.com/v1"
        );
        assert_eq!(outcome.error(), expected);
        assert_eq!(outcome.requests.len(), 0);
    }
}

#[test]
fn a_vendor_that_refuses_connections_is_named() {
    let mut bench = tenant(3, HiBobOptions::default());
    bench.set("BATON_HIBOB_BASE_URL", "http://127.0.0.1:1/v1");
    let outcome = bench.sync().expect(14);
    assert!(
        outcome
            .error()
            .starts_with("baton-hibob: reading field metadata: "),
        "{}",
        outcome.error()
    );
    assert_eq!(outcome.error().lines().count(), 2);
}

#[test]
fn missing_settings_name_flag_and_variable() {
    let mut bench = tenant(3, HiBobOptions::default());
    bench.set("BATON_HIBOB_SERVICE_USER_TOKEN", "");
    let outcome = bench.sync().expect(2);
    assert!(
        outcome.error().contains("hibob-service-user-token"),
        "{}",
        outcome.error()
    );
    assert!(
        outcome.error().contains("BATON_HIBOB_SERVICE_USER_TOKEN"),
        "{}",
        outcome.error()
    );
}
