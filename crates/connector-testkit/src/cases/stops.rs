//! Runs that are stopped, between requests and at any await.

use super::assert_nothing_left;
use crate::Subject;
use crate::run::Bench;

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
    // How many polls a run takes is up to the threads; a short run may be missed at every one that matters.
    for _ in 0..20 {
        resumed += drop_everywhere(&bench, &rows);
        if resumed > 0 {
            break;
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

/// Runs that are dropped later and later until one ends; the number of those that went on from the work of another.
fn drop_everywhere<S: Subject>(bench: &Bench<S>, rows: &str) -> usize {
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
    resumed
}
