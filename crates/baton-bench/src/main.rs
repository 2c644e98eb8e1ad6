//! `baton-bench`: how fast a connector is, and how close to the floor; and the same for `baton-audit`.
//!
//! For each company size it serves the company from the sandbox, runs the release binary of the connector as an
//! operator would, and then does only what no program could leave out, in a process of its own: read the same
//! bytes from the same server and parse them, insert the same rows into the same schema, compress at the same
//! level. Printed are medians of one run of this program and their ratios; absolute times move with the machine.

mod audit;
mod fanout;
mod floor;
mod measure;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use baton_hibob_sandbox::{HiBob, HiBobOptions};
use connector_sandbox::company::Company;
use connector_sandbox::server::{Fake, Sandbox};

use measure::Sample;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "usage: baton-bench [--sizes 1000,10000,100000] [--runs 5]
       baton-bench fan-out
       baton-bench audit [--people 100000] [--grants 1000000] [--runs 3]

Build first: cargo build --release --workspace";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args.first().map(String::as_str) {
        Some("measure") => measure::child(&args[1..]),
        Some("floor") => floor::child(&args[1..]),
        Some("read-floor") => audit::floor_child(&args[1..]),
        Some("audit") => bench_audit(&args[1..]),
        _ => bench(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "baton-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    /// Measure Personio's fan-out instead of HiBob.
    fan_out: bool,
    sizes: Vec<usize>,
    runs: usize,
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options {
        fan_out: false,
        sizes: vec![1000, 10_000, 100_000],
        runs: 5,
    };
    for pair in args.chunks(2) {
        match pair {
            [word] if word == "fan-out" => options.fan_out = true,
            [flag, value] if flag == "--sizes" => {
                options.sizes = value
                    .split(',')
                    .map(str::parse)
                    .collect::<std::result::Result<_, _>>()?;
            }
            [flag, value] if flag == "--runs" => options.runs = value.parse::<usize>()?.max(1),
            _ => return Err(USAGE.into()),
        }
    }
    Ok(options)
}

fn bench(args: &[String]) -> Result<()> {
    let options = parse(args)?;
    let own = std::env::current_exe()?;
    let mut out = std::io::stdout().lock();
    if options.fan_out {
        return fanout::bench(&own, &sibling(&own, "baton-personio")?, &mut out);
    }
    let connector = sibling(&own, "baton-hibob")?;
    let size = std::fs::metadata(&connector)?.len();
    writeln!(
        out,
        "baton-hibob: {:.1} MB, {} runs each, medians (lowest to highest)",
        size as f64 / 1e6,
        options.runs
    )?;
    let starts = (0..20)
        .map(|_| measure::run(&own, Command::new(&connector).arg("--help")))
        .collect::<Result<Vec<_>>>()?;
    writeln!(out, "--help: {}", Sample::summary(&starts))?;
    let mut per_person = Vec::new();
    for people in options.sizes {
        let sample = one_size(&own, &connector, people, options.runs, &mut out)?;
        per_person.push((
            people,
            sample.wall_ms * 1000.0 / people as f64,
            sample.peak_kb,
        ));
    }
    for pair in per_person.windows(2) {
        let [(few, time_few, memory_few), (many, time_many, memory_many)] = pair else {
            continue;
        };
        let bytes = (memory_many.saturating_sub(*memory_few) * 1024) as f64 / (many - few) as f64;
        let growth = time_many / time_few;
        writeln!(
            out,
            "from {few} to {many} people: time per person x{growth:.2}, memory +{bytes:.0} bytes per person"
        )?;
    }
    Ok(())
}

fn bench_audit(args: &[String]) -> Result<()> {
    let options = audit::parse(args).ok_or(USAGE)?;
    let own = std::env::current_exe()?;
    let program = sibling(&own, "baton-audit")?;
    audit::bench(&own, &program, &options, &mut std::io::stdout().lock())
}

/// A program built beside this one.
fn sibling(own: &Path, name: &str) -> Result<PathBuf> {
    let program = own.with_file_name(name);
    match program.exists() {
        true => Ok(program),
        false => Err(format!("{} is missing\n{USAGE}", program.display()).into()),
    }
}

fn one_size(
    own: &Path,
    connector: &Path,
    people: usize,
    runs: usize,
    out: &mut impl Write,
) -> Result<Sample> {
    let fake = HiBob::new(Company::generate(people, 7), HiBobOptions::default());
    let running = Sandbox::new().start(&fake)?;
    let environment = fake.environment(running.base_url());
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("sync.c1z");
    let sync = |file: &Path| {
        let mut command = Command::new(connector);
        command
            .env_clear()
            .envs(environment.iter().map(|(k, v)| (*k, v.as_str())));
        command
            .current_dir(dir.path())
            .arg("--log-level")
            .arg("error")
            .arg("--file")
            .arg(file);
        command
    };
    // The first run makes the sandbox render its answers, which is not what is measured.
    measure::run(own, &mut sync(&file))?;
    let mut ours = Vec::new();
    let mut floors = Vec::new();
    for run in 0..runs {
        let fresh = dir.path().join(format!("run-{run}.c1z"));
        ours.push(measure::run(own, &mut sync(&fresh))?);
        std::fs::remove_file(fresh)?;
        let base = environment
            .iter()
            .find(|(k, _)| *k == "BATON_HIBOB_BASE_URL")
            .map_or("", |(_, v)| v.as_str());
        floors.push(floor::run(own, base, &file, &dir.path().join("floor.c1z"))?);
    }
    let (ours_mid, floor_mid) = (Sample::median(&ours), Sample::median(&floors));
    let file_size = std::fs::metadata(&file)?.len();
    writeln!(
        out,
        "\n{people} people, file {:.1} MB",
        file_size as f64 / 1e6
    )?;
    writeln!(out, "  sync:  {}", Sample::summary(&ours))?;
    writeln!(out, "  floor: {}", Sample::summary(&floors))?;
    let (wall, cpu) = (
        ours_mid.wall_ms / floor_mid.wall_ms,
        ours_mid.cpu_ms / floor_mid.cpu_ms,
    );
    writeln!(out, "  ratio to the floor: wall x{wall:.2}, cpu x{cpu:.2}")?;
    out.flush()?;
    Ok(ours_mid)
}

/// Where a child process writes what it measured.
fn report_path() -> PathBuf {
    std::env::temp_dir().join(format!("baton-bench-{}.json", std::process::id()))
}
