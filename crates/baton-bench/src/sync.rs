//! How fast a connector is, and how close to the floor.
//!
//! For each company size it serves the company from the sandbox, runs the connector as an operator would, once for each
//! format of files, and then does only what no program could leave out: read the same bytes from the same server and
//! parse them, write the same rows, compress at the same level. An older program can be measured in turn with it.

mod table;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use connector_sandbox::company::Company;
use connector_sandbox::server::{Fake, Sandbox};

use crate::floor::{self, ReadAndParse};
use crate::measure::{self, Sample};
use crate::{Result, arguments, exit, run_part};
use table::Measured;

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

/// The `main` of a connector's benchmark: `[--sizes 1000,10000,100000] [--runs 5] [--storage-engine sqlite,pebble]
/// [--against PROGRAM]`.
pub fn main(subject: Subject) -> ExitCode {
    let args = arguments();
    let part = run_part(&args, Some(subject.read_and_parse));
    exit(subject.name, part.unwrap_or_else(|| bench(&subject, &args)))
}

/// A format of files, by the word that the programs know it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Pebble,
}

impl Engine {
    const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Pebble => "pebble",
        }
    }

    const fn version(self) -> &'static str {
        match self {
            Self::Sqlite => "v1",
            Self::Pebble => "v3",
        }
    }
}

struct Options {
    sizes: Vec<usize>,
    runs: usize,
    engines: Vec<Engine>,
    /// Another program, which is measured in turn with this one. It writes what it writes by default.
    against: Option<PathBuf>,
}

const USAGE: &str = "usage: [--sizes 1000,10000,100000,1000000] [--runs 5] [--storage-engine sqlite,pebble] [--against PROGRAM]";

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options {
        sizes: vec![1000, 10_000, 100_000],
        runs: 5,
        engines: vec![Engine::Sqlite, Engine::Pebble],
        against: None,
    };
    for pair in args.chunks(2) {
        let [flag, value] = pair else {
            return Err(USAGE.into());
        };
        match flag.as_str() {
            "--sizes" => {
                let sizes = value.split(',').map(str::parse);
                options.sizes = sizes.collect::<std::result::Result<_, _>>()?;
            }
            "--runs" => options.runs = value.parse::<usize>()?.max(1),
            "--storage-engine" => {
                let engines = value.split(',').map(|word| {
                    let mut all = [Engine::Sqlite, Engine::Pebble].into_iter();
                    all.find(|engine| engine.word() == word).ok_or(USAGE)
                });
                options.engines = engines.collect::<std::result::Result<_, _>>()?;
            }
            "--against" => options.against = Some(std::fs::canonicalize(value)?),
            _ => return Err(USAGE.into()),
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
        "{}: {:.1} MB, medians of {} (lowest to highest); ratios are of pairs of runs",
        subject.name,
        size as f64 / 1e6,
        options.runs
    )?;
    let starts = (0..20)
        .map(|_| measure::run(&own, Command::new(subject.program).arg("--help")))
        .collect::<Result<Vec<_>>>()?;
    writeln!(out, "--help: {}\n", Sample::summary(&starts))?;
    table::head(options.against.is_some(), &mut out)?;
    let mut growths = Vec::new();
    for people in &options.sizes {
        let of_size = one_size(subject, &own, *people, &options, &mut out)?;
        growths.push((*people, of_size));
    }
    writeln!(out)?;
    for pair in growths.windows(2) {
        let [(few, before), (many, after)] = pair else {
            continue;
        };
        for ((engine, before), after) in options.engines.iter().zip(before).zip(after) {
            table::growth(engine.version(), (*few, *before), (*many, *after), &mut out)?;
        }
    }
    Ok(())
}

/// Prints a row for each format; the medians of each.
fn one_size(
    subject: &Subject,
    own: &Path,
    people: usize,
    options: &Options,
    out: &mut impl Write,
) -> Result<Vec<Sample>> {
    let fake = (subject.fake)(Company::generate(people, 7));
    let running = Sandbox::new().start(&*fake)?;
    let environment = fake.environment(running.base_url());
    let base = environment.iter().find(|(k, _)| *k == subject.base_url);
    let base = base.map_or("", |(_, v)| v.as_str());
    let dir = tempfile::tempdir()?;
    let sync = |program: &Path, engine: Option<Engine>, file: &Path| {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(environment.iter().map(|(k, v)| (*k, v.as_str())));
        command
            .current_dir(dir.path())
            .args(["--log-level", "error"]);
        if let Some(engine) = engine {
            command.args(["--storage-engine", engine.word()]);
        }
        command.arg("--file").arg(file);
        command
    };
    let program = Path::new(subject.program);
    let fresh = dir.path().join("run.c1z");
    let timed = |program: &Path, engine: Option<Engine>| -> Result<Sample> {
        let sample = measure::run(own, &mut sync(program, engine, &fresh))?;
        std::fs::remove_file(&fresh)?;
        Ok(sample)
    };
    let mut measured = Vec::new();
    for engine in &options.engines {
        // The first run makes the sandbox render its answers, which is not what is measured.
        let file = dir.path().join(format!("{}.c1z", engine.version()));
        measure::run(own, &mut sync(program, Some(*engine), &file))?;
        measured.push(Measured {
            engine: engine.version(),
            file_bytes: std::fs::metadata(&file)?.len(),
            file,
            ours: Vec::new(),
            floor: Vec::new(),
            against: Vec::new(),
        });
    }
    let floor_out = dir.path().join("floor.c1z");
    for _ in 0..options.runs {
        let against = options.against.as_deref();
        let against = against.map(|other| timed(other, None)).transpose()?;
        for (engine, measured) in options.engines.iter().zip(&mut measured) {
            measured.ours.push(timed(program, Some(*engine))?);
            let floor = floor::run(own, base, &measured.file, &floor_out)?;
            measured.floor.push(floor);
            measured.against.extend(against);
        }
    }
    for of_format in &measured {
        table::row(people, of_format, out)?;
    }
    out.flush()?;
    let medians = measured.iter().map(|of| Sample::median(&of.ours));
    Ok(medians.collect())
}
