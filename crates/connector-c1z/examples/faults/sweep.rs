//! Which calls are disturbed, and what is printed of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use connector_c1z::Format;

use crate::outcome::{Came, Case, Disturbance, Point, copy};
use crate::run::{self, DAY};

/// People of a small run. Sorting has 4 KiB, so that it needs a file many times.
const SMALL: (usize, usize) = (300, 4);
const LARGE: (usize, usize) = (100_000, 0);

/// Calls of a class that are disturbed in one way in a small run: all of them, or as many, evenly spread.
const MOST_OF_CLASS: usize = 24;
/// Calls that are disturbed in a large run, evenly spread over all.
const LARGE_POINTS: usize = 10;

/// Calls that do not fail: the standard library panics when a directory cannot be closed, and does not say so of a file.
const NEVER_FAILS: &str = "close";
/// What a full disk makes fail.
const WRITING: [&str; 6] = ["write", "truncate", "open", "rename", "mkdir", "sync"];

/// Disturbs runs of both formats; returns the exit code.
pub(crate) fn sweep(inject: &Path, large: bool) -> u8 {
    let mut failures = 0;
    for format in [Format::V1, Format::V3] {
        match tempfile::tempdir()
            .map_err(|e| e.to_string())
            .and_then(|directory| {
                let case = prepare(inject, directory.path(), format, large)?;
                sweep_format(&case, large)
            }) {
            Ok(count) => failures += count,
            Err(problem) => {
                say(&format!("{format}: {problem}"));
                failures += 1;
            }
        }
    }
    u8::from(failures > 0)
}

fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// A run behind its last page over an earlier file, and what it comes to without a disturbance.
fn prepare(inject: &Path, directory: &Path, format: Format, large: bool) -> Result<Case, String> {
    let (people, memory) = if large { LARGE } else { SMALL };
    let mut case = Case {
        inject: inject.to_owned(),
        directory: directory.to_owned(),
        format,
        people,
        memory,
        old: Vec::new(),
        new: Vec::new(),
        next: Vec::new(),
    };
    let failed = |e: connector_core::Error| e.to_string();
    let io_failed = |e: io::Error| e.to_string();
    let place = run::Place::make(&case.template()).map_err(io_failed)?;
    run::whole(&place, format, DAY - 1, SMALL.0).map_err(failed)?;
    case.old = fs::read(&place.file).map_err(io_failed)?;
    run::all_pages(&place, format, DAY, people).map_err(failed)?;
    let scratch = directory.join("undisturbed");
    let place = copy(&case.template(), &scratch).map_err(io_failed)?;
    if !run::whole(&place, format, DAY + 1, people).map_err(failed)? {
        return Err("the run is not gone on with".into());
    }
    case.new = fs::read(&place.file).map_err(io_failed)?;
    run::whole(&place, format, DAY + 1, people).map_err(failed)?;
    case.next = fs::read(&place.file).map_err(io_failed)?;
    fs::remove_dir_all(&scratch).map_err(io_failed)?;
    Ok(case)
}

/// The calls of the end of a run: how many of each class.
fn calls(case: &Case) -> Result<BTreeMap<String, usize>, String> {
    let directory = case.directory.join("listed");
    copy(&case.template(), &directory).map_err(|e| e.to_string())?;
    let (code, report, log) = case
        .inject(["list", "any", "0"], &directory)
        .map_err(|e| e.to_string())?;
    fs::remove_dir_all(&directory).map_err(|e| e.to_string())?;
    if code != Some(0) {
        return Err(format!("the run cannot be traced: {code:?} {report}"));
    }
    let mut calls = BTreeMap::new();
    for line in log.lines() {
        let class = line.split(' ').next().unwrap_or_default();
        *calls.entry(class.to_owned()).or_default() += 1;
    }
    Ok(calls)
}

/// `most` numbers from 1 to `count`, evenly spread, first and last included.
fn spread(count: usize, most: usize) -> Vec<usize> {
    let taken = count.min(most);
    (0..taken)
        .map(|at| 1 + at * (count - 1) / (taken - 1).max(1))
        .collect()
}

fn small_points(calls: &BTreeMap<String, usize>) -> Vec<Point> {
    let mut points = Vec::new();
    for disturbance in Disturbance::ALL {
        for (class, count) in calls {
            let fails = match disturbance {
                Disturbance::Killed => true,
                Disturbance::Full => WRITING.contains(&class.as_str()),
                Disturbance::Broken => class != NEVER_FAILS,
            };
            if !fails {
                continue;
            }
            points.extend(
                spread(*count, MOST_OF_CLASS)
                    .into_iter()
                    .map(|number| Point {
                        disturbance,
                        class: class.clone(),
                        number,
                    }),
            );
        }
    }
    points
}

/// Kills at any call, and full disks where something is written.
fn large_points(calls: &BTreeMap<String, usize>) -> Vec<Point> {
    let point = |disturbance, class: &str, number| Point {
        disturbance,
        class: class.to_owned(),
        number,
    };
    let killed = spread(calls.values().sum(), LARGE_POINTS / 2).into_iter();
    let writes = calls.get("write").copied().unwrap_or(0);
    let full = spread(writes, LARGE_POINTS - LARGE_POINTS / 2).into_iter();
    killed
        .map(|number| point(Disturbance::Killed, "any", number))
        .chain(full.map(|number| point(Disturbance::Full, "write", number)))
        .collect()
}

/// What was counted.
#[derive(Default)]
struct Tally {
    /// By disturbance and class: how many were visited.
    visited: BTreeMap<(&'static str, String), usize>,
    /// How runs ended, and how many.
    ends: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn add(&mut self, point: &Point, came: Result<Came, String>) {
        let how = point.disturbance.shown();
        let key = (how, point.class.clone());
        *self.visited.entry(key).or_default() += 1;
        let end = match came {
            Ok(Came::NotReached) => "not reached".to_owned(),
            Ok(Came::Done) => format!("{how}: done all the same"),
            Ok(Came::Failed(message)) => format!("{how}: {message}"),
            Ok(Came::Killed { renamed: true }) => "killed with the new file in place".to_owned(),
            Ok(Came::Killed { renamed: false }) => "killed with the old file in place".to_owned(),
            Err(problem) => {
                let (class, number) = (&point.class, point.number);
                self.failures
                    .push(format!("{how} at {class} {number}: {problem}"));
                return;
            }
        };
        *self.ends.entry(end).or_default() += 1;
    }
}

/// Returns how many points were not as they must be.
fn sweep_format(case: &Case, large: bool) -> Result<usize, String> {
    let calls = calls(case)?;
    let points = if large {
        large_points(&calls)
    } else {
        small_points(&calls)
    };
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = points.get(at) else { return };
                    let came = case.visit(point, &case.directory.join(format!("point-{at}")));
                    if let Ok(mut tally) = tally.lock() {
                        tally.add(point, came);
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().map_err(|_| "a thread panicked")?;
    print(case, &calls, &tally, large);
    Ok(tally.failures.len() + points.len() - tally.visited.values().sum::<usize>())
}

fn print(case: &Case, calls: &BTreeMap<String, usize>, tally: &Tally, large: bool) {
    let all: usize = calls.values().sum();
    say(&format!(
        "{}, {} people, {all} calls from sealing to the end",
        case.format, case.people
    ));
    for ((how, class), visited) in &tally.visited {
        let count = if large && class == "any" {
            Some(&all)
        } else {
            calls.get(class)
        };
        let count = count.copied().unwrap_or(0);
        say(&format!("  {how:7} {class:8} {visited} of {count} visited"));
    }
    for (end, count) in &tally.ends {
        say(&format!("  {count:5} {end}"));
    }
    for failure in &tally.failures {
        say(&format!("  FAILED {failure}"));
    }
}
