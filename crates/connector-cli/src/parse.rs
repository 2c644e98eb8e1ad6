//! From arguments to a subcommand and the flags that were given, with errors in the ecosystem's words.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind as Clap};
use clap_complete::Shell;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::ConnectorSpec;

use crate::command::{self, ENDPOINT, SHELL, TIMEOUT};
use crate::commands::completion;
use crate::commands::health_check::{self, Endpoint};
use crate::defaults;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Sync,
    Validate,
    Capabilities,
    Config,
    Completion(Shell),
    HealthCheck { endpoint: Endpoint, seconds: u64 },
}

impl Action {
    /// Whether the command works with the vendor, so that the settings must be complete.
    pub(crate) fn asks_the_vendor(&self) -> bool {
        matches!(self, Self::Sync | Self::Validate)
    }
}

/// Flags that were given, each with its values in order.
pub(crate) type Flags = BTreeMap<&'static str, Vec<String>>;

/// What the arguments ask for.
pub(crate) enum Parsed {
    /// Print this text and stop.
    Print(String),
    Run(Action, Flags),
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(spec: &ConnectorSpec, args: Vec<OsString>) -> Result<Parsed> {
    let mut command = command::command(spec);
    let argv = std::iter::once(OsString::from(spec.name)).chain(args);
    let matches = match command.try_get_matches_from_mut(argv) {
        Ok(matches) => matches,
        Err(e) => return refused(spec, &e),
    };
    if matches.get_flag("version") {
        let version = format!("{} version {}\n", spec.name, spec.version);
        return Ok(Parsed::Print(version));
    }
    let (action, matches) = match matches.subcommand() {
        None => (Action::Sync, &matches),
        Some((name, sub)) => (action(name, sub)?, sub),
    };
    let mut flags = Flags::new();
    for field in defaults::all_fields(spec) {
        if let Ok(Some(values)) = matches.try_get_many::<String>(field.name()) {
            flags.insert(field.name(), values.cloned().collect());
        }
    }
    Ok(Parsed::Run(action, flags))
}

fn action(name: &str, matches: &ArgMatches) -> Result<Action> {
    let text = |id| matches.get_one::<String>(id).map(String::as_str);
    Ok(match name {
        "capabilities" => Action::Capabilities,
        "config" => Action::Config,
        "validate" => Action::Validate,
        "completion" => Action::Completion(completion::shell(text(SHELL))?),
        "health-check" => Action::HealthCheck {
            endpoint: Endpoint::parse(text(ENDPOINT).unwrap_or("health"))?,
            seconds: health_check::seconds(text(TIMEOUT))?,
        },
        other => {
            let message = format!("the command {other} is declared but not handled");
            return Err(Error::new(ErrorKind::Bug, message));
        }
    })
}

fn refused(spec: &ConnectorSpec, e: &clap::Error) -> Result<Parsed> {
    let context = |kind| match e.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        // The best guess comes last.
        Some(ContextValue::Strings(texts)) => texts.last().cloned(),
        _ => None,
    };
    let offender = context(ContextKind::InvalidArg).or(context(ContextKind::InvalidSubcommand));
    let offender = offender.unwrap_or_default();
    let message = match e.kind() {
        Clap::DisplayHelp | Clap::DisplayHelpOnMissingArgumentOrSubcommand => {
            return Ok(Parsed::Print(e.render().to_string()));
        }
        Clap::UnknownArgument | Clap::InvalidSubcommand => unknown(spec, &offender),
        // An argument that takes a value was the last one, or `--flag=` stood alone.
        Clap::InvalidValue | Clap::NoEquals | Clap::WrongNumberOfValues | Clap::TooFewValues => {
            format!("flag needs an argument: {}", flag_name(&offender))
        }
        Clap::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        _ => first_line(&e.render().to_string()),
    };
    let suggestion = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedCommand,
    ]
    .into_iter()
    .find_map(context);
    let hint = match suggestion {
        Some(name) => format!("did you mean {}?", flag_name(&name)),
        None => format!("{} --help lists commands and flags", spec.name),
    };
    Err(Error::new(ErrorKind::Usage, message).hint(hint))
}

/// An unknown flag or a stray word. What follows a `=` may be a secret and is left out.
fn unknown(spec: &ConnectorSpec, offender: &str) -> String {
    let name = offender.split('=').next().unwrap_or_default();
    match name.strip_prefix('-') {
        Some(long) if long.starts_with('-') => format!("unknown flag: {name}"),
        Some(short) => format!(
            "unknown shorthand flag: '{}'",
            short.chars().next().unwrap_or('-')
        ),
        None => format!("unknown command \"{name}\" for \"{}\"", spec.name),
    }
}

/// `--file <string>` and `--file=x` without what is not the name.
fn flag_name(shown: &str) -> &str {
    let end = shown.find([' ', '=', '[', '<']).unwrap_or(shown.len());
    &shown[..end]
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}
