//! Goes through the syncs in order of time, judges each day with a sync as `check --as-of` would, and keeps what changed.
//!
//! A thread of its own opens the next file and reads the people or accounts in it. What is held is the newest sync of
//! each system, the one before it for HR systems, and the one that comes next.

use std::sync::mpsc::{Receiver, sync_channel};

use connector_core::{Context, Error, ErrorKind, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::accounts::Accounts;
use super::findings::{Spans, Turned};
use super::leavers::Leavers;
use super::movement::{Movement, Step};
use super::people::People;
use super::series::{DatedSync, Series};
use crate::check::input::HrFile;
use crate::check::{
    AppsRead, CheckContext, Findings, Input, LoadedFile, Policy, Severity, examine_in,
};
use crate::source::OpenArgs;

/// Files that are read ahead.
const AHEAD: usize = 1;

/// A day that was judged.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) day: Date,
    /// Positions of the systems of which there was a sync.
    pub(super) systems: Vec<usize>,
    /// Open findings by severity, in the order of [`Severity::ALL`].
    pub(super) open: [u64; Severity::ALL.len()],
    /// Findings that the policy accepted.
    pub(super) accepted: u64,
    pub(super) turned: Turned,
}

/// What was seen over time.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) points: Vec<Point>,
    pub(super) spans: Spans,
    pub(super) people: People,
    pub(super) accounts: Accounts,
    pub(super) leavers: Leavers,
    pub(super) movement: Movement,
    /// Days with syncs before the first one of an HR system; they were not judged.
    pub(super) before_hr: usize,
    /// Files whose people or accounts have nothing to do with those of the sync before.
    pub(super) strange: Vec<String>,
    /// Notes of the checks of the last day.
    pub(super) last_notes: Vec<String>,
}

/// Judges all days.
///
/// # Errors
/// When a file cannot be read or is damaged, or a link of the policy is wrong.
pub(super) fn replay(
    series: &Series,
    policy: &Policy,
    zone: &TimeZone,
    open: &OpenArgs,
) -> Result<Seen> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(AHEAD);
        let reader = move || {
            for sync in &series.syncs {
                let loaded = load(sync, series, open);
                let has_failed = loaded.is_err();
                // Without a receiver the replay has failed itself and says why.
                if send.send(loaded).is_err() || has_failed {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("files".to_owned());
        thread.spawn_scoped(scope, reader).map_err(|e| {
            let message = format!("a thread cannot be started: {e}");
            Error::new(ErrorKind::Precondition, message).caused_by(e)
        })?;
        Replay::new(series, policy, zone).run(&receive)
    })
}

/// Reads a sync. The file is called by its system, so that a policy and its links mean it under every date.
fn load(sync: &DatedSync, series: &Series, open: &OpenArgs) -> Result<LoadedFile> {
    let source = sync.open(open)?;
    let shown = source.shown();
    let mut loaded = LoadedFile::of(source).during(format!("reading {shown}"))?;
    loaded.source.path = format!("{}.c1z", series.systems[sync.system].name).into();
    Ok(loaded)
}

struct Replay<'s> {
    series: &'s Series,
    policy: &'s Policy,
    zone: &'s TimeZone,
    input: Input,
    /// Positions of the systems of `input.hr`, and whether there is a new sync of each since the last day.
    hr: Vec<(usize, bool)>,
    /// The same for `input.apps`.
    apps: Vec<(usize, bool)>,
    seen: Seen,
    first_hr_day: Option<Date>,
}

impl<'s> Replay<'s> {
    fn new(series: &'s Series, policy: &'s Policy, zone: &'s TimeZone) -> Self {
        Self {
            series,
            policy,
            zone,
            input: Input {
                hr: Vec::new(),
                apps: Vec::new(),
                timezone: zone.clone(),
                evidence: Vec::new(),
            },
            hr: Vec::new(),
            apps: Vec::new(),
            seen: Seen::default(),
            first_hr_day: None,
        }
    }

    fn run(mut self, files: &Receiver<Result<LoadedFile>>) -> Result<Seen> {
        let mut syncs = self.series.syncs.iter().peekable();
        while let Some(sync) = syncs.next() {
            let loaded = files.recv().map_err(|_| {
                Error::new(
                    ErrorKind::Bug,
                    "the thread that reads files ended before its work",
                )
            })??;
            self.take(sync.system, loaded);
            let is_last = syncs.peek().is_none_or(|next| next.day > sync.day);
            if is_last {
                self.judge(sync.day)
                    .during(format!("judging {}", sync.day))?;
            }
        }
        Ok(self.seen)
    }

    /// Puts a sync in the place of the one before it of the same system.
    fn take(&mut self, system: usize, mut loaded: LoadedFile) {
        loaded.roster.read_states(&self.policy.states);
        let is_hr = self.series.systems[system].is_hr;
        let list = if is_hr { &mut self.hr } else { &mut self.apps };
        let place = list.iter().position(|(it, _)| *it == system);
        let at = place.unwrap_or_else(|| list.iter().filter(|(it, _)| *it < system).count());
        match place {
            Some(at) => {
                list[at].1 = true;
                let now = if is_hr {
                    &self.input.hr[at].now
                } else {
                    &self.input.apps[at]
                };
                self.seen
                    .strange
                    .extend(strange(now, &loaded, &self.series.systems[system].name));
            }
            None => list.insert(at, (system, true)),
        }
        match (is_hr, place.is_some()) {
            (true, true) => {
                let hr = &mut self.input.hr[at];
                hr.earlier = Some(std::mem::replace(&mut hr.now, loaded));
            }
            (true, false) => self.input.hr.insert(
                at,
                HrFile {
                    now: loaded,
                    earlier: None,
                },
            ),
            (false, true) => self.input.apps[at] = loaded,
            (false, false) => self.input.apps.insert(at, loaded),
        }
    }

    fn judge(&mut self, day: Date) -> Result<()> {
        if self.hr.is_empty() {
            self.seen.before_hr += 1;
            return Ok(());
        }
        let first = *self.first_hr_day.get_or_insert(day);
        let Seen {
            people,
            accounts,
            leavers,
            movement,
            ..
        } = &mut self.seen;
        for (hr, &(system, _)) in self
            .input
            .hr
            .iter()
            .zip(&self.hr)
            .filter(|(_, (_, new))| *new)
        {
            if let Some(earlier) = &hr.earlier {
                let old_day = earlier.source.seen_on(self.zone).unwrap_or(day);
                let step = Step {
                    system,
                    before: (&earlier.roster, old_day),
                    after: (&hr.now.roster, day),
                    first,
                };
                movement.see(&step, people, leavers);
            }
        }
        let context = CheckContext::new(&self.input, self.policy, day, AppsRead::Access)?;
        leavers.see(&context, &self.hr, people, accounts);
        let hr: Vec<usize> = self.hr.iter().map(|(system, _)| *system).collect();
        let passed = accounts.see(&context, &hr, &self.apps, people);
        leavers.passed(&passed, day);
        let findings = examine_in(&context, &self.input, |_| true)?;
        drop(context);
        self.point(&findings);
        for (_, is_new) in self.hr.iter_mut().chain(&mut self.apps) {
            *is_new = false;
        }
        Ok(())
    }

    fn point(&mut self, findings: &Findings) {
        let earlier = self.input.hr.iter().zip(&self.hr);
        let earlier = earlier
            .filter(|(hr, _)| hr.earlier.is_some())
            .map(|(_, it)| it);
        // In the order of the files of findings.
        let files: Vec<usize> = self
            .hr
            .iter()
            .chain(earlier)
            .chain(&self.apps)
            .map(|(system, _)| *system)
            .collect();
        let is_first = self.seen.points.is_empty();
        let turned = self.seen.spans.see(findings, &files, is_first);
        let all = self.hr.iter().chain(&self.apps);
        let count = |severity| findings.open_of(severity).count() as u64;
        let accepted = findings.findings.iter().filter(|it| it.accepted.is_some());
        self.seen.points.push(Point {
            day: findings.as_of,
            systems: all.filter(|(_, new)| *new).map(|(it, _)| *it).collect(),
            open: Severity::ALL.map(count),
            accepted: accepted.count() as u64,
            turned,
        });
        self.seen.last_notes.clone_from(&findings.notes);
    }
}

/// Says so when no one of a file is in the file that is said to be of the same system.
fn strange(before: &LoadedFile, after: &LoadedFile, name: &str) -> Option<String> {
    let is_known = || {
        after
            .roster
            .iter()
            .any(|it| before.roster.get(&it.key).is_some())
    };
    let is_strange = !before.roster.is_empty() && !after.roster.is_empty() && !is_known();
    let when = |file: &LoadedFile| file.source.seen_at().map(|at| at.to_string());
    is_strange.then(|| {
        format!(
            "{name}: none of the people or accounts of {} is in the sync of {}; perhaps these are files of two systems",
            when(before).unwrap_or_default(),
            when(after).unwrap_or_default()
        )
    })
}
