//! How fast a connector is, and how close to the floor.
//!
//! For each company size it serves the company from the sandbox, runs the connector as an operator would, and then does
//! only what no program could leave out: read the same bytes from the same server and parse them, insert the same rows
//! into the same schema, compress at the same level.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

use connector_sandbox::company::Company;
use connector_sandbox::server::{Fake, Sandbox};

use crate::floor::{self, ReadAndParse};
use crate::measure::{self, Sample};
use crate::{Result, arguments, exit, run_part};

/// The connector that is measured.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The program's name, for what is printed.
    pub name: &'static str,
    /// Where the program is.
    pub program: &'static str,
    /// The fake of the vendor, for a company.
    pub fake: fn(Company) -> Box<dyn Fake>,
    /// The variable that holds the base URL.
    pub base_url: &'static str,
    /// The part of the floor that knows the vendor.
    pub read_and_parse: ReadAndParse,
}

/// The `main` of a connector's benchmark: `[--sizes 1000,10000,100000] [--runs 5]`.
pub fn main(subject: Subject) -> ExitCode {
    let args = arguments();
    let part = run_part(&args, Some(subject.read_and_parse));
    exit(subject.name, part.unwrap_or_else(|| bench(&subject, &args)))
}

struct Options {
    sizes: Vec<usize>,
    runs: usize,
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options {
        sizes: vec![1000, 10_000, 100_000],
        runs: 5,
    };
    for pair in args.chunks(2) {
        match pair {
            [flag, value] if flag == "--sizes" => {
                options.sizes = value
                    .split(',')
                    .map(str::parse)
                    .collect::<std::result::Result<_, _>>()?;
            }
            [flag, value] if flag == "--runs" => options.runs = value.parse::<usize>()?.max(1),
            _ => return Err("usage: [--sizes 1000,10000,100000] [--runs 5]".into()),
        }
    }
    Ok(options)
}

fn bench(subject: &Subject, args: &[String]) -> Result<()> {
    let options = parse(args)?;
    let own = std::env::current_exe()?;
    let mut out = std::io::stdout().lock();
    let size = std::fs::metadata(subject.program)?.len();
    writeln!(
        out,
        "{}: {:.1} MB, {} runs each, medians (lowest to highest)",
        subject.name,
        size as f64 / 1e6,
        options.runs
    )?;
    let starts = (0..20)
        .map(|_| measure::run(&own, Command::new(subject.program).arg("--help")))
        .collect::<Result<Vec<_>>>()?;
    writeln!(out, "--help: {}", Sample::summary(&starts))?;
    let mut per_person = Vec::new();
    for people in options.sizes {
        let sample = one_size(subject, &own, people, options.runs, &mut out)?;
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

fn one_size(
    subject: &Subject,
    own: &Path,
    people: usize,
    runs: usize,
    out: &mut impl Write,
) -> Result<Sample> {
    let fake = (subject.fake)(Company::generate(people, 7));
    let running = Sandbox::new().start(&*fake)?;
    let environment = fake.environment(running.base_url());
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("sync.c1z");
    let sync = |file: &Path| {
        let mut command = Command::new(subject.program);
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
            .find(|(k, _)| *k == subject.base_url)
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
