//! Faults of reporting lines in words.

use super::{End, Fault, Graph};
use crate::identity::{Identity, Manager, Roster};

/// People of a circle that are named.
const NAMED: usize = 5;

impl Fault {
    /// One word for listings: `self`, `cycle`, `left`, `ambiguous`, `unknown` or `no_top`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Itself => "self",
            Self::InCycle(_) => "cycle",
            Self::Left(_) => "left",
            Self::Ambiguous => "ambiguous",
            Self::Unknown => "unknown",
            Self::NoTop(_) => "no_top",
        }
    }

    /// What the fault means for `person`, to be read after the person's name and without a final period.
    /// The names are the file's own.
    pub fn says(self, person: &Identity, graph: &Graph, roster: &Roster) -> String {
        let named = match roster.manager(person) {
            Manager::Ambiguous(text) | Manager::Unknown(text) => text,
            Manager::Is(_) | Manager::Absent => "",
        };
        match self {
            Self::Itself => "is named as their own manager".to_owned(),
            Self::InCycle(cycle) => {
                let names = circle(&graph.cycles()[cycle], roster);
                format!("is in a circle of managers: {names}")
            }
            Self::Left(manager) => format!("reports to {}, who has left", name(roster, manager)),
            Self::Ambiguous => format!("reports to {named}, an address of several people"),
            Self::Unknown => format!("reports to {named}, who is not in the file"),
            Self::NoTop(end) => format!("has a line of managers that {}", end.says(graph, roster)),
        }
    }
}

impl End {
    /// Where the line ends, to be read after `a line of managers that`.
    pub fn says(self, graph: &Graph, roster: &Roster) -> String {
        let at = |position| name(roster, position);
        match self {
            Self::Top(top) => format!("ends at the top with {}", at(top)),
            Self::Cycle(cycle) => {
                let names = circle(&graph.cycles()[cycle], roster);
                format!("runs into a circle: {names}")
            }
            Self::Itself(last) => {
                format!("ends at {}, who is named as their own manager", at(last))
            }
            Self::Ambiguous(last) => format!(
                "ends at {}, whose manager's address belongs to several people",
                at(last)
            ),
            Self::Unknown(last) => {
                format!("ends at {}, whose manager is not in the file", at(last))
            }
            Self::Outside(last) => format!(
                "ends at {}, who has no manager and does not work here ({})",
                at(last),
                graph.lifecycle(last).as_str()
            ),
        }
    }
}

fn name(roster: &Roster, at: usize) -> &str {
    roster.at(at).map_or("", |person| person.name.as_str())
}

/// `Ada Lind → Bo Ek → Ada Lind`.
fn circle(people: &[usize], roster: &Roster) -> String {
    let mut names: Vec<&str> = people
        .iter()
        .take(NAMED)
        .map(|&at| name(roster, at))
        .collect();
    let more = match people.len() - names.len() {
        0 => String::new(),
        more => format!(" → {more} more"),
    };
    let first = names.first().copied().unwrap_or_default();
    let names = std::mem::take(&mut names).join(" → ");
    format!("{names}{more} → {first}")
}
