//! How fast `baton-audit` answers over large files, and how close that is to only reading them.
//!
//! Each command runs as an operator would run it, with its output thrown away. The floor of a command is measured
//! in the same run: the files it reads, read once.

mod files;
mod floor;
mod weeks;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::measure::{self, Sample};

pub(crate) use floor::child as floor_child;
pub use weeks::{Weeks, weeks};

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// People of the HR file, and accounts of the app's.
    pub people: usize,
    /// Grants of the app's files.
    pub grants: usize,
    /// Runs of each command.
    pub runs: usize,
}

/// The options of a command line; `None` when it cannot be read.
pub fn parse(args: &[String]) -> Option<Options> {
    let mut options = Options {
        people: 100_000,
        grants: 1_000_000,
        runs: 3,
    };
    for pair in args.chunks(2) {
        let [flag, value] = pair else { return None };
        let value = value.parse::<usize>().ok()?.max(1);
        match flag.as_str() {
            "--people" => options.people = value,
            "--grants" => options.grants = value,
            "--runs" => options.runs = value,
            _ => return None,
        }
    }
    Some(options)
}

/// Writes the files, measures every command and prints a table.
///
/// # Errors
/// When a file cannot be written, or a command does not end as it should.
pub fn bench(own: &Path, audit: &Path, options: &Options, out: &mut impl Write) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let files = files::write(dir.path(), options.people, options.grants)?;
    let (hr, old, new) = (&*files.hr, &*files.old, &*files.new);
    writeln!(
        out,
        "baton-audit: {:.1} MB; {} people, {} grants; medians of {} (lowest to highest)",
        megabytes(audit)?,
        options.people,
        options.grants,
        options.runs
    )?;
    for (name, file) in [("hr", hr), ("old", old), ("new", new)] {
        writeln!(out, "  {name}.c1z: {:.1} MB", megabytes(file)?)?;
    }
    // Exit code 1 is an answer: the files differ, the checks found something. So is 2 of diff.
    let commands: [(&[&str], &[&Path], &[i32]); 5] = [
        (&["stats"], &[new], &[0]),
        (&["groups"], &[new], &[0]),
        (&["grants", "--csv"], &[new], &[0]),
        (&["diff"], &[old, new], &[0, 1, 2]),
        (&["check", "--format", "json"], &[hr, new], &[0, 1]),
    ];
    for (words, read, codes) in commands {
        let (mut ours, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..options.runs {
            let mut command = Command::new(audit);
            command.env_clear().args(words).args(read);
            ours.push(measure::run_with(own, &mut command, codes)?);
            floors.push(floor::run(own, read)?);
        }
        print(words, &ours, &floors, out)?;
    }
    Ok(())
}

fn print(words: &[&str], ours: &[Sample], floors: &[Sample], out: &mut impl Write) -> Result<()> {
    let (mid, floor) = (Sample::median(ours), Sample::median(floors));
    writeln!(out, "\nbaton-audit {}", words.join(" "))?;
    writeln!(out, "  it:    {}", Sample::summary(ours))?;
    writeln!(out, "  floor: {}", Sample::summary(floors))?;
    let (wall, cpu) = (mid.wall_ms / floor.wall_ms, mid.cpu_ms / floor.cpu_ms);
    writeln!(out, "  ratio to the floor: wall x{wall:.2}, cpu x{cpu:.2}")?;
    Ok(out.flush()?)
}

fn megabytes(file: &Path) -> Result<f64> {
    Ok(std::fs::metadata(file)?.len() as f64 / 1e6)
}
