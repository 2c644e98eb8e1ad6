//! What must not get through, in either direction: hostile text, personal data, the credential, a write.

use std::collections::BTreeSet;

use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, Rule};

use super::column;
use crate::Subject;
use crate::run::{Bench, decoded};

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

/// The credential appears in no output, neither after a success nor after a failure.
pub fn the_secret_goes_nowhere<S: Subject>() {
    for rule in [
        None,
        Some(Rule::always(Fault::status(401))),
        Some(Rule::always(Fault::Html)),
        Some(Rule::always(Fault::Truncated)),
    ] {
        let mut bench = Bench::<S>::of(5);
        let collector = bench.collect_telemetry();
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
        let sent = String::from_utf8_lossy(&collector.bytes()).into_owned();
        assert!(sent.contains("validate") && !sent.contains(&secret));
        if bench.file().exists() {
            assert!(!String::from_utf8_lossy(&decoded(&bench.file())).contains(&secret));
        }
    }
}

/// Only GET, and the POSTs that are documented to read.
pub fn nothing_is_written_to_the_vendor<S: Subject>() {
    let bench = Bench::<S>::of(20);
    let requests = bench.sync().expect(0).requests;
    assert!(!requests.is_empty(), "no request was recorded");
    for request in requests {
        let reads = request.method == "GET"
            || S::READING_POSTS
                .iter()
                .any(|path| request.path.ends_with(path));
        assert!(reads, "{} {}", request.method, request.path);
    }
}
