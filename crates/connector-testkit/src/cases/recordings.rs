//! A run that is recorded, and the recording played back: the same requests and rows without the vendor, and no person in it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use connector_core::privacy::COST_CENTER;
use connector_redact::{Keep, RedactionKey, Tokens};
use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, Rule, Wait, When};
use serde_json::Value;

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
    bench.run(&[&args[..], &["--workers", "4", "--log-level", "debug"]].concat())
}

/// Plays the recording back into a new file, without any setting of the vendor.
fn replay<S: Subject>(bench: &mut Bench<S>, workers: &str) -> Outcome {
    bench.forget_settings();
    if bench.file().exists() {
        std::fs::remove_file(bench.file()).expect("removed");
    }
    let trace = trace(bench).display().to_string();
    let args = ["--replay", &trace, "--workers", workers];
    let outcome = bench.run(&[&args[..], &["--log-level", "debug"]].concat());
    assert!(outcome.requests.is_empty(), "a replay asks the vendor");
    outcome
}

/// Methods and paths of the requests that the client made, wherever the answers came from, each as often as it was made.
fn asked(outcome: &Outcome) -> Vec<[String; 2]> {
    let lines = outcome.stderr.lines();
    assert!(outcome.stderr.contains(CLIENT), "{}", outcome.stderr);
    let asks = |line: &&str| {
        line.contains(CLIENT) && (line.contains("\"request\"") || line.contains("request failed"))
    };
    let mut asked: Vec<_> = lines
        .filter(asks)
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            ["method", "path"].map(text)
        })
        .collect();
    asked.sort_unstable();
    asked
}

/// Methods and paths of the requests in the recording, as [`asked`] has them, but below the base URL.
fn recorded_requests<S: Subject>(bench: &Bench<S>) -> Vec<[String; 2]> {
    let packed = std::fs::read(trace(bench)).expect("a recording");
    let text = String::from_utf8(zstd::decode_all(&*packed).expect("a zstd frame")).expect("text");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let exchanges = lines.filter(|line: &Value| line["line"] == "exchange");
    let mut requests: Vec<_> = exchanges
        .map(|line| {
            let request = &line["request"];
            let parts = request["path"].as_array().into_iter().flatten();
            let path: String = parts
                .map(|part| format!("/{}", part.as_str().expect("text")))
                .collect();
            [request["method"].as_str().expect("text").to_owned(), path]
        })
        .collect();
    requests.sort_unstable();
    requests
}

/// Asserts that a replay made exactly the requests of the recording, in whatever order: each answer is given once, so the
/// same number of them is also the same queries.
fn assert_same_requests<S: Subject>(replayed: &Outcome, bench: &Bench<S>, about: &str) {
    let (asked, recorded) = (asked(replayed), recorded_requests(bench));
    assert_eq!(asked.len(), recorded.len(), "{about}");
    let mut bases = BTreeSet::new();
    // The base URL is the same in front of all, so it does not change their order.
    for ([method, path], [recorded_method, below]) in asked.iter().zip(&recorded) {
        assert_eq!(method, recorded_method, "{about}");
        let base = path.strip_suffix(below.as_str());
        bases.insert(base.unwrap_or_else(|| panic!("{path} is not {below}: {about}")));
    }
    assert_eq!(bases.len(), 1, "{bases:?}");
}

/// What the end of a sync says of its completeness; `None` when it failed.
fn verdict(outcome: &Outcome) -> Option<[Value; 3]> {
    let line = outcome
        .stderr
        .lines()
        .find(|line| line.contains("Sync complete."))?;
    let line: Value = serde_json::from_str(line).expect("JSON");
    Some(["verdict", "partial_because", "listings"].map(|key| line[key].clone()))
}

/// The rows of a file: the first line of each, which names it, and its facts.
fn rows(text: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
    let mut rows: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for line in text.lines() {
        match (line.starts_with(' '), rows.last_mut()) {
            (true, Some((_, facts))) => {
                facts.push(line.trim_start().split_once(": ").unwrap_or((line, "")));
            }
            _ => rows.push((line, Vec::new())),
        }
    }
    rows
}

/// A value without the escapes with which it is shown.
fn unescaped(shown: &str) -> String {
    let mut parts = shown.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once('}').expect("an escape");
        let code = u32::from_str_radix(digits, 16).expect("a number");
        out.extend(char::from_u32(code));
        out.push_str(rest);
    }
    out.replace("\\'", "'").replace("\\\"", "\"")
}

/// The kinds of what is no custom field. A text is replaced word by word, whatever its words are.
const PLAIN: [Keep; 2] = [Keep::Text, Keep::Id];

/// Whether a text of a replayed run stands for one of the run itself: it is the same text or a token of one of these kinds, as
/// a whole or part by part. Nothing stands for a text but a text.
fn stands_for(tokens: &Tokens, kinds: &[Keep], token: &str, text: &str) -> bool {
    const SIGNS: [char; 7] = ['"', '(', ')', '[', ']', ',', ':'];
    let is = |token: &str, text: &str| {
        token == text || kinds.iter().any(|keep| tokens.kept(*keep, text) == token)
    };
    let each = |by: fn(char) -> bool| {
        let (tokens, texts) = (token.split(by), text.split(by));
        let mut pairs = tokens.clone().zip(texts.clone());
        tokens.count() == texts.count() && pairs.all(|(token, text)| is(token, text))
    };
    token == text
        || each(|c| c == '"' || c == ' ' || SIGNS.contains(&c))
        || each(|c| c == '"')
        || is(token, text)
}

/// Whether a value of a custom field is another number or truth value than in the run itself.
fn is_blank(token: &str, text: &str) -> bool {
    let number = |text: &str| text.trim_matches('"').parse::<f64>().is_ok();
    match text {
        "true" | "false" => token == "false",
        _ => number(text) && number(token),
    }
}

/// Asserts that the rows of a replay are those of the run itself, with tokens in them: none is missing, and no fact.
fn assert_same_rows(replayed: &str, live: &str, about: &str) {
    let tokens = Tokens::new(&RedactionKey::parse(KEY).expect("a key"));
    let (replayed, mut live) = (rows(replayed), rows(live));
    assert_eq!(replayed.len(), live.len(), "{about}");
    for (name, facts) in replayed {
        let opaque = live.iter().any(|(live_name, _)| *live_name == name);
        let found = live.iter().position(|(live_name, live_facts)| {
            let mut pairs = facts.iter().zip(live_facts);
            let named = match opaque {
                true => *live_name == name,
                false => stands_for(&tokens, &PLAIN, name, live_name),
            };
            named
                && live_facts.len() == facts.len()
                && pairs.all(|((key, token), (live_key, text))| {
                    let (token, text) = (unescaped(token), unescaped(text));
                    let custom = key.starts_with("custom_") || *key == COST_CENTER;
                    let kinds: &[Keep] = if custom { &[Keep::Custom] } else { &PLAIN };
                    key == live_key
                        && (stands_for(&tokens, kinds, &token, &text)
                            || (custom && is_blank(&token, &text)))
                })
        });
        let Some(found) = found else {
            let near = live
                .iter()
                .find(|(n, _)| stands_for(&tokens, &PLAIN, name, n));
            panic!("no row of the run is {name} {facts:#?}; near is {near:#?}\n{about}");
        };
        live.swap_remove(found);
    }
}

/// A recorded run played back gives the same rows with tokens in them, the same bytes each time, without network and
/// settings. What the connector reads and does not declare is blank in a recording, so that a row or a fact would be missing.
pub fn a_recorded_run_plays_back<S: Subject>() {
    let mut bench = Bench::<S>::of(130);
    let recorded = record(&bench).expect(0);
    let live = bench.rows();
    assert_eq!(asked(&recorded).len(), recorded_requests(&bench).len());
    let mut files = Vec::new();
    for workers in ["1", "4"] {
        let replayed = replay(&mut bench, workers).expect(0);
        assert_same_requests(&replayed, &bench, &replayed.stderr);
        assert!(
            !replayed.stderr.contains("not asked for"),
            "{}",
            replayed.stderr
        );
        assert_eq!(verdict(&replayed), verdict(&recorded));
        assert_same_rows(&bench.rows(), &live, &replayed.stderr);
        files.push(bench.bytes());
    }
    assert!(
        files[0] == files[1],
        "each replay gives the same bytes, however many listings run at once"
    );
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
        let live = bench.file().exists().then(|| bench.rows());
        let replayed = replay(&mut bench, "4");
        let about = format!(
            "{fault:?} {when:?}\n{}\n{}",
            recorded.stderr, replayed.stderr
        );
        assert_eq!(replayed.code, recorded.code, "{about}");
        assert_same_requests(&replayed, &bench, &about);
        assert_eq!(asked(&replayed).len(), asked(&recorded).len(), "{about}");
        assert_eq!(verdict(&replayed), verdict(&recorded), "{about}");
        if let Some(live) = live {
            assert_same_rows(&bench.rows(), &live, &about);
        }
    }
}

/// A replay is refused where a file is, and that file stays.
pub fn a_replay_replaces_no_file<S: Subject>() {
    let bench = Bench::<S>::of(60);
    record(&bench).expect(0);
    let before = bench.bytes();
    let trace = trace(&bench).display().to_string();
    let refused = bench.run(&["--replay", &trace]).expect(9);
    let said = format!(
        "--file (BATON_FILE): {} is there, and a replay replaces no file\nhint: give another name, or remove the file",
        bench.file().display()
    );
    assert!(refused.error().ends_with(&said), "{}", refused.error());
    assert!(bench.bytes() == before);
    bench.run(&["--replay", &trace, "--dry-run"]).expect(0);
    assert!(bench.bytes() == before);
}

/// What a replay asks for and the recording does not hold ends the run, which writes no file.
pub fn what_a_recording_lacks_ends_the_replay<S: Subject>() {
    let mut bench = Bench::<S>::of(60);
    record(&bench).expect(0);
    let packed = std::fs::read(trace(&bench)).expect("a recording");
    let text = String::from_utf8(zstd::decode_all(&*packed).expect("a zstd frame")).expect("text");
    let mut lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    lines[0]["version"] = "0.0.9".into();
    // A recording has paths below the base URL.
    let lists_people = |line: &&serde_json::Value| {
        let path = line["request"]["path"].as_array();
        let path = path.into_iter().flatten();
        let path: String = path
            .filter_map(|part| Some(format!("/{}", part.as_str()?)))
            .collect();
        let people = S::PEOPLE.trim_end_matches('$');
        !path.is_empty() && (people.ends_with(&path) || path.contains(people))
    };
    // The end says how many exchanges there are.
    let mut end = lines.pop().expect("an end");
    let lost = {
        let mut asks = lines.iter().filter(lists_people);
        asks.next_back().expect("people")["request"].clone()
    };
    lines.retain(|line| line["request"]["class"] != lost["class"]);
    end["exchanges"] = (lines.len() - 1).into();
    lines.push(end);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(
        trace(&bench),
        zstd::encode_all(text.as_bytes(), 1).expect("packed"),
    )
    .expect("written");
    let replayed = replay(&mut bench, "1").expect(9);
    let said = format!(
        "the recording holds no further answer to {} {}",
        lost["method"].as_str().expect("a method"),
        lost["class"].as_str().expect("a class")
    );
    assert!(replayed.error().contains(&said), "{}", replayed.error());
    assert!(
        replayed
            .error()
            .contains("0.0.9; another version, or other settings, request something else"),
        "{}",
        replayed.error()
    );
    assert!(!bench.file().exists());
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
