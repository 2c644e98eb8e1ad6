//! What the command prints: the summary, the faults, everybody's line, and who would lose their manager.

use std::cmp::Reverse;

use connector_core::{Result, text};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{End, Fault, Graph};
use crate::identity::{Identity, Manager, Roster};
use crate::json;
use crate::source::Source;
use crate::stage::{Stage, write_failed};
use crate::table::{Cell, Format, Heading, Table, heading};

/// Managers listed as those with the widest spans.
const WIDEST: usize = 10;
/// People at the top that the summary names.
const TOPS: usize = 3;

const SPANS: &[Heading<'_>] = &[
    heading("name", "Name"),
    heading("id", "Id"),
    heading("reports", "Reports"),
    heading("below", "All below"),
];

const FAULTS: &[Heading<'_>] = &[
    heading("name", "Name"),
    heading("id", "Id"),
    heading("fault", "Fault"),
    heading("says", "What is wrong"),
];

const EVERYBODY: &[Heading<'_>] = &[
    heading("name", "Name"),
    heading("id", "Id"),
    heading("manager", "Manager"),
    heading("manager_id", "Manager id"),
    heading("depth", "Depth"),
    heading("reports", "Reports"),
    heading("below", "All below"),
    heading("faults", "Faults"),
];

const BEREFT: &[Heading<'_>] = &[
    heading("name", "Name"),
    heading("id", "Id"),
    heading("job_title", "Job title"),
    heading("department", "Department"),
];

/// The people of a sync and their lines.
pub(super) struct Seen<'a> {
    pub(super) roster: &'a Roster,
    pub(super) graph: &'a Graph,
}

impl Seen<'_> {
    /// Everybody whose line matters.
    fn current(&self) -> impl Iterator<Item = (usize, &Identity)> {
        let all = self.roster.iter().enumerate();
        all.filter(|&(at, _)| self.graph.is_current(at))
    }

    /// Every fault of everybody whose line matters.
    fn all_faults(&self) -> impl Iterator<Item = (&Identity, Fault)> {
        self.current()
            .flat_map(|(at, person)| self.graph.faults(at).map(move |fault| (person, fault)))
    }

    fn tops(&self) -> impl Iterator<Item = &Identity> {
        self.graph.tops().filter_map(|at| self.roster.at(at))
    }

    /// The most managers that anybody has above them on a line that reaches the top.
    fn longest(&self) -> usize {
        let depths = self.current().filter_map(|(at, _)| self.depth(at));
        depths.max().unwrap_or(0)
    }

    fn depth(&self, at: usize) -> Option<usize> {
        let line = self.graph.line(at);
        matches!(line.end, End::Top(_)).then_some(line.steps)
    }

    /// Managers who have not left, the widest span first.
    fn widest(&self) -> Vec<(usize, &Identity)> {
        let mut managers: Vec<_> = self
            .current()
            .filter(|&(at, _)| self.graph.span(at) > 0)
            .collect();
        managers.sort_by_key(|&(at, _)| Reverse(self.graph.span(at)));
        managers
    }

    pub(super) fn summary(&self, stage: &mut Stage<'_>) -> Result<()> {
        let tops: Vec<_> = self.tops().collect();
        let named: Vec<_> = tops
            .iter()
            .take(TOPS)
            .map(|p| text::printable(&p.name, text::MAX_VALUE_BYTES))
            .collect();
        let named = match (tops.len(), tops.len() - named.len()) {
            (0, _) => String::new(),
            (_, 0) => format!("  {}", named.join(", ")),
            (_, more) => format!("  {} and {more} more", named.join(", ")),
        };
        let widest = self.widest();
        let faults = self.all_faults().count();
        let lines = [
            ("People who have not left", self.current().count(), ""),
            ("At the top", tops.len(), named.as_str()),
            ("Managers", widest.len(), ""),
            ("Managers on the longest line", self.longest(), ""),
            ("Circles", self.current_cycles().count(), ""),
            ("Faults", faults, ""),
        ];
        for (what, n, more) in lines {
            writeln!(stage.out, "{what:<28}  {n:>6}{more}").map_err(write_failed)?;
        }
        if !widest.is_empty() {
            writeln!(stage.out, "\nWidest spans").map_err(write_failed)?;
            let mut table = Table::new(stage, Format::Table, SPANS.to_vec());
            for &(at, person) in widest.iter().take(WIDEST) {
                table.row(&[
                    person.name.as_str().into(),
                    person.key.id.as_str().into(),
                    count(self.graph.span(at)),
                    count(self.graph.below(at)),
                ])?;
            }
            table.finish()?;
        }
        if faults > 0 {
            writeln!(stage.out, "\nFaults").map_err(write_failed)?;
            self.faults(Format::Table, stage)?;
        }
        Ok(())
    }

    pub(super) fn faults(&self, format: Format, stage: &mut Stage<'_>) -> Result<()> {
        let mut table = Table::new(stage, format, FAULTS.to_vec());
        for (person, fault) in self.all_faults() {
            table.row(&[
                person.name.as_str().into(),
                person.key.id.as_str().into(),
                fault.word().into(),
                fault.says(person, self.graph, self.roster).into(),
            ])?;
        }
        table.finish()?;
        Ok(())
    }

    pub(super) fn everybody(&self, format: Format, stage: &mut Stage<'_>) -> Result<()> {
        let mut table = Table::new(stage, format, EVERYBODY.to_vec());
        for (at, person) in self.current() {
            let manager = match self.roster.manager(person) {
                Manager::Is(manager) => Some(manager),
                _ => None,
            };
            let faults = self.graph.faults(at).map(|fault| fault.word().into());
            table.row(&[
                person.name.as_str().into(),
                person.key.id.as_str().into(),
                Cell::some(manager.map(|m| m.name.as_str()).or(person.manager.shown())),
                Cell::some(manager.map(|m| m.key.id.as_str())),
                self.depth(at).map_or(Cell::Absent, count),
                count(self.graph.span(at)),
                count(self.graph.below(at)),
                Cell::List(faults.collect()),
            ])?;
        }
        table.finish()?;
        Ok(())
    }

    /// Who would be without a manager if the person at `at` left.
    pub(super) fn bereft(&self, at: usize, format: Format, stage: &mut Stage<'_>) -> Result<()> {
        let mut table = Table::new(stage, format, BEREFT.to_vec());
        for person in self
            .graph
            .who_would_lose(at)
            .filter_map(|at| self.roster.at(at))
        {
            table.row(&[
                person.name.as_str().into(),
                person.key.id.as_str().into(),
                Cell::some(person.job_title.as_deref()),
                Cell::some(person.department.as_deref()),
            ])?;
        }
        table.finish()?;
        Ok(())
    }

    /// The circles in which somebody has not left.
    fn current_cycles(&self) -> impl Iterator<Item = &Vec<usize>> {
        let current = |cycle: &&Vec<usize>| cycle.iter().any(|&at| self.graph.is_current(at));
        self.graph.cycles().iter().filter(current)
    }

    /// The summary as one object.
    pub(super) fn json(&self, source: &Source, day: Date, stage: &mut Stage<'_>) -> Result<()> {
        let short = |p: &Identity| json!({"id": p.key.id, "name": p.name});
        let span = |&(at, p): &(usize, &Identity)| {
            json!({
                "id": p.key.id,
                "name": p.name,
                "reports": self.graph.span(at),
                "below": self.graph.below(at),
            })
        };
        let cycle = |cycle: &Vec<usize>| -> Value {
            let people = cycle.iter().filter_map(|&at| self.roster.at(at));
            people.map(short).collect()
        };
        let fault = |(person, fault): (&Identity, Fault)| {
            json!({
                "id": person.key.id,
                "name": person.name,
                "fault": fault.word(),
                "says": fault.says(person, self.graph, self.roster),
            })
        };
        let widest = self.widest();
        let all = json!({
            "file": source.shown(),
            "sha256": source.sha256,
            "sync_id": source.sync.sync_id,
            "as_of": day.to_string(),
            "people": self.current().count(),
            "managers": widest.len(),
            "longest_line": self.longest(),
            "tops": self.tops().map(short).collect::<Value>(),
            "widest_spans": widest.iter().take(WIDEST).map(span).collect::<Value>(),
            "cycles": self.current_cycles().map(cycle).collect::<Value>(),
            "faults": self.all_faults().map(fault).collect::<Value>(),
        });
        json::write(stage.out, &all)
    }
}

fn count(n: usize) -> Cell<'static> {
    Cell::Number(n as u64)
}
