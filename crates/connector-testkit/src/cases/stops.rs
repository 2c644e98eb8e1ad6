//! Runs that are stopped: between requests, at any await, at a checkpoint.

use super::assert_nothing_left;
use crate::Subject;
use crate::run::Bench;

/// A run that was stopped between any two requests goes on later and ends with the same rows.
pub fn an_interrupted_run_goes_on<S: Subject>() {
    let bench = Bench::<S>::of(130);
    let whole = bench.sync().expect(0).requests.len();
    let rows = bench.rows();
    let mut stopped = 0;
    // A connector that sends a request per person has too many requests to stop after each of them; it is stopped
    // after at most 30 of them, spread over the whole run.
    for after in (1..=whole).step_by(whole.div_ceil(30)) {
        std::fs::remove_file(bench.file()).expect("the file of the run before");
        let outcome = bench.run_until(after);
        if outcome.code != 0 {
            stopped += 1;
            let outcome = outcome.expect(1);
            let is_kept = outcome.error().lines().count() == 2;
            assert!(!bench.file().exists());
            let next = bench.sync().expect(0);
            // The hint is about work that is there to go on with.
            let resumed = next.stderr.contains("resumed previous sync");
            assert_eq!(resumed, is_kept, "{}", outcome.error());
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

/// The program dropped at any await: the old file is what it was or, after the rename, the new one, whole, and what was
/// committed is gone on with.
pub fn stopping_anywhere_keeps_the_old_file<S: Subject>() {
    let bench = Bench::<S>::of(3);
    bench.sync().expect(0);
    let rows = bench.rows();
    let mut resumed = false;
    for polls in 0.. {
        let before = bench.bytes();
        let (outcome, ended) = bench.run_for(polls);
        resumed |= outcome.stderr.contains("resumed previous sync");
        if ended {
            assert_eq!(outcome.code, 0);
            break;
        }
        if bench.bytes() != before {
            assert_eq!(bench.rows(), rows);
        }
    }
    assert!(resumed, "no dropped run was gone on with");
    bench.sync().expect(0);
    assert_eq!(bench.rows(), rows);
    assert_nothing_left(&bench);
}

/// A run that is stopped once its first listing is stored: the old file is what it was, and the next run goes on from
/// there.
pub fn a_stopped_run_goes_on_from_its_checkpoint<S: Subject>() {
    let bench = Bench::<S>::of(3);
    bench.sync().expect(0);
    let (rows, before) = (bench.rows(), bench.bytes());
    bench.run_until_logged("Synced resources").expect(1);
    assert_eq!(bench.bytes(), before);
    let outcome = bench.sync().expect(0);
    assert!(
        outcome.stderr.contains("resumed previous sync"),
        "{}",
        outcome.stderr
    );
    assert_eq!(bench.rows(), rows);
    assert_nothing_left(&bench);
}
