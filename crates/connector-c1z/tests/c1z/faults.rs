//! Writes that fail, and processes that are killed by one, at many points of a run.
//!
//! The limit for the size of a file stands for the full disk: a process that ignores SIGXFSZ has a failed write, one that
//! does not is killed in the middle of it. The test starts itself again, because the limit is the process's.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use connector_c1z::{C1zStore, Format, StoreOptions};
use connector_core::store::{Rows, Store, Tally};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::support::*;

/// The part of a run from which on files may not grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Pages,
    Seal,
    Finish,
}

const PARTS: [Part; 3] = [Part::Pages, Part::Seal, Part::Finish];

/// Points in each part.
const POINTS: u64 = 16;

/// Tells the child what to do: directory, temp directory, format, part, limit in bytes.
const CHILD: &str = "C1Z_FAULTS_CHILD";

/// Enough rows for files of some hundred pages, with a row that is dropped and one that is there twice.
fn pages() -> Vec<Rows> {
    let mut pages: Vec<Rows> = (0..8)
        .map(|page| {
            let users = (0..100).map(|n| user(&format!("u{page}-{n}")));
            users.collect::<Vec<_>>().into()
        })
        .collect();
    pages.push(vec![user("u0-0"), user("u0-1")].into());
    pages.push(vec![team("eng"), team("ops")].into());
    pages.push(vec![membership("eng"), membership("ops")].into());
    let grants = (0..100).map(|n| grant("eng", &format!("u1-{n}")));
    let gone = grant("ops", "who-is-gone");
    pages.push(grants.chain([gone]).collect::<Vec<_>>().into());
    pages
}

/// Puts the pages from the one on at which the store's work stopped.
fn put_from(store: &mut C1zStore, first: usize) -> connector_core::Result<()> {
    for (number, rows) in pages().into_iter().enumerate().skip(first) {
        store.put(&rows, at("2026-03-01T08:00:01Z"))?;
        store.commit(&checkpoint(Some(&(number + 1).to_string())))?;
    }
    Ok(())
}

fn limit(bytes: Option<u64>) {
    let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
    let current = bytes.or(maximum);
    setrlimit(Resource::Fsize, Rlimit { current, maximum }).unwrap();
}

/// The run of the child. Its last words are what the store reports.
#[test]
#[ignore = "the other tests here start it, in a process of its own"]
fn child() {
    let told = std::env::var(CHILD).expect("the other tests here set it");
    let told: Vec<&str> = told.split('|').collect();
    let [dir, temp, format, part, bytes] = told[..] else {
        panic!("{told:?}")
    };
    let format = [Format::V1, Format::V3]
        .into_iter()
        .find(|it| it.as_str() == format);
    let part = PARTS.into_iter().find(|it| format!("{it:?}") == part);
    let bytes = bytes.parse().unwrap();
    let options = StoreOptions {
        temp_dir: Some(PathBuf::from(temp)),
        format,
        ..StoreOptions::default()
    };
    let mut store = C1zStore::open(&Path::new(dir).join("sync.c1z"), options).unwrap();
    store.begin(&spec_at(1)).unwrap();
    let mut end = || {
        let limited = |now| {
            if part == Some(now) {
                limit(Some(bytes));
            }
        };
        limited(Part::Pages);
        put_from(&mut store, 0)?;
        limited(Part::Seal);
        store.seal(&mut Tally::default())?;
        limited(Part::Finish);
        store.finish(at("2026-03-01T08:00:02.5Z"))
    };
    let report = match end() {
        Ok(_) => "done".to_owned(),
        Err(error) => match store.abandon(true) {
            Ok(kept) => format!("kept={kept} {error}"),
            Err(problem) => format!("unknown {error}; {problem}"),
        },
    };
    drop(store);
    // The report goes into a file, which must be allowed to grow.
    limit(None);
    fs::write(Path::new(dir).join("report"), report).unwrap();
}

/// Runs the child; `None` when it was killed, else its report.
fn run(scene: &Scene, part: Part, bytes: u64, killed: bool) -> Option<String> {
    let setup = if killed { ":" } else { "trap '' XFSZ" };
    let (dir, temp) = (scene.dir.path().display(), scene.temp.path().display());
    let format = scene.format.unwrap().as_str();
    let out: Output = Command::new("sh")
        .args(["-c", &format!("ulimit -c 0; {setup}; exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "faults::child", "--ignored"])
        .env(CHILD, format!("{dir}|{temp}|{format}|{part:?}|{bytes}"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let report = scene.dir.path().join("report");
    let said = fs::read_to_string(&report).ok();
    assert_eq!(said.is_some(), out.status.success(), "{out:?}");
    if said.is_some() {
        fs::remove_file(report).unwrap();
    }
    said
}

/// The next run, which nothing disturbs; returns whether it went on with the work.
fn complete(scene: &Scene, expected: &[Vec<String>; 2], what: &str) -> bool {
    let mut store = scene.open().unwrap();
    let begun = store.begin(&spec_at(2)).unwrap();
    let next = begun.checkpoint.as_ref().map(|it| {
        let next = it.position.next.as_ref().unwrap();
        next.as_str().parse().unwrap()
    });
    put_from(&mut store, next.unwrap_or(0)).unwrap();
    let day = if next.is_some() { 1 } else { 2 };
    end(&mut store, day);
    drop(store);
    let expected = &expected[usize::from(day) - 1];
    assert!(scene.rows_of(day) == *expected, "{what}: other rows");
    assert_eq!(scene.syncs().len(), syncs(scene), "{what}");
    assert_eq!(scene.leftovers(), Vec::<String>::new(), "{what}");
    next.is_some()
}

/// How many syncs there are after a run over the earlier one.
fn syncs(scene: &Scene) -> usize {
    match scene.format {
        Some(Format::V3) => 1,
        _ => 2,
    }
}

/// What a run without faults writes on the first and on the second day, and the size of what is in its file.
fn undisturbed(format: Format) -> ([Vec<String>; 2], u64) {
    let mut size = 0;
    let rows = [1, 2].map(|day| {
        let scene = Scene::with_earlier(format);
        let mut store = scene.open().unwrap();
        store.begin(&spec_at(day)).unwrap();
        put_from(&mut store, 0).unwrap();
        size = end(&mut store, day).1.decoded_bytes;
        scene.rows_of(day)
    });
    (rows, size)
}

/// Every point of a part, up to one at which nothing fails any more.
fn sweep(format: Format, killed: bool, ended: impl Fn(Part, Option<&str>, bool, &str)) {
    let (expected, size) = undisturbed(format);
    for part in PARTS {
        let mut outcomes = BTreeSet::new();
        for point in 0..=POINTS {
            // One byte more than a whole number of pages leaves a page half written.
            let bytes = size * 5 / 4 * point / POINTS + point % 2;
            let what = format!("{part:?} {bytes}");
            let scene = Scene::with_earlier(format);
            let before = fs::read(&scene.path).unwrap();
            let report = run(&scene, part, bytes, killed);
            if report.as_deref() == Some("done") {
                outcomes.insert("done");
                assert!(scene.rows_of(1) == expected[0], "{what}: other rows");
                assert_eq!(scene.leftovers(), Vec::<String>::new(), "{what}");
                continue;
            }
            outcomes.insert("ended early");
            assert!(
                fs::read(&scene.path).unwrap() == before,
                "{what}: the file has changed"
            );
            let temporary = fs::read_dir(scene.temp.path()).unwrap().count();
            let resumed = complete(&scene, &expected, &what);
            if !killed {
                assert_eq!(temporary, 0, "{what}");
            }
            ended(part, report.as_deref(), resumed, &what);
        }
        assert_eq!(outcomes.len(), 2, "{part:?}: {outcomes:?}");
    }
}

#[test]
fn a_write_that_fails_costs_nothing_that_is_said_to_be_kept() {
    in_both_formats(|format| {
        sweep(format, false, |_, report, resumed, what| {
            let report = report.expect("no signal kills it");
            let kept = report.starts_with("kept=true");
            assert!(kept || report.starts_with("kept=false"), "{what}: {report}");
            assert_eq!(resumed, kept, "{what}: {report}");
        });
    });
}

#[test]
fn a_process_that_is_killed_loses_no_complete_page() {
    in_both_formats(|format| {
        sweep(format, true, |part, report, resumed, what| {
            assert_eq!(report, None, "{what}");
            // All pages were complete before the end began.
            if part != Part::Pages {
                assert!(resumed, "{what}");
            }
        });
    });
}
