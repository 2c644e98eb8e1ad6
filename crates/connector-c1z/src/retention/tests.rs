use super::*;

fn run(id: &str, sync_type: &str, start: u32, ended: bool) -> EarlierRun {
    EarlierRun {
        sync_id: id.into(),
        sync_type: sync_type.into(),
        started_at: format!("2026-01-{start:02} 00:00:00"),
        ended_at: ended.then(|| format!("2026-01-{start:02} 01:00:00")),
        linked_sync_id: String::new(),
    }
}

fn gone(runs: &[EarlierRun], keep: Option<u32>) -> Vec<String> {
    let mut all: Vec<_> = overflow(runs, keep).into_iter().collect();
    all.sort();
    all
}

#[test]
fn one_earlier_full_sync_stays_by_default() {
    let runs = [run("a", "full", 1, true), run("b", "full", 2, true)];
    assert_eq!(gone(&runs, None), ["a"]);
    assert_eq!(gone(&runs, Some(0)), ["a"]);
    assert_eq!(gone(&runs, Some(3)), Vec::<String>::new());
    assert_eq!(gone(&runs, Some(1)), ["a", "b"]);
}

#[test]
fn unfinished_runs_stay_and_do_not_count() {
    let runs = [run("a", "full", 1, false), run("b", "full", 2, true)];
    assert_eq!(gone(&runs, None), Vec::<String>::new());
    assert_eq!(gone(&runs, Some(1)), ["b"]);
}

#[test]
fn partial_runs_go_when_they_ended_before_the_last_removed_full_sync() {
    let runs = [
        run("p1", "partial", 1, true),
        run("a", "full", 2, true),
        run("p2", "resources_only", 3, true),
        run("b", "full", 4, true),
    ];
    assert_eq!(gone(&runs, None), ["a", "p1"]);
    assert_eq!(gone(&runs, Some(3)), Vec::<String>::new());
}

#[test]
fn of_many_diffs_the_latest_pair_stays() {
    let mut runs: Vec<_> = ["d1", "d2", "d3", "d4"]
        .into_iter()
        .zip(1..)
        .map(|(id, day)| run(id, "partial_upserts", day, true))
        .collect();
    runs[3].linked_sync_id = "d3".into();
    assert_eq!(gone(&runs, None), ["d1", "d2"]);
    assert_eq!(gone(&runs[..2], None), Vec::<String>::new());
}
