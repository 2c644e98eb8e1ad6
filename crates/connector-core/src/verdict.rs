//! Whether a sync read all that the vendor listed, and what was counted to say so.
//!
//! The engine counts while it reads ([`Counts`], stored with every checkpoint); `Verdict::of` judges when the rows are
//! checked. A sync is partial when rows that the vendor listed are not in the file or values could not be read, which is
//! what a [`Warning`](crate::warning::Warning) with a [`Gap`] says, and when fewer rows were seen than the vendor stated. What
//! the operator left out (types, grants, single resources) is no gap, and neither is what a connector never keeps.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::ResourceTypeId;
use crate::ledger::Sent;
use crate::store::{Phase, Tally};
use crate::text::counted;
use crate::warning::{Gap, Warnings};

/// The code of the gap between a stated total and the rows that were seen.
pub const FEWER_THAN_STATED: &str = "fewer-than-stated";

/// What was counted in one page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PageCounts {
    /// The vendor's total, in the last page of what it is for.
    pub(crate) stated: Option<u64>,
    /// Rows that were new, by their ids; those without an id too.
    pub(crate) seen: u64,
    /// Rows whose id had been seen.
    pub(crate) repeated: u64,
}

/// What was counted of all listings of one kind and type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Pages read.
    pub pages: u64,
    /// The totals that the vendor stated, added up; none when it states none.
    pub stated: Option<u64>,
    /// Different ids seen.
    pub seen: u64,
    /// Rows whose id had been seen before in the same listing.
    pub repeated: u64,
    /// What is missing, by the code of its warning.
    pub gaps: BTreeMap<String, (Gap, u64)>,
}

/// What was counted of the listings of a run, by kind and type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<Phase, BTreeMap<ResourceTypeId, Counted>>);

impl Counts {
    fn of(&mut self, phase: Phase, listed: &ResourceTypeId) -> &mut Counted {
        let types = self.0.entry(phase).or_default();
        types.entry(listed.clone()).or_default()
    }

    /// Adds a page.
    pub(crate) fn add_page(&mut self, phase: Phase, listed: &ResourceTypeId, page: PageCounts) {
        let counted = self.of(phase, listed);
        counted.pages += 1;
        counted.seen += page.seen;
        counted.repeated += page.repeated;
        if let Some(stated) = page.stated {
            *counted.stated.get_or_insert_default() += stated;
        }
    }

    /// Adds what the warnings of a page say is missing.
    pub(crate) fn add_gaps(&mut self, phase: Phase, listed: &ResourceTypeId, warnings: &Warnings) {
        for warning in warnings.iter() {
            if let Some(gap) = warning.gap {
                let gaps = &mut self.of(phase, listed).gaps;
                gaps.entry(warning.code.clone()).or_insert((gap, 0)).1 += warning.count;
            }
        }
    }

    /// Adds all of `other`.
    pub(crate) fn merge(&mut self, other: Self) {
        for (phase, types) in other.0 {
            for (listed, more) in types {
                let counted = self.of(phase, &listed);
                counted.pages += more.pages;
                counted.seen += more.seen;
                counted.repeated += more.repeated;
                if let Some(stated) = more.stated {
                    *counted.stated.get_or_insert_default() += stated;
                }
                for (code, (gap, count)) in more.gaps {
                    counted.gaps.entry(code).or_insert((gap, 0)).1 += count;
                }
            }
        }
    }
}

/// The requests of a run's listings, by kind and type.
#[derive(Debug, Default)]
pub(crate) struct SentBy(BTreeMap<(Phase, ResourceTypeId), Arc<Sent>>);

impl SentBy {
    /// What counts those of one kind and type.
    pub(crate) fn of(&mut self, phase: Phase, listed: &ResourceTypeId) -> Arc<Sent> {
        let sent = self.0.entry((phase, listed.clone())).or_default();
        Arc::clone(sent)
    }
}

/// All of it, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All that the vendor listed is in the file.
    Complete,
    /// Something is missing.
    Partial,
}

impl Outcome {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
        }
    }
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lack {
    /// The code of the warning that describes it, or [`FEWER_THAN_STATED`].
    pub code: String,
    /// What.
    pub gap: Gap,
    /// How often.
    pub count: u64,
}

/// `3 rows left out (member-without-id)`.
impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.gap {
            Gap::Rows => write!(f, "{} left out ({})", counted(self.count, "row"), self.code),
            Gap::Values => write!(
                f,
                "values unread {} ({})",
                counted(self.count, "time"),
                self.code
            ),
        }
    }
}

/// The listings of one kind and type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The type whose resources, entitlements or grants were listed.
    pub resource_type: ResourceTypeId,
    /// Which of them.
    pub kind: Phase,
    /// Pages read.
    pub pages: u64,
    /// The totals that the vendor stated, added up; none when it states none.
    pub stated: Option<u64>,
    /// Different ids seen.
    pub seen: u64,
    /// Rows whose id had been seen before in the same listing.
    pub repeated: u64,
    /// Rows in the file.
    pub stored: u64,
    /// Requests sent by the process that finished the file.
    pub requests: u64,
    /// Those of them that repeated an earlier one.
    pub retries: u64,
    /// What is missing.
    pub lacks: Vec<Lack>,
}

/// Whether a sync is complete, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Complete exactly when nothing is missing.
    pub outcome: Outcome,
    /// The listings that were read, in the order of kinds and types.
    pub listings: Vec<Listing>,
    /// What is missing beyond single listings: what the probes before the first one found, and rows that refer to nothing.
    pub lacks: Vec<Lack>,
}

impl Verdict {
    /// The verdict on what a run has counted, its rows checked.
    pub(crate) fn of(tally: &Tally, sent: &mut SentBy) -> Self {
        let gaps = tally.warnings.iter();
        let gaps = gaps.filter_map(|w| Some((w.code.as_str(), (w.gap?, w.count))));
        let mut elsewhere: BTreeMap<_, _> = gaps.collect();
        let mut listings = Vec::new();
        for (phase, types) in &tally.counts.0 {
            for (listed, counted) in types {
                for (code, (_, count)) in &counted.gaps {
                    if let Some((_, left)) = elsewhere.get_mut(code.as_str()) {
                        *left = left.saturating_sub(*count);
                    }
                }
                let stored = tally.rows.of(*phase).get(listed);
                let (requests, retries) = sent.of(*phase, listed).counts();
                listings.push(Listing {
                    resource_type: listed.clone(),
                    kind: *phase,
                    pages: counted.pages,
                    stated: counted.stated,
                    seen: counted.seen,
                    repeated: counted.repeated,
                    stored: stored.copied().unwrap_or_default(),
                    requests,
                    retries,
                    lacks: lacks(counted),
                });
            }
        }
        let lack = |(code, (gap, count)): (&str, (Gap, u64))| Lack {
            code: code.to_owned(),
            gap,
            count,
        };
        let lacks = elsewhere.into_iter().filter(|(_, (_, count))| *count > 0);
        let mut verdict = Self {
            outcome: Outcome::Complete,
            lacks: lacks.map(lack).collect(),
            listings,
        };
        verdict.outcome = verdict.follows();
        verdict
    }

    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.outcome == Outcome::Complete
    }

    /// The outcome that follows from what was counted; a verdict that was read from a document may state another one.
    pub fn follows(&self) -> Outcome {
        let is_short = |l: &Listing| l.stated.is_some_and(|stated| l.seen < stated);
        let lacks = |l: &Listing| !l.lacks.is_empty() || is_short(l);
        match self.lacks.is_empty() && !self.listings.iter().any(lacks) {
            true => Outcome::Complete,
            false => Outcome::Partial,
        }
    }

    /// What is missing, one clause each: `user resources: 3 rows left out (member-without-id)`.
    pub fn why(&self) -> Vec<String> {
        let of_listing = |l: &Listing| {
            let listed = format!("{} {}", l.resource_type, l.kind.as_str());
            let lacks = l.lacks.iter().map(move |lack| format!("{listed}: {lack}"));
            lacks.collect::<Vec<_>>()
        };
        let mut why: Vec<_> = self.listings.iter().flat_map(of_listing).collect();
        why.extend(self.lacks.iter().map(ToString::to_string));
        why
    }
}

/// `complete`, or `partial (why; why)`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.outcome.as_str())?;
        match self.why() {
            why if why.is_empty() => Ok(()),
            why => write!(f, " ({})", why.join("; ")),
        }
    }
}

fn lacks(counted: &Counted) -> Vec<Lack> {
    let lack = |(code, (gap, count)): (&String, &(Gap, u64))| Lack {
        code: code.clone(),
        gap: *gap,
        count: *count,
    };
    let mut lacks: Vec<_> = counted.gaps.iter().map(lack).collect();
    let short = counted
        .stated
        .unwrap_or_default()
        .saturating_sub(counted.seen);
    if short > 0 {
        lacks.push(Lack {
            code: FEWER_THAN_STATED.to_owned(),
            gap: Gap::Rows,
            count: short,
        });
    }
    lacks
}

#[cfg(test)]
mod tests;
