//! The section on what the page rests on: the files with their digests and syncs, and how much the people of the
//! HR files have of what could be known.

use connector_core::Result;
use maud::{Markup, html};

use super::figures::{Coverage, coverage, is_person};
use super::parts::{
    Table, bar_cell, count, counted, file_id, number, number_cell, percent, plain, row_heading,
    section, text, time,
};
use super::value::Value;
use super::{OtherFile, ReportData};
use crate::check::finding::Part;
use crate::check::input::LoadedFile;
use crate::evidence::Attached;
use crate::expansion::Expansion;
use crate::identity::Status;

/// What a file holds.
pub(super) struct FileCounts {
    resources: u64,
    entitlements: u64,
    grants: u64,
    /// What follows from groups in groups and the file has no grant for.
    through_groups: u64,
    syncs: usize,
    /// Syncs that never ended.
    unfinished: usize,
}

impl FileCounts {
    /// Counts what the sync that is looked at holds.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(super) fn of(file: &LoadedFile) -> Result<Self> {
        let reader = &file.source.reader;
        let counts = reader.counts(&file.source.sync.sync_id)?;
        let syncs = reader.syncs()?;
        let mut through_groups = 0;
        Expansion::whole(&file.source)?.for_each(|_, _| {
            through_groups += 1;
            Ok(())
        })?;
        let unfinished = syncs.iter().filter(|sync| sync.ended_at.is_none());
        Ok(Self {
            resources: counts.rows.resources.values().sum(),
            entitlements: counts.rows.entitlements.values().sum(),
            grants: counts.rows.grants.values().sum(),
            through_groups,
            syncs: syncs.len(),
            unfinished: unfinished.count(),
        })
    }
}

/// The section.
pub(super) fn section_of(data: &ReportData<'_>) -> Markup {
    let inside = html! {
        (files(data))
        (origins(data))
        (evidence(data))
        @for OtherFile { what, path, sha256 } in &data.others {
            p { (what) ": " (Value(path)) ", SHA-256 " code.digest { (sha256) } }
        }
        (syncs(data))
        h3 { "How much is known of people" }
        (facts(data))
    };
    section("files", "What was read", inside)
}

fn files(data: &ReportData<'_>) -> Markup {
    let table = Table {
        id: "files-read",
        caption: "What the sync of each file holds, and how many days before the day of the report it ended",
        columns: &[
            text("File"),
            text("Read as"),
            text("Sync ended"),
            number("Days before"),
            number("People or accounts"),
            number("Enabled"),
            number("Resources"),
            number("Entitlements"),
            number("Grants"),
            number("Through groups"),
        ],
        sorted: None,
        long: false,
    };
    let rows = data.files.iter().enumerate().map(|(at, (file, counts))| {
        let source = &file.source;
        let part = data.findings.files.get(at).map(|file| file.part);
        let ended_on = source.seen_on(&data.input.timezone);
        let days = ended_on.map(|ended_on| (data.findings.as_of - ended_on).get_days());
        let people = file.roster.iter();
        let enabled = people.filter(|p| p.status == Status::Enabled).count();
        html! {
            tr id=(file_id(at)) {
                (row_heading(data.label(at)))
                td.nowrap { (part.map_or("", part_word)) }
                td.nowrap { (time(source.seen_at())) }
                td.n { @if let Some(days) = days { (days) } @else { "–" } }
                (number_cell(file.roster.len()))
                (number_cell(enabled))
                @for n in [counts.resources, counts.entitlements, counts.grants, counts.through_groups] {
                    td.n.zero[n == 0] { (count(n)) }
                }
            }
        }
    });
    table.of(rows)
}

fn origins(data: &ReportData<'_>) -> Markup {
    let table = Table {
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
    };
    let rows = data.files.iter().enumerate().map(|(at, (file, counts))| {
        let source = &file.source;
        html! {
            tr {
                (row_heading(data.label(at)))
                td { (Value(&source.shown())) }
                td { code.digest { (source.sha256) } }
                td.n { (count(source.bytes)) }
                td {
                    code.digest { (Value(&source.sync.sync_id)) }
                    @if counts.syncs > 1 {
                        span.note {
                            ", one of " (counted(counts.syncs, "sync", "syncs"))
                            @if counts.unfinished > 0 { ", " (counts.unfinished) " unfinished" }
                        }
                    }
                }
            }
        }
    });
    table.of(rows)
}

/// What evidence says of the files, where some was given.
fn evidence(data: &ReportData<'_>) -> Markup {
    let files = data.findings.files.iter().enumerate();
    let files = files.filter_map(|(at, file)| Some((at, file.evidence.as_ref()?)));
    let files: Vec<(usize, &Attached)> = files.collect();
    if files.is_empty() {
        return Markup::default();
    }
    let rows = files.iter().map(|&(at, evidence)| {
        html! {
            tr {
                (row_heading(data.label(at)))
                td { (Value(&evidence.verdict())) }
                td { (Value(&evidence.program)) }
                td { (Value(&evidence.path)) }
                td { code.digest { (evidence.sha256) } }
                td { (signature(evidence)) }
            }
        }
    });
    let table = Table {
        id: "files-evidence",
        caption: "What evidence says of the files. That a signature fits the key that the evidence names proves who signed only where this key came another way",
        columns: &[
            text("File"),
            text("Complete"),
            text("Written by"),
            text("Evidence"),
            plain("SHA-256"),
            plain("Signature"),
        ],
        sorted: None,
        long: false,
    };
    html! { (table.of(rows)) (listings(data, &files)) }
}

fn signature(evidence: &Attached) -> Markup {
    let key = evidence.public_key.as_deref().unwrap_or_default();
    html! {
        @match evidence.fits_its_key {
            None => "not signed",
            Some(true) => { "fits " code.digest { (Value(key)) } },
            Some(false) => { span.bad { "does not fit" } " " code.digest { (Value(key)) } },
        }
    }
}

/// The verdict on each type that the connectors listed.
fn listings(data: &ReportData<'_>, files: &[(usize, &Attached)]) -> Markup {
    let all = files
        .iter()
        .flat_map(|&(at, evidence)| evidence.listings.iter().map(move |it| (at, it)));
    let rows = all.map(|(at, listing)| {
        let lacks: Vec<String> = listing.lacks.iter().map(ToString::to_string).collect();
        html! {
            tr {
                (row_heading(data.label(at)))
                td { (Value(listing.resource_type.as_str())) }
                td { (listing.kind.as_str()) }
                @match lacks.is_empty() {
                    true => td.good { "complete" },
                    false => td.bad { (Value(&lacks.join("; "))) },
                }
                td.n { @if let Some(stated) = listing.stated { (count(stated)) } @else { "–" } }
                @for n in [listing.seen, listing.stored, listing.pages, listing.requests] {
                    td.n { (count(n)) }
                }
            }
        }
    });
    Table {
        id: "evidence-types",
        caption: "What was listed, by type: how many the vendor stated, how many came, how many are in the file",
        columns: &[
            text("File"),
            text("Type"),
            text("What"),
            text("Verdict"),
            number("Stated"),
            number("Seen"),
            number("In the file"),
            number("Pages"),
            number("Requests"),
        ],
        sorted: None,
        long: true,
    }
    .of(rows)
}

/// The syncs that joiners and leavers were found by.
fn syncs(data: &ReportData<'_>) -> Markup {
    let syncs = &data.timeline.syncs;
    if syncs.len() < 2 {
        return Markup::default();
    }
    let rows = syncs.iter().map(|sync| {
        html! {
            tr {
                td.nowrap { (time(Some(sync.ended_at))) }
                td { (Value(&sync.path.display().to_string())) }
                td { code.digest { (sync.sha256) } }
                td { code.digest { (Value(&sync.sync_id)) } }
            }
        }
    });
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
    .of(rows)
}

const fn part_word(part: Part) -> &'static str {
    match part {
        Part::Hr => "HR system",
        Part::App => "app",
        Part::EarlierHr => "HR system, earlier",
    }
}

fn facts(data: &ReportData<'_>) -> Markup {
    let rows = data.input.hr.iter().enumerate().flat_map(|(at, hr)| {
        let people = hr.now.roster.iter().filter(|p| is_person(p));
        let facts = coverage(people, data.findings.as_of).into_iter();
        facts.map(move |fact| fact_row(data, at, fact))
    });
    Table {
        id: "facts",
        caption: "People who have a fact: of those who have not left, unless the fact says otherwise",
        columns: &[
            text("Fact"),
            text("File"),
            number("Have it"),
            number("Of"),
            number("Percent"),
            plain("Share"),
        ],
        sorted: None,
        long: false,
    }
    .of(rows)
}

fn fact_row(data: &ReportData<'_>, file: usize, Coverage { fact, have, of }: Coverage) -> Markup {
    let parts = [("have", have), ("missing", of.saturating_sub(have))];
    html! {
        tr {
            th scope="row" { (fact) }
            td { (data.file(file)) }
            (number_cell(have))
            (number_cell(of))
            td.n { @if of == 0 { "–" } @else { (percent(have, of)) " %" } }
            (bar_cell(&parts, of))
        }
    }
}
