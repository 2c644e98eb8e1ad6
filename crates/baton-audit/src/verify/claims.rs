//! What came of each claim.

use crate::table::{Column, column};

/// What came of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Holds,
    Fails,
    /// It cannot be checked.
    Unchecked,
}

impl Finding {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Unchecked => "not checked",
        }
    }
}

/// A claim.
#[derive(Debug)]
pub(super) struct Claim {
    what: String,
    finding: Finding,
    /// What it says, what is wrong with it, or why it cannot be checked.
    detail: String,
}

/// The columns of claims.
pub(super) const CLAIM_COLUMNS: &[Column<Claim>] = &[
    column("claim", "Claim", |c| c.what.as_str().into()),
    column("result", "Result", |c| c.finding.as_str().into()),
    column("detail", "Detail", |c| c.detail.as_str().into()),
];

/// All claims, in the order in which they were looked at.
#[derive(Debug, Default)]
pub(super) struct Claims(Vec<Claim>);

impl Claims {
    pub(super) fn holds(&mut self, what: &str, says: &str) {
        self.add(what, Finding::Holds, says.to_owned());
    }

    pub(super) fn fails(&mut self, what: &str, wrong: impl Into<String>) {
        self.add(what, Finding::Fails, wrong.into());
    }

    pub(super) fn unchecked(&mut self, what: &str, why: &str) {
        self.add(what, Finding::Unchecked, why.to_owned());
    }

    /// A claim that holds when what is stated is what was found.
    pub(super) fn compare(&mut self, what: &str, stated: &str, found: &str) {
        match stated == found {
            true => self.holds(what, stated),
            false => self.fails(what, format!("{stated} is stated, {found} was found")),
        }
    }

    pub(super) fn all(&self) -> &[Claim] {
        &self.0
    }

    pub(super) fn any(&self, finding: Finding) -> bool {
        self.0.iter().any(|claim| claim.finding == finding)
    }

    fn add(&mut self, what: &str, finding: Finding, detail: String) {
        self.0.push(Claim {
            what: what.to_owned(),
            finding,
            detail,
        });
    }
}
