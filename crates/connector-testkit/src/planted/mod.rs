//! Synthetic companies with planted findings: what checks of people and access must find, and nothing else.
//!
//! A [`Planted`] starts as a company in which there is nothing to find. Variants are then planted into it, each by
//! people and accounts of its own: every check in several ways, at its edges, and near misses that are no findings.
//! What must be found is known by construction, so that precision and recall can be measured exactly. A small
//! company has room for some of the variants, which ones follows from the seed; from about a thousand people on
//! every variant is planted, in larger ones several times.

mod access;
mod builder;
mod company;
mod lines;
mod logins;
mod model;
mod moves;
mod people;
mod policy;
mod power;
mod quality;

use std::collections::BTreeSet;
use std::path::Path;

use connector_core::Result;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::file::SyncFile;
use builder::{Builder, Variant};

/// Label of the HR file.
pub const HR: &str = "hr";
/// Label of the earlier HR file.
pub const EARLIER: &str = "earlier";
/// Labels of the apps: one with roles and groups, one with states and organisation roles only.
pub const APPS: [&str; 2] = ["okta", "pipeline"];
/// The day on which the HR file was written.
pub const DAY: Date = date(2026, 11, 1);

/// Days by which the second app was read before the HR file.
const LATE: i64 = 2;
/// Most people or accounts that a variant takes.
const ROOM: usize = 6;
/// People for each further round of all variants.
const PEOPLE_PER_ROUND: usize = 2_000;

/// What is planted in each round.
const ROUND: [&[Variant]; 6] = [
    people::VARIANTS,
    lines::VARIANTS,
    access::VARIANTS,
    power::VARIANTS,
    logins::VARIANTS,
    moves::VARIANTS,
];

/// A finding that a check must raise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// Id of the check.
    pub check: &'static str,
    /// Label of the file its subject is in.
    pub file: &'static str,
    /// What identifies the subject within the file: `<type>:<id>`, a thing's name, or nothing for the whole file.
    pub subject: String,
    /// Whether the policy accepts it.
    pub accepted: bool,
    /// The variant it was planted by.
    pub variant: &'static str,
}

/// A company, and what must be found in it.
#[derive(Debug)]
pub struct Planted {
    /// What must be found.
    pub expected: BTreeSet<Expected>,
    /// Names of the variants that were planted, near misses among them.
    pub variants: BTreeSet<&'static str>,
    hr: SyncFile,
    earlier: SyncFile,
    apps: Vec<(&'static str, SyncFile)>,
    policy: String,
    links: String,
}

impl Planted {
    /// A company of about so many people, at least 100.
    pub fn generate(people: usize, seed: u64) -> Self {
        Self::make(people, seed, |_| false)
    }

    /// The same company, but the variants that `heal` is true for are not planted. Their findings are still in
    /// [`Planted::expected`], so that a comparison must report exactly these as missing.
    pub fn healed(people: usize, seed: u64, heal: impl Fn(&str) -> bool) -> Self {
        Self::make(people, seed, heal)
    }

    fn make(people: usize, seed: u64, heal: impl Fn(&str) -> bool) -> Self {
        let mut builder = Builder::new(people.max(100), seed, DAY);
        let mut variants = BTreeSet::new();
        let mut plant = |builder: &mut Builder, variant: Variant| {
            builder.plant(variant, heal(variant.0));
            variants.insert(variant.0);
        };
        plant(&mut builder, moves::KEPT);
        for _ in 0..people.div_ceil(PEOPLE_PER_ROUND) {
            let mut all = ROUND.concat();
            builder.shuffle(&mut all);
            for variant in all {
                if builder.left() >= ROOM {
                    plant(&mut builder, variant);
                }
            }
        }
        builder.look_back();
        let seed = usize::try_from(seed % 1_000_000).unwrap_or(0);
        for (group, step) in [
            (quality::SHRINK, 1),
            (quality::LOCATION, 3),
            (quality::CONTRACT, 5),
            (logins::POWER, 7),
        ] {
            plant(&mut builder, group[seed / step % group.len()]);
        }
        let ended = DAY.at(8, 0, 0, 0).to_zoned(TimeZone::UTC);
        let ended = ended.expect("a time").timestamp();
        let apps = builder.apps.iter();
        Self {
            hr: model::hr_file(&builder.departments, &builder.people, ended),
            earlier: model::hr_file(
                &builder.departments,
                &builder.earlier,
                ended - (30 * 24).hours(),
            ),
            apps: apps
                .zip([0, LATE])
                .map(|(app, late)| (app.label, app.file(ended - (late * 24).hours())))
                .collect(),
            policy: builder.policy.policy(),
            links: builder.policy.links(),
            expected: builder.expected,
            variants,
        }
    }

    /// Names of all variants there are.
    pub fn all_variants() -> BTreeSet<&'static str> {
        let last = [
            quality::SHRINK,
            quality::LOCATION,
            quality::CONTRACT,
            logins::POWER,
        ];
        let all = ROUND.into_iter().chain(last).flatten();
        all.map(|(name, _)| *name).collect()
    }

    /// Writes the files into a directory: `<label>.c1z`, `policy.toml` and `links.toml`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, dir: &Path) -> Result<()> {
        let file = |label: &str| dir.join(format!("{label}.c1z"));
        self.hr.write(&file(HR))?;
        self.earlier.write(&file(EARLIER))?;
        for (label, app) in &self.apps {
            app.write(&file(label))?;
        }
        for (name, text) in [("policy.toml", &self.policy), ("links.toml", &self.links)] {
            std::fs::write(dir.join(name), text).map_err(|e| {
                let message = format!("{name} cannot be written: {e}");
                connector_core::Error::new(connector_core::ErrorKind::Precondition, message)
            })?;
        }
        Ok(())
    }
}
