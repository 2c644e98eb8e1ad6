//! Shows what a finished file holds: counts, and a few people as the file describes them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use connector_c1z::{ReadLimits, Reader};
use connector_core::{Error, ErrorKind, Result, text};

/// People shown.
const PEOPLE: usize = 5;

/// The counts that are printed for the resources of one type.
#[derive(Default)]
struct Kind {
    all: u64,
    by_state: BTreeMap<String, u64>,
}

/// Prints a short account of the newest sync in `file`.
pub(crate) fn show(file: &Path, out: &mut impl Write) -> Result<()> {
    let reader = Reader::open(file, ReadLimits::default())?;
    let Some(sync) = reader.latest_finished_full()? else {
        return Err(Error::new(
            ErrorKind::Precondition,
            "the file holds no finished sync",
        ));
    };
    let counts = reader.counts(&sync.sync_id)?;
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    let mut people = Vec::new();
    reader.for_each_resource(&sync.sync_id, |resource| {
        let Some(id) = &resource.id else {
            return Ok(());
        };
        let kind = kinds.entry(id.resource_type.clone()).or_default();
        kind.all += 1;
        let state = match resource.status_number() {
            Some(1) => "enabled",
            Some(2) => "disabled",
            Some(_) => "unspecified",
            None => "",
        };
        *kind.by_state.entry(state.to_owned()).or_default() += 1;
        if id.resource_type == "user" && people.len() < PEOPLE {
            let fact =
                |key: &str| text::printable(&resource.profile_text(key).unwrap_or_default(), 30);
            people.push(format!(
                "  {:<28} {:<24} {:<20} {}",
                text::printable(&resource.display_name, 28),
                fact("job_title"),
                fact("department"),
                fact("lifecycle_state")
            ));
        }
        Ok(())
    })?;
    let total = |of: &BTreeMap<String, u64>| of.values().sum();
    print(
        out,
        &kinds,
        total(&counts.rows.entitlements),
        total(&counts.rows.grants),
        &people,
    )
    .map_err(|e| {
        Error::new(ErrorKind::Precondition, "cannot write to standard output").caused_by(e)
    })
}

fn print(
    out: &mut impl Write,
    kinds: &BTreeMap<String, Kind>,
    entitlements: u64,
    grants: u64,
    people: &[String],
) -> io::Result<()> {
    for (name, kind) in kinds {
        let states: Vec<_> = kind
            .by_state
            .iter()
            .filter(|(state, _)| !state.is_empty())
            .map(|(state, n)| format!("{n} {state}"))
            .collect();
        writeln!(out, "  {name:<12} {:>6}  {}", kind.all, states.join(", "))?;
    }
    writeln!(
        out,
        "  entitlements {entitlements:>6}\n  grants       {grants:>6}\n"
    )?;
    people
        .iter()
        .try_for_each(|line| writeln!(out, "{}", line.trim_end()))?;
    writeln!(out, "  …")
}
