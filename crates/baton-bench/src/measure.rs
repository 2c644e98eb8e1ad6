//! Wall time, processor time and peak memory of a child process.
//!
//! The kernel keeps peak memory per waiting process, as the largest of all its children. Each measured program
//! therefore gets a parent of its own: this binary again, as `baton-bench measure REPORT PROGRAM …`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::{Deserialize, Serialize};

use crate::Result;

/// One measured run.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Sample {
    /// Wall time in milliseconds.
    pub wall_ms: f64,
    /// User and system time of all threads in milliseconds.
    pub cpu_ms: f64,
    /// Largest resident size in KiB.
    pub peak_kb: u64,
}

impl Sample {
    /// The median of each figure.
    pub fn median(samples: &[Self]) -> Self {
        let mid = |of: fn(&Self) -> f64| {
            let mut all: Vec<f64> = samples.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all.get(all.len() / 2).copied().unwrap_or_default()
        };
        Self {
            wall_ms: mid(|s| s.wall_ms),
            cpu_ms: mid(|s| s.cpu_ms),
            peak_kb: mid(|s| s.peak_kb as f64) as u64,
        }
    }

    /// One line for people.
    pub fn summary(samples: &[Self]) -> String {
        let m = Self::median(samples);
        let low = samples
            .iter()
            .map(|s| s.wall_ms)
            .fold(f64::INFINITY, f64::min);
        let high = samples.iter().map(|s| s.wall_ms).fold(0.0, f64::max);
        let peak = m.peak_kb as f64 / 1024.0;
        format!(
            "wall {:.1} ms ({low:.1} to {high:.1}), cpu {:.1} ms, peak memory {peak:.1} MB",
            m.wall_ms, m.cpu_ms
        )
    }
}

/// Runs a command that must succeed under a parent of its own.
pub fn run(own: &Path, command: &mut Command) -> Result<Sample> {
    run_with(own, command, &[0])
}

/// Runs a command that must end with one of these exit codes under a parent of its own.
pub fn run_with(own: &Path, command: &mut Command, codes: &[i32]) -> Result<Sample> {
    let codes: Vec<_> = codes.iter().map(i32::to_string).collect();
    let mut wrapped = Command::new(own);
    let report = report_path();
    wrapped
        .arg("measure")
        .arg(&report)
        .arg(codes.join(","))
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        wrapped.current_dir(dir);
    }
    report_of(&mut wrapped, &report)
}

/// Runs one of this program's own parts in a process of its own, as `PROGRAM PART REPORT ARGS…`.
pub(crate) fn part(own: &Path, part: &str, args: &[&OsStr]) -> Result<Sample> {
    let report = report_path();
    let mut command = Command::new(own);
    command.arg(part).arg(&report).args(args);
    report_of(&mut command, &report)
}

/// Where a child process writes what it measured.
fn report_path() -> PathBuf {
    std::env::temp_dir().join(format!("baton-bench-{}.json", std::process::id()))
}

fn report_of(command: &mut Command, report: &Path) -> Result<Sample> {
    let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
    let output = command.output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("a measured run failed: {error}").into());
    }
    let sample = serde_json::from_slice(&std::fs::read(report)?)?;
    std::fs::remove_file(report)?;
    Ok(sample)
}

/// Does the work in this process and writes what it cost to `report`.
pub(crate) fn here(report: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let before = cpu_ms()?;
    let started = Instant::now();
    work()?;
    let sample = Sample {
        wall_ms: started.elapsed().as_secs_f64() * 1000.0,
        cpu_ms: cpu_ms()? - before,
        peak_kb: peak_kb()?,
    };
    Ok(std::fs::write(report, serde_json::to_vec(&sample)?)?)
}

/// The parent: `REPORT CODES PROGRAM ARGS…`.
pub(crate) fn child(args: &[String]) -> Result<()> {
    let [report, codes, program, rest @ ..] = args else {
        return Err("measure: nothing to run".into());
    };
    let started = Instant::now();
    let status = Command::new(program).args(rest).status()?;
    let wall_ms = started.elapsed().as_secs_f64() * 1000.0;
    let expected = |code: i32| codes.split(',').any(|c| c == code.to_string());
    if !status.code().is_some_and(expected) {
        return Err(format!("{program} ended with {status}").into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = usage.user_time() + usage.system_time();
    let sample = Sample {
        wall_ms,
        cpu_ms: cpu.num_microseconds() as f64 / 1000.0,
        peak_kb: u64::try_from(usage.max_rss())?,
    };
    std::fs::write(report, serde_json::to_vec(&sample)?)?;
    Ok(())
}

/// The largest resident size of this process so far, in KiB. The kernel's own figure, because the one of
/// `getrusage` begins with the size of the process that started this one.
fn peak_kb() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    match line.and_then(|line| line.trim().strip_suffix(" kB")) {
        Some(size) => Ok(size.trim().parse()?),
        None => Ok(u64::try_from(getrusage(UsageWho::RUSAGE_SELF)?.max_rss())?),
    }
}

/// User and system time of this process so far, in milliseconds.
fn cpu_ms() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok((usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1000.0)
}
