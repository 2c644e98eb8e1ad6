//! The org chart: who reports to whom, as lists that open and close.
//!
//! A page has to open quickly whatever the company's size, so the chart holds so many people and so many levels
//! at most, those near the top first, and says how many it leaves out and where.

use std::collections::{HashSet, VecDeque};

use super::html::{Html, attr, class, flag};
use super::parts::{Filter, count, counted, cut_note};
use crate::identity::{Lifecycle, Roster};
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

/// Writes the chart of the people of the HR file at a position.
pub(super) fn write(h: &mut Html, roster: &Roster, graph: &Graph, file: usize) {
    let id = format!("chart-{}", file + 1);
    let chart = Chart::of(roster, graph);
    let everybody = (0..graph.len()).filter(|&at| chart.belongs(at)).count();
    if everybody == 0 {
        h.tag(
            "p",
            &[class("note")],
            "The file knows nobody who has not left.",
        );
        return;
    }
    h.el("div", &[class("controls")], |h| {
        Filter {
            of: &id,
            label: "Find a person, title or department",
            choices: &[],
        }
        .write(h);
        let buttons = [
            class("buttons"),
            attr("data-buttons", id.as_str()),
            flag("hidden"),
        ];
        h.el("div", &buttons, |h| {
            for (what, label) in [("open", "Open all"), ("close", "Close all")] {
                let attrs = [attr("type", "button"), attr("data-do", what)];
                h.tag("button", &attrs, label);
            }
        });
    });
    cut_note(
        h,
        chart.shown.len(),
        everybody,
        "people, those nearest to the top",
        "baton-audit managers FILE --everybody --csv",
    );
    let mut attrs = vec![attr("id", id.as_str()), class("chart")];
    if everybody <= PRINTED {
        attrs.push(flag("data-print"));
    }
    h.el("div", &attrs, |h| {
        for (title, starts) in chart.groups() {
            h.tag("h4", &[], title);
            h.line();
            h.el("ul", &[], |h| {
                starts.iter().for_each(|&at| chart.person(h, at));
            });
        }
    });
}

struct Chart<'a> {
    roster: &'a Roster,
    graph: &'a Graph,
    shown: HashSet<usize>,
    /// Whose reports are seen at first.
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

    /// Whether somebody is in the chart of a company of any size: people who have not left, and those who have
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

    /// The reports of a person that the chart shows below them. Within a circle everybody stands on their own.
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

    fn person(&self, h: &mut Html, at: usize) {
        let below = self.below(at);
        h.el("li", &[], |h| {
            if below.is_empty() {
                return self.says(h, at, 0);
            }
            let open: &[_] = match self.open.contains(&at) {
                true => &[flag("open")],
                false => &[],
            };
            h.el("details", open, |h| {
                h.el("summary", &[], |h| self.says(h, at, below.len()));
                h.el("ul", &[], |h| {
                    let shown = below.iter().filter(|at| self.shown.contains(at));
                    let shown: Vec<_> = shown.copied().collect();
                    for &at in &shown {
                        self.person(h, at);
                    }
                    let missing = below.len() - shown.len();
                    if missing > 0 {
                        let more = counted(missing, "report is", "reports are");
                        h.tag("li", &[class("note")], format_args!("{more} not shown"));
                    }
                });
            });
        });
        h.line();
    }

    fn says(&self, h: &mut Html, at: usize, reports: usize) {
        let Some(person) = self.roster.at(at) else {
            return;
        };
        h.classed("who", &person.name);
        let facts = [person.job_title.as_deref(), person.department.as_deref()];
        for (place, fact) in facts.into_iter().flatten().enumerate() {
            h.text(if place == 0 { " " } else { ", " });
            h.classed("what", fact);
        }
        let standing = self.graph.lifecycle(at);
        if standing != Lifecycle::Active {
            h.text(" ");
            let attrs = [class("standing"), attr("data-standing", standing.as_str())];
            h.tag("span", &attrs, standing_word(standing));
        }
        let nobody = matches!(self.graph.link(at), Link::Ambiguous | Link::Unknown);
        if let Some(named) = person.manager.shown().filter(|_| nobody) {
            h.text(" ");
            h.el("span", &[class("what")], |h| {
                h.text("names as manager: ");
                h.value(named);
            });
        }
        if reports > 0 {
            h.text(" ");
            let all = self.graph.below(at);
            h.el("span", &[class("many")], |h| match all > reports {
                true => h.text(format_args!(
                    "{} direct, {} in all",
                    count(reports),
                    count(all)
                )),
                false => h.text(format_args!("{} direct", count(reports))),
            });
        }
    }
}

/// The word for where somebody stands, for people.
pub(super) const fn standing_word(standing: Lifecycle) -> &'static str {
    match standing {
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
        End::Cycle(_) => (1, "In circles of managers, everybody on their own"),
        End::Itself(_) => (2, "Named as their own managers"),
        End::Unknown(_) => (3, "Whose manager is not in the file"),
        End::Ambiguous(_) => (4, "Whose manager's address belongs to several people"),
        End::Outside(_) => (5, "Without a manager, and not working here"),
    }
}
