//! What the command prints: the summary, the faults, each person's place in the lines, and who would lose their
//! manager.

use std::cmp::Reverse;

use connector_core::{Result, text};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{End, Fault, Graph};
use crate::console::{Console, write_failed};
use crate::identity::{Identity, Manager, Roster};
use crate::json;
use crate::source::Source;
use crate::table::{Cell, Format, Heading, Table, heading};

/// Managers listed as those with the widest spans.
const WIDEST: usize = 10;
/// People at the top that the summary names.
const TOPS: usize = 3;

const NAME: Heading<'_> = heading("name", "Name");
const ID: Heading<'_> = heading("id", "Id");
const REPORTS: Heading<'_> = heading("reports", "Reports");
const BELOW: Heading<'_> = heading("below", "All below");

/// The people of a sync and their lines. All listings leave out people who have left.
pub(super) struct Listing<'a> {
    pub(super) roster: &'a Roster,
    pub(super) graph: &'a Graph,
}

impl Listing<'_> {
    /// The people who have not left.
    fn current(&self) -> impl Iterator<Item = (usize, &Identity)> {
        let all = self.roster.iter().enumerate();
        all.filter(|&(at, _)| self.graph.is_current(at))
    }

    fn all_faults(&self) -> impl Iterator<Item = (&Identity, Fault)> {
        self.current()
            .flat_map(|(at, person)| self.graph.faults(at).map(move |fault| (person, fault)))
    }

    fn tops(&self) -> impl Iterator<Item = &Identity> {
        self.graph.tops().filter_map(|at| self.roster.at(at))
    }

    /// The number of managers above the person who has the most of them on a line that reaches the top.
    fn longest(&self) -> usize {
        let depths = self.current().filter_map(|(at, _)| self.depth(at));
        depths.max().unwrap_or(0)
    }

    fn depth(&self, at: usize) -> Option<usize> {
        let line = self.graph.line(at);
        matches!(line.end, End::Top(_)).then_some(line.steps)
    }

    /// Managers, the widest span first.
    fn managers(&self) -> Vec<(usize, &Identity)> {
        let managers = self.current().filter(|&(at, _)| self.graph.span(at) > 0);
        let mut managers: Vec<_> = managers.collect();
        managers.sort_by_key(|&(at, _)| Reverse(self.graph.span(at)));
        managers
    }

    /// The circles with a person who has not left.
    fn current_cycles(&self) -> impl Iterator<Item = &Vec<usize>> {
        let current = |cycle: &&Vec<usize>| cycle.iter().any(|&at| self.graph.is_current(at));
        self.graph.cycles().iter().filter(current)
    }

    pub(super) fn summary(&self, console: &mut Console<'_>) -> Result<()> {
        let tops: Vec<_> = self.tops().map(|p| p.name.as_str()).collect();
        let named = tops
            .iter()
            .take(TOPS)
            .map(|name| text::printable(name, text::MAX_VALUE_BYTES));
        let mut named = format!("  {}", named.collect::<Vec<_>>().join(", "));
        if tops.len() > TOPS {
            named.push_str(&format!(" and {} more", tops.len() - TOPS));
        }
        let managers = self.managers();
        let faults = self.all_faults().count();
        for (what, n, more) in [
            ("People who have not left", self.current().count(), ""),
            ("At the top", tops.len(), named.trim_end()),
            ("Managers", managers.len(), ""),
            ("Managers on the longest line", self.longest(), ""),
            ("Circles", self.current_cycles().count(), ""),
            ("Faults", faults, ""),
        ] {
            writeln!(console.out, "{what:<28}  {n:>6}{more}").map_err(write_failed)?;
        }
        if !managers.is_empty() {
            writeln!(console.out, "\nWidest spans").map_err(write_failed)?;
            let rows = managers.into_iter().take(WIDEST);
            let rows = rows.map(|(at, person)| {
                let (span, below) = (self.graph.span(at), self.graph.below(at));
                [name(person), id(person), count(span), count(below)]
            });
            print(console, Format::Table, [NAME, ID, REPORTS, BELOW], rows)?;
        }
        if faults > 0 {
            writeln!(console.out, "\nFaults").map_err(write_failed)?;
            self.faults(Format::Table, console)?;
        }
        Ok(())
    }

    pub(super) fn faults(&self, format: Format, console: &mut Console<'_>) -> Result<()> {
        let columns = [
            NAME,
            ID,
            heading("fault", "Fault"),
            heading("says", "What is wrong"),
        ];
        let rows = self.all_faults().map(|(person, fault)| {
            let says = fault.says(person, self.graph, self.roster);
            [name(person), id(person), fault.word().into(), says.into()]
        });
        print(console, format, columns, rows)
    }

    /// Each person with manager, depth and span.
    pub(super) fn all(&self, format: Format, console: &mut Console<'_>) -> Result<()> {
        let columns = [
            NAME,
            ID,
            heading("manager", "Manager"),
            heading("manager_id", "Manager id"),
            heading("depth", "Depth"),
            REPORTS,
            BELOW,
            heading("faults", "Faults"),
        ];
        let rows = self.current().map(|(at, person)| {
            let manager = match self.roster.manager(person) {
                Manager::Is(manager) => Some(manager),
                _ => None,
            };
            let faults = self.graph.faults(at).map(|fault| fault.word().into());
            [
                name(person),
                id(person),
                Cell::some(manager.map(|m| m.name.as_str()).or(person.manager.shown())),
                Cell::some(manager.map(|m| m.key.id.as_str())),
                self.depth(at).map_or(Cell::Absent, count),
                count(self.graph.span(at)),
                count(self.graph.below(at)),
                Cell::List(faults.collect()),
            ]
        });
        print(console, format, columns, rows)
    }

    /// The people who would be without a manager if the person at `at` left.
    pub(super) fn if_leaves(
        &self,
        at: usize,
        format: Format,
        console: &mut Console<'_>,
    ) -> Result<()> {
        let columns = [
            NAME,
            ID,
            heading("job_title", "Job title"),
            heading("department", "Department"),
        ];
        let people = self.graph.who_would_lose(at);
        let rows = people.filter_map(|at| self.roster.at(at)).map(|person| {
            let title = Cell::some(person.job_title.as_deref());
            let department = Cell::some(person.department.as_deref());
            [name(person), id(person), title, department]
        });
        print(console, format, columns, rows)
    }

    /// The summary as one object.
    pub(super) fn json(&self, source: &Source, day: Date, console: &mut Console<'_>) -> Result<()> {
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
        let managers = self.managers();
        let all = json!({
            "file": source.shown(),
            "sha256": source.sha256,
            "sync_id": source.sync.sync_id,
            "as_of": day,
            "people": self.current().count(),
            "managers": managers.len(),
            "longest_line": self.longest(),
            "tops": self.tops().map(short).collect::<Value>(),
            "widest_spans": managers.iter().take(WIDEST).map(span).collect::<Value>(),
            "cycles": self.current_cycles().map(cycle).collect::<Value>(),
            "faults": self.all_faults().map(fault).collect::<Value>(),
        });
        json::write(console.out, &all)
    }
}

fn print<'a, const N: usize>(
    console: &mut Console<'_>,
    format: Format,
    columns: [Heading<'_>; N],
    rows: impl Iterator<Item = [Cell<'a>; N]>,
) -> Result<()> {
    let mut table = Table::new(console, format, columns.to_vec());
    for row in rows {
        table.row(&row)?;
    }
    table.finish()?;
    Ok(())
}

fn name(person: &Identity) -> Cell<'_> {
    person.name.as_str().into()
}

fn id(person: &Identity) -> Cell<'_> {
    person.key.id.as_str().into()
}

fn count(n: usize) -> Cell<'static> {
    Cell::Number(n as u64)
}
