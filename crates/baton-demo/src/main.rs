//! `baton-demo`: the suite's main job in one command, without an account or a network.
//!
//! Starts the sandbox with a synthetic company, runs each connector as an operator would, with nothing but the
//! environment variables the sandbox prints, shows what is in the files it wrote, and checks them against each other.
//! With `--service` it shows one connector as a long-running service instead.

mod audit;
mod look;
mod service;

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use baton_circleci_sandbox::{CircleCi, CircleCiOptions};
use baton_hibob_sandbox::{HiBob, HiBobOptions};
use baton_humaans_sandbox::{Humaans, HumaansOptions};
use baton_personio_sandbox::{Personio, PersonioOptions};
use connector_cli::Invocation;
use connector_core::clock::SystemClock;
use connector_core::entropy::SystemEntropy;
use connector_core::spec::App;
use connector_sandbox::company::Company;
use connector_sandbox::server::{Fake, Sandbox};
use jiff::Timestamp;
use jiff::tz::TimeZone;

const HELP: &str = "\
Shows what the connectors do, with synthetic data and without an account or a network.

Usage: baton-demo [--service]

Without options every connector syncs a company from the sandbox into demo/*.c1z, and
baton-audit says what the files tell together, also in demo/report.html.

  --service   run one connector as a service: it takes a task from a control plane on this
              machine, syncs, uploads the file and is stopped; shows every call and the file
  --help      show this
";

const PEOPLE: usize = 250;
const SEED: u64 = 2026;

type Program = fn(Invocation) -> Pin<Box<dyn Future<Output = u8>>>;

/// A vendor's fake and the connector that reads it.
struct Vendor {
    fake: Box<dyn Fake>,
    program: Program,
}

fn vendor<A: App>(fake: impl Fake + 'static) -> Vendor {
    Vendor {
        fake: Box::new(fake),
        program: |invocation| Box::pin(connector_cli::run::<A>(invocation)),
    }
}

fn vendors(company: &Company, circleci: &CircleCi) -> Vec<Vendor> {
    vec![
        vendor::<baton_humaans::Humaans>(Humaans::new(company.clone(), HumaansOptions::default())),
        vendor::<baton_hibob::HiBob>(HiBob::new(company.clone(), HiBobOptions::default())),
        vendor::<baton_personio::Personio>(Personio::new(
            company.clone(),
            PersonioOptions::default(),
        )),
        vendor::<baton_circleci::CircleCi>(circleci.clone()),
    ]
}

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
    let company = Company::generate_at(
        PEOPLE,
        SEED,
        Timestamp::now().to_zoned(TimeZone::UTC).date(),
    );
    let circleci = CircleCi::new(company.clone(), CircleCiOptions::default());
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
    for vendor in vendors(&company, &circleci) {
        let name = vendor.fake.vendor();
        let file = dir.join(format!("{name}.c1z"));
        let running = Sandbox::new().start(&*vendor.fake)?;
        let environment = vendor.fake.environment(running.base_url());
        writeln!(out, "\n$ baton-{name} --file {}", file.display())?;
        out.flush()?;
        let code = runtime.block_on((vendor.program)(invocation(&environment, &file)));
        if code != 0 {
            return Err(format!("baton-{name} ended with exit code {code}").into());
        }
        look::show(&file, &mut out)?;
    }
    audit::show(dir, &company, &circleci, &mut out)?;
    writeln!(
        out,
        "\nRead on in README.md; the files are in {}/.",
        dir.display()
    )?;
    Ok(())
}

fn invocation(environment: &[(&'static str, String)], file: &Path) -> Invocation {
    let watched = io::stderr().is_terminal();
    // Without a terminal the progress would be log lines, which say nothing to a newcomer.
    let level = if watched { "info" } else { "warn" };
    let args = ["--log-level", level, "--log-format", "console", "--file"];
    Invocation {
        args: args
            .into_iter()
            .map(Into::into)
            .chain([file.into()])
            .collect(),
        env: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.into()))
            .collect::<BTreeMap<_, _>>(),
        current_dir: PathBuf::new(),
        stdout: Box::new(io::stdout()),
        stderr: Box::new(io::stderr()),
        stdout_is_terminal: watched,
        stderr_is_terminal: watched,
        clock: SystemClock::shared(),
        entropy: Arc::new(SystemEntropy),
        cancel: tokio_util::sync::CancellationToken::new(),
        http_timeout: None,
        telemetry_limit: None,
    }
}
