//! How well Personio's fan-out (one request per person, beside the pages) uses what the vendor allows:
//! `cargo bench -p baton-personio --bench fan_out`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use baton_bench::measure::{self, Sample};
use baton_bench::{Result, arguments, exit, run_part};
use baton_personio_sandbox::{Personio, PersonioOptions, RateLimits};
use connector_sandbox::company::Company;
use connector_sandbox::server::{Fake, Running, Sandbox};

/// How long the sandbox takes to answer.
const LATENCY: Duration = Duration::from_millis(50);
/// Requests a second in the limited case, and what the bucket holds: as seen of the vendor's own gateway.
const RATE: u32 = 30;
const BURST: u32 = 100;
/// People in the limited case: enough that the burst at the start does not decide.
const LIMITED: usize = 900;
/// People in the unlimited case.
const UNLIMITED: usize = 2000;

const PROGRAM: &str = env!("CARGO_BIN_EXE_baton-personio");

fn main() -> ExitCode {
    let bench = || bench(&std::env::current_exe()?, &mut std::io::stdout().lock());
    exit(
        "baton-personio",
        run_part(&arguments(), None).unwrap_or_else(bench),
    )
}

/// Runs both cases.
fn bench(own: &Path, out: &mut impl Write) -> Result<()> {
    let limits = RateLimits::of(RATE, BURST);
    let (sample, running) = run(own, LIMITED, Some(limits))?;
    let requests = running.requests();
    let refused = requests.iter().filter(|r| r.status == Some(429)).count();
    let asked = requests.iter().filter(|r| r.path.ends_with("/employments"));
    let (first, last, count) = asked
        .fold((Duration::MAX, Duration::ZERO, 0), |(first, last, n), r| {
            (first.min(r.at), last.max(r.at), n + 1)
        });
    // The bucket is full at first: its content comes on top of what is refilled while the requests run.
    let took = last.saturating_sub(first).as_secs_f64();
    let allowed = f64::from(BURST) + f64::from(RATE) * took;
    writeln!(
        out,
        "\nbaton-personio, {LIMITED} people, {RATE} requests/s and {} ms latency: {}",
        LATENCY.as_millis(),
        Sample::summary(&[sample])
    )?;
    writeln!(
        out,
        "  {:.0} % of the {allowed:.0} requests the limit allowed, {refused} answered 429",
        100.0 * f64::from(count) / allowed
    )?;

    for (limits, case) in [
        (
            Some(RateLimits::generous()),
            "a limit that is never reached, stated in headers",
        ),
        (None, "no limit, and none stated: the pace has to find out"),
    ] {
        let (sample, running) = run(own, UNLIMITED, limits)?;
        let requests = running.requests().len();
        let sequential = requests as f64 * LATENCY.as_secs_f64();
        writeln!(
            out,
            "baton-personio, {UNLIMITED} people, {case}: {}",
            Sample::summary(&[sample])
        )?;
        writeln!(
            out,
            "  x{:.3} of the {sequential:.0} s that {requests} requests take one after the other",
            sample.wall_ms / 1000.0 / sequential,
        )?;
    }
    Ok(())
}

fn run(own: &Path, people: usize, limits: Option<RateLimits>) -> Result<(Sample, Running)> {
    let options = PersonioOptions {
        rate_limits: limits,
        ..PersonioOptions::default()
    };
    let fake = Personio::new(Company::generate(people, 7), options);
    let running = Sandbox::new().latency(LATENCY).start(&fake)?;
    let dir = tempfile::tempdir()?;
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .envs(
            fake.environment(running.base_url())
                .iter()
                .map(|(k, v)| (*k, v.as_str())),
        )
        .current_dir(dir.path())
        .args(["--log-level", "error", "--file", "sync.c1z"]);
    let sample = measure::run(own, &mut command)?;
    Ok((sample, running))
}
