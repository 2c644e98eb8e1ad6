//! The org chart: who reports to whom, as lists that open and close.
//!
//! A page has to open quickly whatever the company's size, so the chart holds so many people and so many levels
//! at most, those near the top first, and states how many people it leaves out and where.

use std::collections::{HashSet, VecDeque};

use maud::{Markup, html};

use super::parts::{Filter, count, counted, cut_note};
use super::value::{BareValue, Value};
use crate::identity::{Identity, Lifecycle, Roster};
use crate::managers::{End, Graph, Link};

/// People in the chart at most.
const PEOPLE: usize = 10_000;
/// Levels of the chart at most. Browsers give up nesting at some depth.
const LEVELS: usize = 60;
/// Levels that are open at first, as long as so many people are seen at most.
const OPEN: usize = 2;
const SEEN: usize = 300;
/// Up to so many people everything is printed.
const PRINTED: usize = 1_000;

/// The chart of the people of the HR file at a position.
pub(super) fn chart(roster: &Roster, graph: &Graph, file: usize) -> Markup {
    let id = format!("chart-{}", file + 1);
    let chart = Chart::of(roster, graph);
    let all = (0..graph.len()).filter(|&at| chart.belongs(at)).count();
    if all == 0 {
        return html! { p.note { "The file has no person who has not left." } };
    }
    let filter = Filter {
        of: &id,
        label: "Find a person, title or department",
        choices: &[],
    };
    let what = "people, those nearest to the top";
    let elsewhere = "baton-audit managers FILE --all --csv";
    html! {
        div.controls {
            (filter.markup())
            div.buttons data-buttons=(id) hidden {
                button type="button" data-do="open" { "Open all" }
                button type="button" data-do="close" { "Close all" }
            }
        }
        (cut_note(chart.shown.len(), all, what, elsewhere))
        div.chart id=(id) data-print[all <= PRINTED] {
            @for (title, starts) in chart.groups() {
                h4 { (title) }
                "\n"
                ul { @for at in starts { (chart.person(at)) } }
            }
        }
    }
}

struct Chart<'a> {
    roster: &'a Roster,
    graph: &'a Graph,
    shown: HashSet<usize>,
    /// People whose reports are seen at first.
    open: HashSet<usize>,
}

impl<'a> Chart<'a> {
    /// Chooses who is shown: from the starts of all lines downwards, level by level.
    fn of(roster: &'a Roster, graph: &'a Graph) -> Self {
        let mut chart = Self {
            roster,
            graph,
            shown: HashSet::new(),
            open: HashSet::new(),
        };
        let mut queue: VecDeque<(usize, usize)> =
            chart.starts().into_iter().map(|at| (at, 1)).collect();
        let mut seen = queue.len();
        while let Some((at, level)) = queue.pop_front() {
            if chart.shown.len() == PEOPLE {
                break;
            }
            chart.shown.insert(at);
            let below = chart.below(at);
            if level <= OPEN && seen + below.len() <= SEEN {
                chart.open.insert(at);
                seen += below.len();
            }
            if level < LEVELS {
                queue.extend(below.into_iter().map(|at| (at, level + 1)));
            }
        }
        chart
    }

    /// Whether a person is in the chart of a company of any size: people who have not left, and those who have
    /// but to whom others still report.
    fn belongs(&self, at: usize) -> bool {
        self.graph.is_current(at) || self.graph.below(at) > 0
    }

    /// The people at whom lines end, those at the top with the most people first.
    fn starts(&self) -> Vec<usize> {
        let ends =
            (0..self.graph.len()).filter(|&at| self.graph.line(at).steps == 0 && self.belongs(at));
        self.in_order(ends)
    }

    /// The reports of a person that the chart shows below them. Within a circle each person stands alone.
    fn below(&self, at: usize) -> Vec<usize> {
        let reports = self.graph.reports(at).iter().copied();
        self.in_order(reports.filter(|&at| self.graph.line(at).steps > 0 && self.belongs(at)))
    }

    /// Managers of many first, then by name.
    fn in_order(&self, people: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut people: Vec<usize> = people.collect();
        let name = |at: usize| self.roster.at(at).map(|p| p.name.as_str());
        people.sort_by(|&a, &b| {
            let below = self.graph.below(b).cmp(&self.graph.below(a));
            below.then_with(|| name(a).cmp(&name(b))).then(a.cmp(&b))
        });
        people
    }

    /// The parts of the chart by how lines end.
    fn groups(&self) -> Vec<(&'static str, Vec<usize>)> {
        let mut groups: Vec<(&'static str, Vec<usize>)> = Vec::new();
        let starts = self.starts().into_iter();
        let mut starts: Vec<_> = starts.filter(|at| self.shown.contains(at)).collect();
        starts.sort_by_key(|&at| kind(self.graph.line(at).end).0);
        for at in starts {
            let (_, title) = kind(self.graph.line(at).end);
            match groups.last_mut() {
                Some((last, people)) if *last == title => people.push(at),
                _ => groups.push((title, vec![at])),
            }
        }
        groups
    }

    fn person(&self, at: usize) -> Markup {
        let Some(person) = self.roster.at(at) else {
            return Markup::default();
        };
        let below = self.below(at);
        let shown: Vec<usize> = below
            .iter()
            .copied()
            .filter(|at| self.shown.contains(at))
            .collect();
        let missing = below.len() - shown.len();
        html! {
            li {
                @if below.is_empty() {
                    (self.label(at, person, 0))
                } @else {
                    details open[self.open.contains(&at)] {
                        summary { (self.label(at, person, below.len())) }
                        ul {
                            @for at in shown { (self.person(at)) }
                            @if missing > 0 {
                                li.note { (counted(missing, "report is", "reports are")) " not shown" }
                            }
                        }
                    }
                }
            }
            "\n"
        }
    }

    /// Name, title and department, and what else there is to say of a person with so many direct reports.
    fn label(&self, at: usize, person: &Identity, reports: usize) -> Markup {
        let lifecycle = self.graph.lifecycle(at);
        let facts = [person.job_title.as_deref(), person.department.as_deref()];
        let is_unclear = matches!(self.graph.link(at), Link::Ambiguous | Link::Unknown);
        let manager = person.manager.shown().filter(|_| is_unclear);
        let all = self.graph.below(at);
        html! {
            bdi.who { (BareValue(&person.name)) }
            @for (place, fact) in facts.into_iter().flatten().enumerate() {
                (if place == 0 { " " } else { ", " })
                bdi.what { (BareValue(fact)) }
            }
            @if lifecycle != Lifecycle::Active {
                " " span.standing data-standing=(lifecycle.as_str()) { (lifecycle_word(lifecycle)) }
            }
            @if let Some(manager) = manager {
                " " span.what { "names as manager: " (Value(manager)) }
            }
            @if reports > 0 {
                " "
                span.many {
                    (count(reports)) " direct"
                    @if all > reports { ", " (count(all)) " in all" }
                }
            }
        }
    }
}

/// A lifecycle in the words of the page.
const fn lifecycle_word(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Prehire => "starts later",
        Lifecycle::Onboarding => "onboarding",
        Lifecycle::Active => "active",
        Lifecycle::Leave => "on leave",
        Lifecycle::Terminated => "left",
        Lifecycle::Retired => "retired",
        Lifecycle::Deceased => "deceased",
        Lifecycle::Unknown => "state unknown",
    }
}

/// The part of the chart for lines that end so: its place and title.
const fn kind(end: End) -> (u8, &'static str) {
    match end {
        End::Top(_) => (0, "From the top"),
        End::Cycle(_) => (1, "In circles of managers, each person alone"),
        End::Itself(_) => (2, "Named as their own managers"),
        End::Unknown(_) => (3, "Whose manager is not in the file"),
        End::Ambiguous(_) => (4, "Whose manager's address belongs to several people"),
        End::Outside(_) => (5, "Without a manager, and not working here"),
    }
}
