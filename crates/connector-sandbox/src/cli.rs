//! The command line: which vendor, which company, how it misbehaves.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use connector_core::Error;
use connector_sandbox::circleci::{self, CircleCi, CircleCiOptions, RateLimit};
use connector_sandbox::company::Company;
use connector_sandbox::faults::{FaultSchedule, Rule};
use connector_sandbox::hibob::{
    Audience, Category, HiBob, HiBobOptions, RateLimits, ServiceUser, SlashKeys, edge,
};
use connector_sandbox::humaans::{self, ApiToken, Humaans, HumaansOptions};
use connector_sandbox::personio::{self, Personio, PersonioOptions};
use connector_sandbox::server::{Fake, Sandbox};

use crate::control;

/// What to serve and how.
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

/// What the program is asked to do.
pub(crate) enum Errand {
    /// Serve a vendor's fake.
    Vendor(Plan),
    /// Serve a control plane.
    ControlPlane(control::Plan),
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Errand, Failure> {
    let matches = command()
        .try_get_matches_from(args)
        .map_err(Failure::Usage)?;
    match matches.subcommand() {
        Some(("serve", serve)) => plan(serve).map(Errand::Vendor).map_err(Failure::Setting),
        Some(("c1", c1)) => Ok(Errand::ControlPlane(control::plan(c1))),
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
    let categories = Category::NEEDED.map(Category::id).into_iter();
    let scopes = humaans::Scope::NEEDED.map(humaans::Scope::id);
    let lacking = PossibleValuesParser::new(categories.chain(scopes));
    Command::new("serve")
        .about("Serves one vendor's API until SIGINT or SIGTERM")
        .arg(
            value("vendor", "NAME", "The vendor")
                .required(true)
                .value_parser(["circleci", "hibob", "humaans", "personio"]),
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
                .value_parser(lacking),
        )
        .arg(
            value("audience", "WHO", "Whose data the service user may see")
                .value_parser(["all", "employed", "nobody"])
                .default_value("all"),
        )
        .arg(
            value("flat-keys", "WHEN", "When fields also come in the flat form")
                .value_parser(["with-fields", "always", "never"])
                .default_value("with-fields"),
        )
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
    let fake = fake_of(matches, company);
    Ok(Plan { sandbox, fake })
}

/// The fake of the chosen vendor, filled with `company`.
fn fake_of(matches: &ArgMatches, company: Company) -> Box<dyn Fake> {
    match matches.get_one::<String>("vendor").map(String::as_str) {
        Some("circleci") => Box::new(CircleCi::new(company, circleci_options(matches))),
        Some("humaans") => Box::new(Humaans::new(company, humaans_options(matches))),
        Some("personio") => Box::new(Personio::new(company, personio_options(matches))),
        _ => {
            let options = hibob_options(matches, &company);
            Box::new(HiBob::new(company, options))
        }
    }
}

fn circleci_options(matches: &ArgMatches) -> CircleCiOptions {
    // No number is published; clients report this one.
    let limit = RateLimit {
        per_minute: 300,
        retry_after: true,
        plain_text: true,
    };
    let mut options = CircleCiOptions {
        rate_limit: matches.get_flag("rate-limit").then_some(limit),
        ..CircleCiOptions::default()
    };
    if matches.get_flag("edge-cases") {
        let cases = circleci::edge::members().into_iter();
        options.extra_members = cases.map(|m| m.record).collect();
    }
    options
}

fn humaans_options(matches: &ArgMatches) -> HumaansOptions {
    let lacking = matches.get_many::<String>("without").into_iter().flatten();
    let token = lacking
        .filter_map(|id| humaans::Scope::from_id(id))
        .fold(ApiToken::full(), ApiToken::without);
    let mut options = HumaansOptions::default().token(token);
    options.rate_limit = matches
        .get_flag("rate-limit")
        .then(humaans::RateLimit::default);
    if matches.get_flag("edge-cases") {
        humaans::edge::add_all(&mut options);
    }
    options
}

fn personio_options(matches: &ArgMatches) -> PersonioOptions {
    let mut options = PersonioOptions::default();
    let limited = matches.get_flag("rate-limit");
    options.rate_limits = limited.then(personio::RateLimits::default);
    if matches.get_flag("edge-cases") {
        options.extra_people = personio::edge::people();
    }
    options
}

fn hibob_options(matches: &ArgMatches, company: &Company) -> HiBobOptions {
    let audience = match matches.get_one::<String>("audience").map(String::as_str) {
        Some("employed") => Audience::Employed,
        Some("nobody") => Audience::Nobody,
        _ => Audience::All,
    };
    let lacking = matches.get_many::<String>("without").into_iter().flatten();
    let user = lacking
        .filter_map(|id| Category::from_id(id))
        .fold(ServiceUser::full().audience(audience), ServiceUser::without);
    let mut options = HiBobOptions::default().user(user);
    options.rate_limits = matches.get_flag("rate-limit").then(RateLimits::default);
    options.slash_keys = match matches.get_one::<String>("flat-keys").map(String::as_str) {
        Some("always") => SlashKeys::Always,
        Some("never") => SlashKeys::Never,
        _ => SlashKeys::WithFields,
    };
    if matches.get_flag("edge-cases") {
        options.extra_people = edge::people(company)
            .into_iter()
            .map(|p| p.record)
            .collect();
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use connector_core::ErrorKind;

    fn plan_of(args: &str) -> Result<Plan, Failure> {
        let words = std::iter::once("baton-sandbox").chain(args.split_whitespace());
        match parse(words.map(OsString::from))? {
            Errand::Vendor(plan) => Ok(plan),
            Errand::ControlPlane(_) => panic!("a control plane was asked for"),
        }
    }

    #[test]
    fn a_control_plane_needs_no_arguments() {
        let errand = parse(["baton-sandbox", "c1"].map(OsString::from));
        assert!(matches!(errand, Ok(Errand::ControlPlane(_))));
    }

    #[test]
    fn the_command_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn a_vendor_and_a_size_are_enough() {
        let plan = plan_of("serve --vendor hibob --people 30 --seed 4")
            .ok()
            .unwrap();
        assert_eq!(plan.fake.vendor(), "hibob");
        let plan = plan_of("serve --vendor humaans --people 5 --edge-cases --without private:read");
        assert_eq!(plan.ok().unwrap().fake.vendor(), "humaans");
        let plan = plan_of("serve --vendor circleci --people 30 --edge-cases --rate-limit");
        assert_eq!(plan.ok().unwrap().fake.vendor(), "circleci");
    }

    #[test]
    fn a_bad_rule_and_a_public_address_are_refused() {
        let plan = parse(
            ["baton-sandbox", "serve", "--vendor=hibob", "--fault=GET /x"].map(OsString::from),
        );
        let Err(Failure::Setting(error)) = plan else {
            panic!("the rule was accepted");
        };
        assert_eq!(error.kind(), ErrorKind::Usage);

        let plan = plan_of("serve --vendor hibob --people 1 --listen 0.0.0.0:0")
            .ok()
            .unwrap();
        let error = plan.sandbox.start(&*plan.fake).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting);
        assert_eq!(
            error.to_string(),
            "starting the sandbox: 0.0.0.0:0 is not a loopback address"
        );
        let plan = plan_of("serve --vendor hibob --people 1 --listen 0.0.0.0:0 --allow-remote");
        let plan = plan.ok().unwrap();
        assert!(plan.sandbox.start(&*plan.fake).is_ok());
    }

    #[test]
    fn an_unknown_vendor_is_a_usage_error() {
        let Err(Failure::Usage(error)) = plan_of("serve --vendor acme") else {
            panic!("the vendor was accepted");
        };
        assert_eq!(error.exit_code(), 2);
    }
}
