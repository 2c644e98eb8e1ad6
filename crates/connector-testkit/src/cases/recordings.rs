//! A run that is recorded, and the recording played back: the same requests and rows without the vendor, and no person in it.

use std::path::PathBuf;

use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, Rule, Wait, When};

use crate::Subject;
use crate::run::{Bench, Outcome};

const KEY: &str = "baton-redaction-key-v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

/// Where the log lines of requests come from.
const CLIENT: &str = "connector-http/transport";

/// Where the recording of a bench is.
fn trace<S: Subject>(bench: &Bench<S>) -> PathBuf {
    bench.dir().join("run.trace")
}

fn record<S: Subject>(bench: &Bench<S>) -> Outcome {
    let key = bench.dir().join("redaction.key");
    std::fs::write(&key, KEY).expect("a key file");
    let (trace, key) = (
        trace(bench).display().to_string(),
        key.display().to_string(),
    );
    let args = ["--record", &trace, "--redaction-key", &key];
    bench.run(&[&args[..], &["--log-level", "debug"]].concat())
}

/// Plays the recording back into a new file, without any setting.
fn replay<S: Subject>(bench: &mut Bench<S>) -> Outcome {
    bench.forget_settings();
    // What is there may be of a run with other settings; the replay does not look at it.
    let trace = trace(bench).display().to_string();
    let outcome = bench.run(&["--replay", &trace, "--log-level", "debug"]);
    assert!(outcome.requests.is_empty(), "a replay asks the vendor");
    outcome
}

/// Requests that the client made, wherever the answers came from.
fn asked(outcome: &Outcome) -> usize {
    let lines = outcome.stderr.lines();
    assert!(outcome.stderr.contains(CLIENT), "{}", outcome.stderr);
    let asks = |line: &&str| {
        line.contains(CLIENT) && (line.contains("\"request\"") || line.contains("request failed"))
    };
    lines.filter(asks).count()
}

/// The rows' kinds and facts without their values. Custom fields are left out by the form of their value, which a token
/// does not always have, so they are not compared; docs/recording.md says so.
fn shape<S: Subject>(bench: &Bench<S>) -> Vec<String> {
    let rows = bench.rows();
    let name = |line: &str| line.split(": ").next().unwrap_or_default().to_owned();
    let mut lines: Vec<_> = rows
        .lines()
        .map(|line| match line.split_once(' ') {
            // The ids of people are opaque; those of what is made of names are not.
            Some((kind, _)) if !line.starts_with(' ') => kind.to_owned(),
            _ => name(line),
        })
        .filter(|line: &String| !line.trim_start().starts_with("custom_"))
        .collect();
    lines.sort();
    lines
}

/// A recorded run played back gives rows of the same shape, the same bytes each time, without network and settings.
pub fn a_recorded_run_plays_back<S: Subject>() {
    let mut bench = Bench::<S>::of(130);
    let recorded = record(&bench).expect(0);
    let live = shape(&bench);
    let replayed = replay(&mut bench).expect(0);
    assert_eq!(asked(&replayed), asked(&recorded), "{}", replayed.stderr);
    assert!(
        !replayed.stderr.contains("not asked for"),
        "{}",
        replayed.stderr
    );
    assert_eq!(shape(&bench), live);
    let first = bench.bytes();
    std::fs::remove_file(bench.file()).expect("removed");
    replay(&mut bench).expect(0);
    assert_eq!(bench.bytes(), first, "each replay gives the same bytes");
    replay(&mut bench).expect(0);
    assert_eq!(bench.bytes(), first, "also over a file that is there");
}

/// What goes wrong in a recorded run goes wrong in the replay, with the same requests, outcome and rows.
pub fn a_recorded_fault_plays_back<S: Subject>() {
    let limited = || Fault::too_many_requests(Wait::Seconds(7));
    let mut cases = vec![(limited(), When::Range(1..=2))];
    for fault in [Fault::status(500), Fault::Reset, Fault::DropMidBody] {
        cases.push((fault.clone(), When::Nth(1)));
        cases.push((fault, When::Always));
    }
    for fault in [
        Fault::status(401),
        Fault::status(403),
        Fault::Html,
        Fault::Truncated,
    ] {
        cases.push((fault, When::Always));
    }
    for (fault, when) in cases {
        let mut bench = Bench::<S>::of(60);
        bench.faults.add(
            Rule::always(fault.clone())
                .path(S::PEOPLE)
                .when(when.clone()),
        );
        let recorded = record(&bench);
        let live = bench.file().exists().then(|| shape(&bench));
        let replayed = replay(&mut bench);
        let about = format!(
            "{fault:?} {when:?}\n{}\n{}",
            recorded.stderr, replayed.stderr
        );
        assert_eq!(replayed.code, recorded.code, "{about}");
        assert_eq!(asked(&replayed), asked(&recorded), "{about}");
        if let Some(live) = live {
            assert_eq!(shape(&bench), live, "{about}");
        }
    }
}

/// A recording holds no person, none of the data that no file may hold, and no credential.
pub fn recordings_name_no_person<S: Subject>() {
    let company = Company::generate(60, 7);
    let mut planted = company.planted_secrets();
    for person in &company.people {
        planted.extend(person.email.clone());
        planted.push(person.display_name.clone());
        // Names are short and may be part of a key; as a value they stand in quotes.
        for name in [&person.first_name, &person.last_name] {
            planted.push(format!("\"{name}\""));
        }
    }
    let bench = Bench::<S>::with(company);
    planted.push(bench.variable(S::SECRET).to_owned());
    planted.retain(|text| text.len() >= 4);
    record(&bench).expect(0);
    let packed = std::fs::read(trace(&bench)).expect("a recording");
    let bytes = zstd::decode_all(&*packed).expect("a zstd frame");
    let text = String::from_utf8(bytes).expect("text");
    assert!(text.lines().count() > 3, "{text}");
    // Documents are texts within a line.
    let text = text.replace("\\\"", "\"");
    for secret in planted {
        assert!(!text.contains(&secret), "{secret} is in the recording");
    }
}
