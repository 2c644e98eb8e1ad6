//! Vendors that refuse, limit, fail, stay silent or answer nonsense.

use std::time::Duration;

use connector_sandbox::faults::{Fault, Rule, Wait, When};

use super::assert_nothing_left;
use crate::Subject;
use crate::run::Bench;

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
        let mut bench = Bench::<S>::of(5);
        for (name, value) in S::NO_OTHER_PLACE {
            bench.set(name, value);
        }
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
        assert_eq!(bench.faults.met(), 2, "{wait:?}");
        assert_eq!(bench.rows(), rows, "{wait:?}");
    }
}

/// A vendor that answers 429 to every request ends the run after eight tries.
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
            assert!(bench.faults.met() > 0, "{fault:?} {when:?} was not met");
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

/// A vendor that does not answer, or stops in the middle of an answer, ends the run with exit 4 after five tries.
pub fn a_silent_vendor_ends_with_a_time_out<S: Subject>() {
    for fault in [Fault::Hang, Fault::HangMidBody] {
        let mut bench = Bench::<S>::of(60);
        bench.http_timeout = Some(Duration::from_millis(500));
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
