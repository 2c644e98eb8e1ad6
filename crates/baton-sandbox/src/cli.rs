//! The command line: which vendor, which company, how it misbehaves.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;

use baton_sandbox::VENDORS;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use connector_core::Error;
use connector_sandbox::company::Company;
use connector_sandbox::faults::{FaultSchedule, Rule};
use connector_sandbox::server::{Fake, Sandbox};
use connector_sandbox::vendor::Choices;

use crate::control;

/// A fake and how it is served.
pub(crate) struct Plan {
    pub(crate) sandbox: Sandbox,
    pub(crate) fake: Box<dyn Fake>,
}

/// Why there is nothing to serve.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments do not parse, or ask for help.
    Usage(clap::Error),
    /// A value cannot be used.
    Setting(Error),
}

/// One of the program's commands with its arguments.
pub(crate) enum Action {
    /// Serve a vendor's fake.
    Vendor(Plan),
    /// Serve a control plane.
    ControlPlane(control::Plan),
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Action, Failure> {
    let matches = command()
        .try_get_matches_from(args)
        .map_err(Failure::Usage)?;
    match matches.subcommand() {
        Some(("serve", serve)) => plan(serve).map(Action::Vendor).map_err(Failure::Setting),
        Some(("c1", c1)) => Ok(Action::ControlPlane(control::plan(c1))),
        _ => Err(Failure::Usage(command().error(
            clap::error::ErrorKind::MissingSubcommand,
            "say what to do: serve or c1",
        ))),
    }
}

fn command() -> Command {
    Command::new("baton-sandbox")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Fakes of vendor APIs, filled with a synthetic company")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve())
        .subcommand(control::command())
}

fn serve() -> Command {
    let value = |name: &'static str, shown: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(shown).help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .help(help)
            .action(ArgAction::SetTrue)
    };
    let names = VENDORS.iter().map(|vendor| vendor.name);
    let permissions = VENDORS.iter().flat_map(|vendor| (vendor.permissions)());
    let own = VENDORS.iter().flat_map(|vendor| (vendor.arguments)());
    Command::new("serve")
        .about("Serves one vendor's API until SIGINT or SIGTERM")
        .arg(
            value("vendor", "NAME", "The vendor")
                .required(true)
                .value_parser(PossibleValuesParser::new(names)),
        )
        .arg(
            value("people", "N", "How many people the company has")
                .value_parser(value_parser!(usize))
                .default_value("1000"),
        )
        .arg(
            value("seed", "N", "The start value; the same one gives the same company")
                .value_parser(value_parser!(u64))
                .default_value("1"),
        )
        .arg(
            value("listen", "ADDRESS", "Where to listen; port 0 takes a free one")
                .value_parser(value_parser!(SocketAddr))
                .default_value("127.0.0.1:0"),
        )
        .arg(switch("allow-remote", "Allow an address other machines can reach"))
        .arg(
            value("latency-ms", "N", "The time every answer takes at least")
                .value_parser(value_parser!(u64))
                .default_value("0"),
        )
        .arg(switch("rate-limit", "Enforce the vendor's rate limits"))
        .arg(
            value("fault", "RULE", "What goes wrong, for example 'POST /people/search #1-2 -> 429 retry-after=3'; repeatable")
                .action(ArgAction::Append),
        )
        .arg(
            value("without", "PERMISSION", "A category or scope the credential lacks; repeatable")
                .action(ArgAction::Append)
                .value_parser(PossibleValuesParser::new(permissions)),
        )
        .args(own)
        .arg(switch("edge-cases", "Add people with every known oddity"))
}

fn plan(matches: &ArgMatches) -> Result<Plan, Error> {
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or_default();
    let faults = FaultSchedule::new();
    for rule in matches.get_many::<String>("fault").into_iter().flatten() {
        faults.add(rule.parse::<Rule>()?);
    }
    let mut sandbox = Sandbox::new()
        .allow_remote(matches.get_flag("allow-remote"))
        .latency(Duration::from_millis(number("latency-ms")))
        .faults(&faults);
    if let Some(listen) = matches.get_one::<SocketAddr>("listen") {
        sandbox = sandbox.listen(*listen);
    }
    let people = matches
        .get_one::<usize>("people")
        .copied()
        .unwrap_or_default();
    let company = Company::generate(people, number("seed"));
    let fake = fake(matches, company)?;
    Ok(Plan { sandbox, fake })
}

/// The fake of the chosen vendor, filled with `company`.
fn fake(matches: &ArgMatches, company: Company) -> Result<Box<dyn Fake>, Error> {
    let name = matches.get_one::<String>("vendor");
    let vendor = name.and_then(|name| baton_sandbox::vendor(name));
    // The parser accepts registered names only.
    let vendor =
        vendor.ok_or_else(|| Error::new(connector_core::ErrorKind::Bug, "no such vendor"))?;
    let without = matches.get_many::<String>("without").into_iter().flatten();
    let choices = Choices {
        rate_limit: matches.get_flag("rate-limit"),
        edge_cases: matches.get_flag("edge-cases"),
        without: without.cloned().collect(),
        ..Choices::default()
    };
    let choices = choices.with_arguments(&(vendor.arguments)(), matches);
    Ok((vendor.build)(company, &choices))
}

#[cfg(test)]
mod tests;
