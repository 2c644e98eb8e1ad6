//! The command line as `clap` sees it, built from the fields.

use clap::{Arg, ArgAction, Command};
use connector_core::spec::{ConnectorSpec, DefaultValue, FieldSpec, Kind};

use crate::defaults;

/// Columns that help is wrapped to; fixed, so that help is the same everywhere.
const WIDTH: usize = 100;

/// Ids of arguments that are not fields.
pub(crate) const SHELL: &str = "completion.shell";
pub(crate) const ENDPOINT: &str = "health-check.endpoint";
pub(crate) const TIMEOUT: &str = "health-check.timeout";

/// The program's command line.
pub(crate) fn command(spec: &ConnectorSpec) -> Command {
    let own = format!("{} settings", spec.display_name);
    let fields = spec.fields.iter().map(|f| arg(f).help_heading(own.clone()));
    let defaults = defaults::table()
        .into_iter()
        .map(|flag| arg(&flag.field).help_heading("Options"));
    Command::new(spec.name)
        .about(spec.about)
        .term_width(WIDTH)
        .args_override_self(true)
        .disable_version_flag(true)
        .disable_help_flag(true)
        .args(fields)
        .args(defaults)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .help("Show help")
                .help_heading("Options")
                .action(ArgAction::Help)
                .global(true),
        )
        .arg(
            Arg::new("version")
                .short('v')
                .long("version")
                .help("Show the version")
                .help_heading("Options")
                .action(ArgAction::SetTrue)
                .global(true),
        )
        .subcommands(subcommands())
        .after_help(
            "Without a command, one sync is run and written to --file. Settings come from flags, then \
             BATON_* variables, then .baton.yaml in the current directory (or the file that \
             BATON_CONFIG_PATH names).",
        )
}

fn subcommands() -> [Command; 5] {
    [
        Command::new("capabilities").about("Print what the connector can do, as JSON"),
        Command::new("config").about("Print the schema of the connector's settings, as JSON"),
        Command::new("completion")
            .about("Print a completion script for a shell")
            .arg(
                Arg::new(SHELL)
                    .value_name("SHELL")
                    .help("bash, zsh, fish or powershell"),
            ),
        Command::new("health-check")
            .about("Ask a running service whether it is well")
            .arg(
                Arg::new(ENDPOINT)
                    .long("endpoint")
                    .value_name("string")
                    .help("What to ask: health, ready or live [default: health]"),
            )
            .arg(
                Arg::new(TIMEOUT)
                    .long("timeout")
                    .value_name("int")
                    .allow_hyphen_values(true)
                    .help("Time limit in seconds [default: 5]"),
            ),
        Command::new("validate")
            .about("Check credential, permissions and base URL without syncing"),
    ]
}

fn arg(field: &FieldSpec) -> Arg {
    let arg = Arg::new(field.name())
        .long(field.name())
        .help(help(field))
        .hide(field.is_hidden())
        .global(true);
    let arg = match field.short() {
        Some(letter) => arg.short(letter),
        None => arg,
    };
    match field.kind() {
        Kind::Bool => arg
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("bool"),
        Kind::Text | Kind::Secret | Kind::Int => arg
            .action(ArgAction::Set)
            .allow_hyphen_values(true)
            .value_name(field.kind().as_str()),
        Kind::List => arg
            .action(ArgAction::Append)
            .allow_hyphen_values(true)
            .value_name(field.kind().as_str()),
    }
}

/// A field's line in help: what it is, its default, its variable. Never its value.
fn help(field: &FieldSpec) -> String {
    let mut text = String::new();
    if field.is_required() {
        text.push_str("required: ");
    }
    text.push_str(match field.description() {
        "" => field.display_name(),
        description => description,
    });
    if let Some(default) = shown_default(field) {
        text.push_str(&format!(" [default: {default}]"));
    }
    text.push_str(&format!(" (${})", field.variable()));
    text
}

/// The default that help shows: neither an empty one nor a secret.
pub(crate) fn shown_default(field: &FieldSpec) -> Option<String> {
    match field.default_value()? {
        _ if field.is_secret() => None,
        DefaultValue::Text("") | DefaultValue::List([]) | DefaultValue::Bool(false) => None,
        DefaultValue::Text(text) => Some(text.to_owned()),
        DefaultValue::Bool(true) => Some("true".to_owned()),
        DefaultValue::Int(number) => Some(number.to_string()),
        DefaultValue::List(items) => Some(items.join(",")),
    }
}

/// The text of `--help`.
pub fn help_text(spec: &ConnectorSpec) -> String {
    command(spec).render_help().to_string()
}
