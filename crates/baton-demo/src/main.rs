//! `baton-demo`: the suite's main job in one command, without an account or a network.
//!
//! Starts the sandbox with a synthetic company, runs each connector as an operator would, with nothing but the
//! environment variables the sandbox prints, shows what is in the files it wrote, and checks them against each other.
//! With `--service` it shows one connector as a long-running service instead.

mod audit;
mod look;
mod review;
mod service;
mod year;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use baton_demo::Connector;
use connector_cli::Invocation;
use connector_core::Result;
use connector_core::clock::SystemClock;
use connector_core::entropy::SystemEntropy;
use connector_sandbox::company::Company;
use connector_sandbox::server::{Account, Sandbox};
use connector_sandbox::vendor::Choices;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

const HELP: &str = "\
Shows what the connectors do, with synthetic data and without an account or a network.

Usage: baton-demo [--service]

Without options every connector syncs a company from the sandbox into demo/*.c1z, and
baton-audit says what the files tell together, also in demo/report.html. Files of a year say
how long access stayed, and an access review is started, decided, closed, and verified
against a later sync.

  --service   run one connector as a service: it takes a task from a control plane on this
              machine, syncs, uploads the file and is stopped; shows every call and the file
  --help      show this
";

/// Variables about the files that connectors write, which they are given when the demo is: the time in them, and their
/// version.
const TIME: &str = "SOURCE_DATE_EPOCH";
const ENGINE: &str = "BATON_STORAGE_ENGINE";

const PEOPLE: usize = 250;
const SEED: u64 = 2026;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let dir = Path::new("demo");
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demo(dir),
        ["--service"] => service::demo(dir, Company::generate(PEOPLE, SEED), &mut io::stdout()),
        ["--help" | "-h"] => io::stdout().write_all(HELP.as_bytes()).map_err(Into::into),
        _ => {
            let _ = write!(io::stderr(), "baton-demo: unknown arguments\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "baton-demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn demo(dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(dir)?;
    let company = Company::generate_at(PEOPLE, SEED, now().to_zoned(TimeZone::UTC).date());
    let mut out = io::stdout();
    writeln!(
        out,
        "A synthetic company: {} people, {} departments.",
        company.people.len(),
        company.departments.len()
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let connectors = baton_demo::connectors();
    let mut synced = Vec::new();
    for connector in &connectors {
        let file = dir.join(format!("{}.c1z", connector.vendor.name));
        say(connector, &file, &mut out)?;
        let accounts = runtime.block_on(sync(connector, &company, &file, fixed()))?;
        look::show(&file, &mut out)?;
        synced.push(audit::Synced {
            connector: connector.clone(),
            accounts,
            file,
        });
    }
    let (hr, _, apps) = audit::parts(&synced);
    let year = dir.join(audit::YEAR);
    let connectors = hr.iter().chain(&apps).map(|s| s.connector.clone());
    let kept = year::files(&year, &company, &connectors.collect::<Vec<_>>(), now())?;
    runtime.block_on(sync_all(kept))?;
    audit::show(dir, &company, &synced, &mut out)?;
    review::hold(dir, &synced, &mut out)?;
    writeln!(
        out,
        "\nThe access is taken away, and the apps are synced again:"
    )?;
    let later = dir.join(review::LATER);
    std::fs::create_dir_all(&later)?;
    let company = review::offboarded(&company);
    let mut files = Vec::new();
    for app in apps {
        let file = later.join(app.file.file_name().unwrap_or_default());
        say(&app.connector, &file, &mut out)?;
        let time = fixed().map(|time| time + review::AFTER);
        runtime.block_on(sync(&app.connector, &company, &file, time))?;
        files.push(file.display().to_string());
    }
    review::verify(dir, &files, &mut out)?;
    writeln!(
        out,
        "\nRead on in README.md; the files are in {}/.",
        dir.display()
    )?;
    Ok(())
}

/// Shows the command by which a connector is run.
fn say(connector: &Connector, file: &Path, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n$ {} --file {}", connector.spec.name, file.display())?;
    out.flush()
}

/// Makes all files at the same time.
async fn sync_all(files: Vec<year::Kept>) -> Result<(), Box<dyn std::error::Error>> {
    let sync_one = async |kept: year::Kept| {
        let time = Some(kept.time);
        let done = sync(&kept.connector, &kept.company, &kept.file, time).await;
        done.map(drop).map_err(|e| e.to_string())
    };
    let local = tokio::task::LocalSet::new();
    let mut running = tokio::task::JoinSet::new();
    for kept in files {
        running.spawn_local_on(sync_one(kept), &local);
    }
    let ended = local.run_until(running.join_all()).await;
    Ok(ended.into_iter().collect::<Result<(), String>>()?)
}

/// Runs a connector as an operator would, against a fake that has the company; returns the fake's accounts. The file may
/// say that it was written at another time than now.
async fn sync(
    connector: &Connector,
    company: &Company,
    file: &Path,
    time: Option<Timestamp>,
) -> Result<Vec<Account>, Box<dyn std::error::Error>> {
    let fake = (connector.vendor.build)(company.clone(), &Choices::default());
    let running = Sandbox::new().start(&*fake)?;
    let environment = fake.environment(running.base_url()).into_iter();
    let environment = environment.map(|(name, value)| (name.to_owned(), value.into()));
    let engine = std::env::var_os(ENGINE).map(|value| (ENGINE.to_owned(), value));
    let time = time.map(|time| (TIME.to_owned(), time.as_second().to_string().into()));
    let environment = environment.chain(engine).chain(time);
    let code = (connector.program)(one_shot(environment.collect(), file)?).await;
    match code {
        0 => Ok(fake.accounts()),
        code => {
            let program = connector.spec.name;
            Err(format!("{program} ended with exit code {code}").into())
        }
    }
}

/// The time that the company is seen at: files that are to be the same have to be about the same company.
fn now() -> Timestamp {
    fixed().unwrap_or_else(Timestamp::now)
}

fn fixed() -> Option<Timestamp> {
    let text = std::env::var(TIME).ok()?;
    Timestamp::from_second(text.parse().ok()?).ok()
}

/// A single sync into `file`.
fn one_shot(env: BTreeMap<String, OsString>, file: &Path) -> Result<Invocation> {
    let watched = io::stderr().is_terminal();
    // Without a terminal the progress would be log lines, which do not help a person who sees the demo for the first
    // time.
    let level = if watched { "info" } else { "warn" };
    let mut invocation = invocation(env, level, CancellationToken::new())?;
    invocation.args.extend(["--file".into(), file.into()]);
    invocation.stdout_is_terminal = watched;
    invocation.stderr_is_terminal = watched;
    Ok(invocation)
}

/// A connector in this process, with nothing but these environment variables.
fn invocation(
    env: BTreeMap<String, OsString>,
    level: &str,
    cancel: CancellationToken,
) -> Result<Invocation> {
    let args = ["--log-level", level, "--log-format", "console"];
    Ok(Invocation {
        args: args.into_iter().map(Into::into).collect(),
        env,
        current_dir: PathBuf::new(),
        stdout: Box::new(io::stdout()),
        stderr: Box::new(io::stderr()),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        clock: SystemClock::shared(),
        entropy: Arc::new(SystemEntropy::new()?),
        cancel,
        http_timeout: None,
        telemetry_limit: None,
    })
}
