//! The table of a benchmark, as the documentation has it.

use std::io::Write;
use std::path::PathBuf;

use crate::Result;
use crate::measure::Sample;

/// What was measured for one format; the lists belong together run by run.
pub(super) struct Measured {
    pub(super) engine: &'static str,
    /// A file of the format, and its size.
    pub(super) file: PathBuf,
    pub(super) file_bytes: u64,
    pub(super) ours: Vec<Sample>,
    pub(super) floor: Vec<Sample>,
    /// Empty when there is no other program.
    pub(super) against: Vec<Sample>,
}

pub(super) fn head(with_other: bool, out: &mut impl Write) -> Result<()> {
    let mut titles = vec![
        "people",
        "format",
        "file",
        "wall",
        "cpu",
        "peak memory",
        "floor: wall",
        "cpu",
        "ratio, wall",
        "ratio, cpu",
    ];
    if with_other {
        titles.extend([
            "other: wall",
            "cpu",
            "peak memory",
            "ratio, wall",
            "ratio, cpu",
        ]);
    }
    writeln!(out, "| {} |", titles.join(" | "))?;
    Ok(writeln!(out, "|{}", "---|".repeat(titles.len()))?)
}

pub(super) fn row(people: usize, measured: &Measured, out: &mut impl Write) -> Result<()> {
    let (ours, floor) = (
        Sample::median(&measured.ours),
        Sample::median(&measured.floor),
    );
    let mut cells = vec![
        grouped(people),
        measured.engine.to_owned(),
        format!("{:.1} MB", measured.file_bytes as f64 / 1e6),
        wall(&measured.ours),
        time(ours.cpu_ms),
        memory(ours),
        wall(&measured.floor),
        time(floor.cpu_ms),
        ratio(&measured.ours, &measured.floor, |s| s.wall_ms),
        ratio(&measured.ours, &measured.floor, |s| s.cpu_ms),
    ];
    if !measured.against.is_empty() {
        let other = Sample::median(&measured.against);
        cells.extend([
            wall(&measured.against),
            time(other.cpu_ms),
            memory(other),
            ratio(&measured.ours, &measured.against, |s| s.wall_ms),
            ratio(&measured.ours, &measured.against, |s| s.cpu_ms),
        ]);
    }
    Ok(writeln!(out, "| {} |", cells.join(" | "))?)
}

/// How time per person and memory grow from one size to the next.
pub(super) fn growth(
    engine: &str,
    (few, before): (usize, Sample),
    (many, after): (usize, Sample),
    out: &mut impl Write,
) -> Result<()> {
    let bytes =
        (after.peak_kb as f64 - before.peak_kb as f64) * 1024.0 / (many as f64 - few as f64);
    let times = after.wall_ms / many as f64 / (before.wall_ms / few as f64);
    Ok(writeln!(
        out,
        "{engine}, from {} to {} people: time per person x{times:.2}, memory {bytes:+.0} bytes per person",
        grouped(few),
        grouped(many)
    )?)
}

fn range(mut all: Vec<f64>) -> (f64, f64, f64) {
    all.sort_by(f64::total_cmp);
    let at = |place: usize| all.get(place).copied().unwrap_or_default();
    (at(0), at(all.len() / 2), at(all.len().saturating_sub(1)))
}

fn wall(samples: &[Sample]) -> String {
    let (low, mid, high) = range(samples.iter().map(|s| s.wall_ms).collect());
    match mid < 1000.0 {
        true => format!("{mid:.0} ms ({low:.0} to {high:.0})"),
        false => format!(
            "{:.2} s ({:.2} to {:.2})",
            mid / 1000.0,
            low / 1000.0,
            high / 1000.0
        ),
    }
}

fn time(ms: f64) -> String {
    match ms < 1000.0 {
        true => format!("{ms:.0} ms"),
        false => format!("{:.2} s", ms / 1000.0),
    }
}

fn memory(sample: Sample) -> String {
    format!("{:.1} MB", sample.peak_kb as f64 * 1024.0 / 1e6)
}

fn ratio(ours: &[Sample], others: &[Sample], of: fn(&Sample) -> f64) -> String {
    let pairs = ours.iter().zip(others);
    let (low, mid, high) = range(pairs.map(|(a, b)| of(a) / of(b)).collect());
    format!("{mid:.2} ({low:.2} to {high:.2})")
}

/// Digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
