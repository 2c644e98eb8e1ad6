//! The section on what the page rests on: the files with their digests and syncs, and how much the people of the
//! HR files have of what could be known.

use connector_core::Result;

use super::figures::{coverage, is_person};
use super::html::{Html, attr, class};
use super::parts::{
    Table, bar, counted, file_id, number, number_cell, percent, plain, row_heading, section, text,
    time,
};
use super::{Beside, Seen};
use crate::check::finding::Part;
use crate::check::input::LoadedFile;
use crate::identity::Status;

/// What a file holds.
pub(super) struct Holds {
    resources: u64,
    entitlements: u64,
    grants: u64,
    /// Syncs in the file, and those of them that never ended.
    syncs: (usize, usize),
}

impl Holds {
    /// Counts what the sync that is looked at holds.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(super) fn of(opened: &LoadedFile) -> Result<Self> {
        let reader = &opened.source.reader;
        let counts = reader.counts(&opened.source.sync.sync_id)?;
        let syncs = reader.syncs()?;
        let unfinished = syncs.iter().filter(|sync| sync.ended_at.is_none());
        Ok(Self {
            resources: counts.resources.values().sum(),
            entitlements: counts.entitlements.values().sum(),
            grants: counts.grants.values().sum(),
            syncs: (syncs.len(), unfinished.count()),
        })
    }
}

/// Writes the section.
pub(super) fn write(h: &mut Html, seen: &Seen<'_>) {
    section(h, "files", "What was read", |h| {
        files(h, seen);
        for Beside { what, path, sha256 } in &seen.beside {
            h.el("p", &[], |h| {
                h.text(format_args!("{what}: "));
                h.value(path);
                h.text(", SHA-256 ");
                h.tag("code", &[class("digest")], sha256);
            });
        }
        syncs(h, seen);
        h.tag("h3", &[], "How much is known of people");
        facts(h, seen);
    });
}

fn files(h: &mut Html, seen: &Seen<'_>) {
    let columns = [
        text("File"),
        text("Read as"),
        text("Sync ended"),
        number("Days before"),
        number("People or accounts"),
        number("Enabled"),
        number("Resources"),
        number("Entitlements"),
        number("Grants"),
    ];
    Table {
        id: "files-read",
        caption: "What the sync of each file holds, and how many days before the day of the report it ended",
        columns: &columns,
        sorted: None,
        long: false,
    }
    .write(h, |h| {
        for (at, (opened, holds)) in seen.opened.iter().enumerate() {
            let attrs = [attr("id", file_id(at))];
            h.el("tr", &attrs, |h| file(h, seen, at, opened, holds));
            h.line();
        }
    });
    Table {
        id: "files-origin",
        caption: "Which files these are",
        columns: &[
            text("File"),
            text("Path"),
            plain("SHA-256"),
            number("Bytes"),
            plain("Sync"),
        ],
        sorted: None,
        long: false,
    }
    .write(h, |h| {
        for (at, (opened, holds)) in seen.opened.iter().enumerate() {
            h.el("tr", &[], |h| origin(h, seen, at, opened, holds));
            h.line();
        }
    });
}

fn file(h: &mut Html, seen: &Seen<'_>, at: usize, opened: &LoadedFile, holds: &Holds) {
    let source = &opened.source;
    row_heading(h, seen.label(at));
    let part = seen.findings.files.get(at).map(|file| file.part);
    h.tag("td", &[class("nowrap")], part.map_or("", part_word));
    h.tag("td", &[class("nowrap")], time(source.seen_at()));
    let day = seen.findings.as_of;
    match source.seen_on().map(|seen_on| (day - seen_on).get_days()) {
        Some(days) => h.tag("td", &[class("n")], days),
        None => h.tag("td", &[class("n")], "–"),
    }
    let enabled = opened.roster.iter().filter(|i| i.status == Status::Enabled);
    number_cell(h, opened.roster.len());
    number_cell(h, enabled.count());
    for n in [holds.resources, holds.entitlements, holds.grants] {
        number_cell(h, usize::try_from(n).unwrap_or(usize::MAX));
    }
}

fn origin(h: &mut Html, seen: &Seen<'_>, at: usize, opened: &LoadedFile, holds: &Holds) {
    let source = &opened.source;
    row_heading(h, seen.label(at));
    h.el("td", &[], |h| h.value(&source.shown()));
    h.el("td", &[], |h| {
        h.tag("code", &[class("digest")], &source.sha256)
    });
    number_cell(h, usize::try_from(source.bytes).unwrap_or(usize::MAX));
    h.el("td", &[], |h| {
        h.el("code", &[class("digest")], |h| {
            h.value(&source.sync.sync_id)
        });
        let (all, unfinished) = holds.syncs;
        if all > 1 {
            let others = counted(all, "sync", "syncs");
            let says = match unfinished {
                0 => format!(", one of {others}"),
                n => format!(", one of {others}, {n} unfinished"),
            };
            h.tag("span", &[class("note")], says);
        }
    });
}

/// The syncs that joiners and leavers were told from.
fn syncs(h: &mut Html, seen: &Seen<'_>) {
    let stops = &seen.timeline.stops;
    if stops.len() < 2 {
        return;
    }
    Table {
        id: "syncs-compared",
        caption: "Syncs compared for joiners and leavers",
        columns: &[
            text("Sync ended"),
            text("Path"),
            plain("SHA-256"),
            plain("Sync"),
        ],
        sorted: Some((0, false)),
        long: true,
    }
    .write(h, |h| {
        for stop in stops {
            h.el("tr", &[], |h| {
                h.tag("td", &[class("nowrap")], time(Some(stop.at)));
                h.el("td", &[], |h| h.value(&stop.path.display().to_string()));
                h.el("td", &[], |h| {
                    h.tag("code", &[class("digest")], &stop.sha256);
                });
                h.el("td", &[], |h| {
                    h.el("code", &[class("digest")], |h| h.value(&stop.sync_id));
                });
            });
            h.line();
        }
    });
}

const fn part_word(part: Part) -> &'static str {
    match part {
        Part::Hr => "HR system",
        Part::App => "app",
        Part::EarlierHr => "HR system, earlier",
    }
}

fn facts(h: &mut Html, seen: &Seen<'_>) {
    let columns = [
        text("Fact"),
        text("File"),
        number("Have it"),
        number("Of"),
        number("Percent"),
        plain("Share"),
    ];
    Table {
        id: "facts",
        caption: "People who have a fact: of those who have not left, unless the fact says otherwise",
        columns: &columns,
        sorted: None,
        long: false,
    }
    .write(h, |h| {
        for (at, hr) in seen.input.hr.iter().enumerate() {
            let people = hr.now.roster.iter().filter(|p| is_person(p));
            for fact in coverage(people, seen.findings.as_of) {
                h.el("tr", &[], |h| {
                    h.tag("th", &[attr("scope", "row")], fact.fact);
                    h.el("td", &[], |h| seen.file(h, at));
                    number_cell(h, fact.have);
                    number_cell(h, fact.of);
                    match fact.of {
                        0 => h.tag("td", &[class("n")], "–"),
                        of => h.tag("td", &[class("n")], format_args!("{} %", percent(fact.have, of))),
                    }
                    h.el("td", &[class("bars")], |h| {
                        let missing = fact.of.saturating_sub(fact.have);
                        let parts = [("have", fact.have), ("missing", missing)];
                        bar(h, &parts, fact.of);
                    });
                });
                h.line();
            }
        }
    });
}
