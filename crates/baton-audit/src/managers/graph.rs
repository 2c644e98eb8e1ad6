//! The reporting lines as a graph: to whom each person reports, where each line ends, and what is wrong with it.
//!
//! A person has at most one manager, so a line can only end at a person without a known manager or run into a circle.
//! [`Graph::of`] walks every link once and without recursion; a chain of any length is fine. People are positions of
//! the [`Roster`] the graph was made of.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::identity::{AccountType, Identity, Lifecycle, Manager, Roster};

/// The manager that a person's record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It names none.
    Absent,
    /// The person at this position, who is another one.
    Is(usize),
    /// It names the person themselves.
    Itself,
    /// It names an address that several people have.
    Ambiguous,
    /// It names a person who is not in the file.
    Unknown,
}

/// Where a line of managers ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At the top: this person is employed and has no manager.
    Top(usize),
    /// In the circle at this position of [`Graph::cycles`].
    Cycle(usize),
    /// At this person, who is named as their own manager.
    Itself(usize),
    /// At this person, whose manager's address several people have.
    Ambiguous(usize),
    /// At this person, whose manager is not in the file.
    Unknown(usize),
    /// At this person, who has no manager and does not work here: left, not begun, or the file leaves it
    /// open; or it is no person's account.
    Outside(usize),
}

/// A person's line of managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it ends.
    pub end: End,
    /// Managers between the person and the end: 0 for the end itself and for all people in a circle. At the top
    /// this is the person's depth.
    pub steps: usize,
}

/// What is wrong with a person's line of managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The person is their own manager.
    Itself,
    /// The person is in the circle at this position of [`Graph::cycles`].
    InCycle(usize),
    /// The manager, at this position, has left.
    Left(usize),
    /// The manager's address belongs to several people.
    Ambiguous,
    /// The manager is not in the file.
    Unknown,
    /// The person's own manager is in the file, but the line does not reach the top: it ends so.
    NoTop(End),
}

/// All reporting lines on one day.
#[derive(Debug, Clone)]
pub struct Graph {
    links: Vec<Link>,
    lines: Vec<Line>,
    cycles: Vec<Vec<usize>>,
    reports: Vec<Vec<usize>>,
    /// People, not left on the day, who report at any distance; within a circle only those outside it count.
    below: Vec<usize>,
    lifecycles: Vec<Lifecycle>,
    people: Vec<bool>,
}

impl Graph {
    /// The lines of all people in `roster` as they stand on `day`.
    pub fn of(roster: &Roster, day: Date) -> Self {
        let link = |(at, identity): (usize, &Identity)| match roster.manager(identity) {
            Manager::Absent => Link::Absent,
            Manager::Ambiguous(_) => Link::Ambiguous,
            Manager::Unknown(_) => Link::Unknown,
            Manager::Is(manager) => match roster.position(&manager.key) {
                Some(found) if found == at => Link::Itself,
                Some(found) => Link::Is(found),
                None => Link::Unknown,
            },
        };
        let links: Vec<Link> = roster.iter().enumerate().map(link).collect();
        let lifecycles = roster.iter().map(|p| p.lifecycle_on(day)).collect();
        let human = |p: &Identity| p.account_type == AccountType::Human;
        Self::from_links(links, lifecycles, roster.iter().map(human).collect())
    }

    fn from_links(links: Vec<Link>, lifecycles: Vec<Lifecycle>, people: Vec<bool>) -> Self {
        let top = |at: usize| people[at] && lifecycles[at].is_employed();
        let (lines, cycles) = walk(&links, top);
        let mut reports = vec![Vec::new(); links.len()];
        for (at, link) in links.iter().enumerate() {
            if let Link::Is(manager) = *link {
                reports[manager].push(at);
            }
        }
        let mut graph = Self {
            below: Vec::new(),
            links,
            lines,
            cycles,
            reports,
            lifecycles,
            people,
        };
        graph.below = graph.count_below();
        graph
    }

    /// How many identities there are, people or not.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The manager that the record at `at` names.
    ///
    /// # Panics
    /// Like every method here that takes a position: when it is not one of the roster.
    pub fn link(&self, at: usize) -> Link {
        self.links[at]
    }

    /// The line of managers above `at`.
    pub fn line(&self, at: usize) -> Line {
        self.lines[at]
    }

    /// Where the person stands on the day.
    pub fn lifecycle(&self, at: usize) -> Lifecycle {
        self.lifecycles[at]
    }

    /// Whether it is a person who has not left: those whose lines matter.
    pub fn is_current(&self, at: usize) -> bool {
        self.people[at] && !self.lifecycles[at].has_left()
    }

    /// The people at the top of lines, in order of positions.
    pub fn tops(&self) -> impl Iterator<Item = usize> {
        (0..self.len())
            .filter(|&at| matches!(self.lines[at], Line { end: End::Top(top), .. } if top == at))
    }

    /// The circles of two people or more. Each begins with the first of its people in the roster and goes on to
    /// that person's manager; they are in order of their first people.
    pub fn cycles(&self) -> &[Vec<usize>] {
        &self.cycles
    }

    /// All people whose record names `at` as manager, in order of positions; without the person themselves.
    pub fn reports(&self, at: usize) -> &[usize] {
        &self.reports[at]
    }

    /// The people who would be without a manager if `at` left: the reports who have not left themselves.
    pub fn who_would_lose(&self, at: usize) -> impl Iterator<Item = usize> {
        let reports = self.reports(at).iter().copied();
        reports.filter(|&report| self.is_current(report))
    }

    /// How many people report to `at` directly and have not left.
    pub fn span(&self, at: usize) -> usize {
        self.who_would_lose(at).count()
    }

    /// How many people report to `at` at any distance and have not left; a person in a circle is counted for none
    /// of the circle.
    pub fn below(&self, at: usize) -> usize {
        self.below[at]
    }

    /// The managers above `at`, the nearest first. Ends at the end of the line, and in a circle before it repeats.
    pub fn chain(&self, at: usize) -> impl Iterator<Item = usize> {
        let Line { end, steps } = self.lines[at];
        let round = match end {
            End::Cycle(cycle) => self.cycles[cycle].len() - 1,
            _ => 0,
        };
        let above = move |&below: &usize| match self.links[below] {
            Link::Is(manager) => Some(manager),
            _ => None,
        };
        std::iter::successors(Some(at), above)
            .skip(1)
            .take(steps + round)
    }

    /// What is wrong with the line above `at`, the nearest cause first; nothing when it is sound or when the
    /// record names no manager.
    pub fn faults(&self, at: usize) -> impl Iterator<Item = Fault> {
        let Line { end, steps } = self.lines[at];
        let manager = match self.links[at] {
            Link::Is(manager) if self.lifecycles[manager].has_left() => Some(Fault::Left(manager)),
            Link::Itself => Some(Fault::Itself),
            Link::Ambiguous => Some(Fault::Ambiguous),
            Link::Unknown => Some(Fault::Unknown),
            Link::Absent | Link::Is(_) => None,
        };
        let line = match end {
            End::Cycle(cycle) if steps == 0 => Some(Fault::InCycle(cycle)),
            End::Top(_) => None,
            // That the manager has left is reason enough for the line to be cut there.
            End::Outside(last) if manager == Some(Fault::Left(last)) => None,
            _ => (steps > 0).then_some(Fault::NoTop(end)),
        };
        manager.into_iter().chain(line)
    }

    /// Adds people up from the far ends of the lines to the near ones.
    fn count_below(&self) -> Vec<usize> {
        let mut farthest_first: Vec<usize> = (0..self.len()).collect();
        farthest_first.sort_by_key(|&at| std::cmp::Reverse(self.lines[at].steps));
        let mut below = vec![0; self.len()];
        for at in farthest_first {
            if let (Link::Is(manager), 1..) = (self.links[at], self.lines[at].steps) {
                below[manager] += below[at] + usize::from(self.is_current(at));
            }
        }
        below
    }
}

/// Follows every link once. Returns each person's line, and the circles.
fn walk(links: &[Link], top: impl Fn(usize) -> bool) -> (Vec<Line>, Vec<Vec<usize>>) {
    let ends_here = |end| Line { end, steps: 0 };
    let mut lines: Vec<Line> = (0..links.len())
        .map(|at| ends_here(End::Outside(at)))
        .collect();
    // By the first of its people in the roster, which stands for the circle until all are known.
    let mut cycles: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    // The start of the walk that came by first.
    let mut walked: Vec<Option<usize>> = vec![None; links.len()];
    let mut path = Vec::new();
    for start in 0..links.len() {
        let mut at = start;
        let mut line = loop {
            match walked[at].replace(start) {
                Some(walk) if walk == start => {
                    let first = path.iter().position(|&on| on == at);
                    let mut cycle = path.split_off(first.unwrap_or_default());
                    let lowest = cycle.iter().copied().min().unwrap_or(at);
                    let place = cycle.iter().position(|&on| on == lowest);
                    cycle.rotate_left(place.unwrap_or_default());
                    let line = ends_here(End::Cycle(lowest));
                    cycle.iter().for_each(|&at| lines[at] = line);
                    cycles.insert(lowest, cycle);
                    break line;
                }
                Some(_) => break lines[at],
                None => {}
            }
            let end = match links[at] {
                Link::Is(manager) => {
                    path.push(at);
                    at = manager;
                    continue;
                }
                Link::Absent if top(at) => End::Top(at),
                Link::Absent => End::Outside(at),
                Link::Itself => End::Itself(at),
                Link::Ambiguous => End::Ambiguous(at),
                Link::Unknown => End::Unknown(at),
            };
            lines[at] = ends_here(end);
            break lines[at];
        };
        while let Some(at) = path.pop() {
            line.steps += 1;
            lines[at] = line;
        }
    }
    let firsts: Vec<usize> = cycles.keys().copied().collect();
    for line in &mut lines {
        if let End::Cycle(first) = &mut line.end {
            *first = firsts.partition_point(|it| it < first);
        }
    }
    (lines, cycles.into_values().collect())
}

#[cfg(test)]
mod tests;
