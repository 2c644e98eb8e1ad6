//! The promises, one function each. [`conformance!`](crate::conformance!) turns them into tests.

use std::collections::BTreeSet;
use std::time::Duration;

use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, Rule, Wait, When};
use connector_sandbox::server::Fake;
use rusqlite::Connection;

use crate::Subject;
use crate::run::{Bench, decoded};

/// A company of no, one and some people: all of them, once.
pub fn every_person_once_at_any_size<S: Subject>() {
    for people in [1, 2, 49, 50, 51, 130] {
        let bench = Bench::<S>::of(people);
        bench.sync().expect(0);
        let ids: BTreeSet<String> = column(
            &bench,
            "select external_id from v1_resources where resource_type_id = 'user'",
        );
        assert_eq!(ids.len(), people, "{ids:?}");
    }
}

/// A tenant without people is an error, and the old file stays.
pub fn no_people_is_an_error<S: Subject>() {
    let bench = Bench::<S>::of(5);
    bench.sync().expect(0);
    let before = bench.bytes();
    S::edit(&bench.fake, |company| company.people.clear());
    let outcome = bench.sync().expect(9);
    assert!(outcome.error().contains("\nhint: "), "{}", outcome.error());
    assert_eq!(bench.bytes(), before);
    assert_nothing_left(&bench);
}

/// Two syncs of the same answers differ in ids and times of the run alone.
pub fn the_same_answers_give_the_same_rows<S: Subject>() {
    let bench = Bench::<S>::of(40);
    bench.sync().expect(0);
    let first = bench.rows();
    bench.sync().expect(0);
    assert_eq!(bench.rows(), first);
    bench.run(&["--workers", "4"]).expect(0);
    assert_eq!(bench.rows(), first, "workers do not change the rows");
}

/// Renaming every person and department changes no id.
pub fn ids_survive_renames<S: Subject>() {
    let bench = Bench::<S>::of(40);
    let ids = |bench: &Bench<S>| -> BTreeSet<String> {
        let all = "select 'r ' || external_id from v1_resources union all select 'e ' || external_id from v1_entitlements
                   union all select 'g ' || external_id from v1_grants";
        column(bench, all)
    };
    bench.sync().expect(0);
    let before = ids(&bench);
    S::edit(&bench.fake, |company| {
        for (n, person) in company.people.iter_mut().enumerate() {
            person.first_name = format!("New{n}");
            person.display_name = format!("New{n} Name");
            person.email = Some(format!("new{n}@lakeside.example.com"));
        }
        for (n, department) in company.departments.iter_mut().enumerate() {
            department.name = format!("Renamed {n}");
        }
    });
    let keep_one = [("BATON_KEEP_SYNC_COUNT", "1")];
    let mut bench = bench;
    keep_one
        .iter()
        .for_each(|(name, value)| bench.set(name, value));
    bench.sync().expect(0);
    assert_eq!(ids(&bench), before);
}

/// Every entitlement, grant and parent points at a stored row.
pub fn references_hold<S: Subject>() {
    let bench = Bench::<S>::of(130);
    bench.sync().expect(0);
    let dangling: BTreeSet<String> = column(
        &bench,
        "select 'parent ' || external_id from v1_resources c where parent_resource_id is not null and not exists
           (select 1 from v1_resources p where p.external_id = c.parent_resource_type_id || ':' || c.parent_resource_id)
         union all select 'entitlement ' || external_id from v1_entitlements e where not exists
           (select 1 from v1_resources r where r.external_id = e.resource_type_id || ':' || e.resource_id)
         union all select 'grant ' || external_id from v1_grants g where not exists
           (select 1 from v1_entitlements e where e.external_id = g.entitlement_id)
         union all select 'holder ' || external_id from v1_grants g where not exists
           (select 1 from v1_resources r where r.external_id = g.principal_resource_type_id || ':' || g.principal_resource_id)",
    );
    assert_eq!(dangling, BTreeSet::new());
}

/// Terminal escapes, NUL, direction marks and very long text in every name reach neither terminal nor file raw.
pub fn hostile_text_is_harmless<S: Subject>() {
    let long = "長い名前 ".repeat(2000);
    let hostile = [
        "\u{1b}]0;owned\u{7}\u{1b}[31mRed",
        "nul\0byte",
        "\u{202e}txet desrever",
        "\u{200f}\u{5d0}",
        "'; drop table v1_grants; --",
        &long,
    ];
    let mut company = Company::generate(12, 7);
    for (n, person) in company.people.iter_mut().enumerate() {
        let text = hostile[n % hostile.len()];
        person.first_name = text.to_owned();
        person.last_name = text.to_owned();
        person.display_name = text.to_owned();
        person.preferred_name = Some(text.to_owned());
        person.email = Some(format!("{text}@lakeside.example.com"));
    }
    for (n, department) in company.departments.iter_mut().enumerate() {
        department.name = format!("{} {n}", hostile[n % hostile.len()]);
    }
    company
        .titles
        .iter_mut()
        .for_each(|t| t.name.push_str(hostile[0]));
    company
        .sites
        .iter_mut()
        .for_each(|s| s.name.push_str(hostile[1]));
    let bench = Bench::<S>::with(company);
    let outcome = bench.run(&["--log-level", "debug"]).expect(0);
    let said = outcome.stdout + &outcome.stderr;
    assert!(
        !said.contains(|c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}'),
        "{said:?}"
    );
    let rows = bench.rows();
    assert!(
        !rows.contains(['\u{1b}', '\0', '\u{7}']),
        "control characters reached the file"
    );
    assert!(
        rows.lines().all(|line| line.len() < 64 * 1024),
        "over-long text reached the file"
    );
    let people: BTreeSet<String> = column(
        &bench,
        "select external_id from v1_resources where resource_type_id = 'user'",
    );
    assert_eq!(people.len(), 12);
}

/// Planted phone numbers, salaries, bank accounts and the like reach no file, log or terminal.
pub fn planted_personal_data_goes_nowhere<S: Subject>() {
    let company = Company::generate(60, 7);
    let planted = company.planted_secrets();
    assert!(
        planted.len() >= 60 * 8,
        "the company must plant what is looked for"
    );
    let bench = Bench::<S>::with(company);
    let outcome = bench.run(&["--log-level", "debug"]).expect(0);
    let file = decoded(&bench.file());
    let (file, said) = (
        String::from_utf8_lossy(&file).into_owned(),
        outcome.stdout + &outcome.stderr,
    );
    for secret in planted {
        assert!(!file.contains(&secret), "{secret} is in the file");
        assert!(!said.contains(&secret), "{secret} was printed");
    }
}

/// The credential appears in no output, whatever happens.
pub fn the_secret_goes_nowhere<S: Subject>() {
    for rule in [
        None,
        Some(Rule::always(Fault::status(401))),
        Some(Rule::always(Fault::Html)),
        Some(Rule::always(Fault::Truncated)),
    ] {
        let bench = Bench::<S>::of(5);
        rule.into_iter().for_each(|rule| bench.faults.add(rule));
        let secret = bench.variable(S::SECRET).to_owned();
        assert!(secret.len() >= 8, "the tenant has a secret");
        for args in [
            &["--log-level", "debug"][..],
            &["validate", "--log-level", "debug"],
            &["--help"],
            &["config"],
            &["capabilities"],
        ] {
            let outcome = bench.run(args);
            let said = outcome.stdout + &outcome.stderr;
            assert!(!said.contains(&secret), "{args:?}: {said}");
        }
        if bench.file().exists() {
            assert!(!String::from_utf8_lossy(&decoded(&bench.file())).contains(&secret));
        }
    }
}

/// Only GET, and the POSTs that are documented to read.
pub fn nothing_is_written_to_the_vendor<S: Subject>() {
    let bench = Bench::<S>::of(20);
    for request in bench.sync().expect(0).requests {
        let reads = request.method == "GET"
            || S::READING_POSTS
                .iter()
                .any(|path| request.path.ends_with(path));
        assert!(reads, "{} {}", request.method, request.path);
    }
}

/// A refused credential: one request, exit 16, the message names the variable, the old file stays.
pub fn a_bad_credential_is_tried_once<S: Subject>() {
    let mut bench = Bench::<S>::of(5);
    bench.sync().expect(0);
    let before = bench.bytes();
    bench.set(S::SECRET, "not-the-credential");
    let outcome = bench.sync().expect(16);
    assert_eq!(
        outcome
            .requests
            .iter()
            .filter(|r| matches!(r.status, Some(400 | 401)))
            .count(),
        1
    );
    assert!(outcome.error().contains(S::SECRET), "{}", outcome.error());
    assert_eq!(outcome.error().lines().count(), 2, "{}", outcome.error());
    assert_eq!(bench.run(&["validate"]).code, 16);
    assert_eq!(bench.bytes(), before);
    assert_nothing_left(&bench);
}

/// 403, 404 and other refusals end the run at once, each with its own code.
pub fn forbidden_and_missing_are_not_retried<S: Subject>() {
    for (status, code) in [(401, 16), (403, 7), (404, 5), (400, 13), (410, 13)] {
        let bench = Bench::<S>::of(5);
        bench
            .faults
            .add(Rule::always(Fault::status(status)).path(S::PEOPLE));
        let outcome = bench.sync().expect(code);
        let tries = if status == 401 { S::REFUSALS } else { 1 };
        assert_eq!(outcome.asked(S::PEOPLE), tries, "{status}");
        assert_eq!(outcome.error().lines().count(), 2, "{}", outcome.error());
        assert!(!bench.file().exists());
        assert_nothing_left(&bench);
    }
}

/// 429 in every form is waited for and changes no row.
pub fn waits_that_the_vendor_asks_for_are_kept<S: Subject>() {
    let bench = Bench::<S>::of(20);
    bench.sync().expect(0);
    let rows = bench.rows();
    for (wait, at_least) in [
        (Wait::Seconds(7), 7),
        (Wait::Unsaid, 0),
        (Wait::Seconds(0), 0),
        (Wait::Date(9), 8),
        (Wait::Reset(-5), 0),
    ] {
        bench.faults.clear();
        bench.faults.add(
            Rule::always(Fault::too_many_requests(wait))
                .path(S::PEOPLE)
                .when(When::Range(1..=2)),
        );
        let outcome = bench.sync().expect(0);
        let waited: Duration = outcome.waits.iter().sum();
        assert!(
            waited >= Duration::from_secs(2 * at_least),
            "{wait:?}: {:?}",
            outcome.waits
        );
        assert_eq!(bench.rows(), rows, "{wait:?}");
    }
}

/// A vendor that never stops saying 429 ends the run after eight tries.
pub fn endless_limits_end_the_run<S: Subject>() {
    let bench = Bench::<S>::of(5);
    bench
        .faults
        .add(Rule::always(Fault::too_many_requests(Wait::Seconds(1))).path(S::PEOPLE));
    let outcome = bench.sync().expect(14);
    assert_eq!(outcome.asked(S::PEOPLE), 8);
    assert!(!bench.file().exists());
}

/// A fault that passes changes no row: 500, a reset, a body that breaks off, a slow or compressed answer.
pub fn passing_faults_are_survived<S: Subject>() {
    let bench = Bench::<S>::of(60);
    bench.sync().expect(0);
    let rows = bench.rows();
    let slow = Fault::Slow {
        chunks: 7,
        delay: Duration::ZERO,
    };
    for fault in [
        Fault::status(500),
        Fault::status(502),
        Fault::Reset,
        Fault::DropMidBody,
        slow,
        Fault::Gzip,
    ] {
        for when in [When::Nth(1), When::Nth(2), When::Every(2)] {
            bench.faults.clear();
            bench.faults.add(
                Rule::always(fault.clone())
                    .path(S::PEOPLE)
                    .when(when.clone()),
            );
            let outcome = bench.sync();
            assert_eq!(outcome.code, 0, "{fault:?} {when:?}: {}", outcome.error());
            assert_eq!(bench.rows(), rows, "{fault:?} {when:?}");
        }
    }
}

/// A fault that stays ends the run after five tries and 45 seconds at most, with exit 14.
pub fn lasting_faults_end_within_the_budget<S: Subject>() {
    for fault in [
        Fault::status(500),
        Fault::status(503),
        Fault::Reset,
        Fault::DropMidBody,
    ] {
        let bench = Bench::<S>::of(60);
        bench
            .faults
            .add(Rule::always(fault.clone()).path(S::PEOPLE));
        let outcome = bench.sync().expect(14);
        let asked = outcome.asked(S::PEOPLE);
        assert!((5..=5 + S::PROBES).contains(&asked), "{fault:?}: {asked}");
        assert!(
            outcome.waits.iter().sum::<Duration>() <= Duration::from_secs(45),
            "{:?}",
            outcome.waits
        );
        assert!(!bench.file().exists());
        assert_nothing_left(&bench);
    }
}

/// A vendor that says nothing, or stops in the middle, ends the run with exit 4 after five tries.
pub fn a_silent_vendor_ends_with_a_time_out<S: Subject>() {
    for fault in [Fault::Hang, Fault::HangMidBody] {
        let mut bench = Bench::<S>::of(60);
        bench.http_timeout = Some(Duration::from_millis(100));
        bench
            .faults
            .add(Rule::always(fault.clone()).path(S::PEOPLE));
        let outcome = bench.sync().expect(4);
        let asked = outcome.asked(S::PEOPLE);
        assert!((5..=5 + S::PROBES).contains(&asked), "{fault:?}: {asked}");
        assert_eq!(outcome.error().lines().count(), 2, "{}", outcome.error());
        assert!(!bench.file().exists());
        assert_nothing_left(&bench);
    }
}

/// A web page, cut JSON, another document and a foreign redirect: exit 13 at once, and a hint.
pub fn wrong_answers_are_named<S: Subject>() {
    let answer = |body: &str| {
        let answer = connector_sandbox::faults::Answer::status(200)
            .header("content-type", "application/json");
        Fault::from(answer.body(body))
    };
    let away = Fault::Redirect {
        status: 302,
        location: "http://127.0.0.1:9/elsewhere".to_owned(),
    };
    for fault in [
        Fault::Html,
        Fault::Truncated,
        answer("[]]"),
        answer("{\"other\":1}"),
        answer("3"),
        answer(""),
        away,
    ] {
        let bench = Bench::<S>::of(60);
        bench
            .faults
            .add(Rule::always(fault.clone()).path(S::PEOPLE));
        let outcome = bench.sync();
        assert_eq!(outcome.code, 13, "{fault:?}: {}", outcome.error());
        let asked = outcome.asked(S::PEOPLE);
        assert!((1..=1 + S::PROBES).contains(&asked), "{fault:?}: {asked}");
        assert_eq!(outcome.error().lines().count(), 2, "{}", outcome.error());
        assert!(!bench.file().exists());
    }
}

/// A run that was stopped between any two requests goes on later and ends with the same rows.
pub fn an_interrupted_run_goes_on<S: Subject>() {
    let bench = Bench::<S>::of(130);
    let whole = bench.sync().expect(0).requests.len();
    let rows = bench.rows();
    let mut stopped = 0;
    // A vendor that is asked per person is stopped after some of its many requests, spread over the whole run.
    for after in (1..=whole).step_by(whole.div_ceil(30)) {
        std::fs::remove_file(bench.file()).expect("the file of the run before");
        let outcome = bench.run_until(after);
        if outcome.code != 0 {
            stopped += 1;
            let outcome = outcome.expect(1);
            assert_eq!(outcome.error().lines().count(), 2, "{}", outcome.error());
            assert!(!bench.file().exists());
            bench.sync().expect(0);
        }
        assert_eq!(
            bench.rows(),
            rows,
            "stopped after {after} of {whole} requests"
        );
        assert_nothing_left(&bench);
    }
    assert!(stopped > 0, "no run was ever stopped");
}

/// The program dropped at any await: the old file is what it was, and a later run goes on and ends with the same
/// rows.
pub fn stopping_anywhere_keeps_the_old_file<S: Subject>() {
    let bench = Bench::<S>::of(3);
    bench.sync().expect(0);
    let rows = bench.rows();
    let mut resumed = 0;
    for polls in 0.. {
        let before = bench.bytes();
        let (outcome, ended) = bench.run_for(polls);
        resumed += usize::from(outcome.stderr.contains("resumed previous sync"));
        if ended {
            assert_eq!(outcome.code, 0);
            break;
        }
        // After the rename the new file is there, whole.
        if bench.bytes() != before {
            assert_eq!(bench.rows(), rows);
        }
    }
    assert!(
        resumed > 0,
        "no run ever went on from the work of a dropped one"
    );
    bench.sync().expect(0);
    assert_eq!(bench.rows(), rows);
    assert_nothing_left(&bench);
}

/// `--skip-entitlements-and-grants` and `--sync-resource-types`.
pub fn resources_only_and_restricted_types<S: Subject>() {
    let bench = Bench::<S>::of(20);
    bench.run(&["--skip-entitlements-and-grants"]).expect(0);
    let kinds: BTreeSet<String> = column(&bench, "select distinct sync_type from v1_sync_runs");
    assert_eq!(kinds, BTreeSet::from(["resources_only".to_owned()]));
    let rest: BTreeSet<String> = column(
        &bench,
        "select external_id from v1_grants union select external_id from v1_entitlements",
    );
    assert_eq!(rest, BTreeSet::new());

    let bench = Bench::<S>::of(20);
    bench.run(&["--sync-resource-types", "user"]).expect(0);
    let types: BTreeSet<String> =
        column(&bench, "select distinct resource_type_id from v1_resources");
    assert_eq!(types, BTreeSet::from(["user".to_owned()]));
    let outcome = bench.run(&["--sync-resource-types", "nonsense"]).expect(3);
    assert!(
        outcome
            .error()
            .contains("invalid resource type 'nonsense' in filter"),
        "{}",
        outcome.error()
    );
}

/// The file's directory holds the file and nothing else.
fn assert_nothing_left<S: Subject>(bench: &Bench<S>) {
    let entries = std::fs::read_dir(bench.dir()).expect("the directory");
    let left: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|e| e.file_name())
        .filter(|n| n != "sync.c1z")
        .collect();
    assert!(left.is_empty(), "{} left {left:?}", bench.fake.vendor());
}

/// The first column of a query over the file's newest database.
fn column<S: Subject, C: FromIterator<String>>(bench: &Bench<S>, query: &str) -> C {
    let database = bench.dir().join("look.db");
    std::fs::write(&database, decoded(&bench.file())).expect("a database");
    let rows = {
        let connection = Connection::open(&database).expect("a database");
        let mut statement = connection.prepare(query).expect("a query");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<rusqlite::Result<C>>().expect("text")
    };
    std::fs::remove_file(database).expect("removed");
    rows
}
