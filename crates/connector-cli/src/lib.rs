//! Turns a connector into a command-line program.
//!
//! A connector says which settings it has ([`ConnectorSpec`], [`Field`]) and how it is made from them ([`App`]);
//! this crate hands over the program: flags, `BATON_*` variables and the configuration file, validation, help,
//! the `config` and `capabilities` schemas, log lines, progress, signals, exit codes, and the commands.
//!
//! [`main`] runs it as the process; [`run`] runs it inside a test, with arguments, environment, streams, time and
//! randomness as parameters.

mod check;
mod command;
mod config_file;
mod defaults;
mod field;
mod fingerprint;
mod flag_table;
pub mod health;
mod invocation;
mod json;
mod log;
mod modes;
mod parse;
mod process;
mod progress;
mod report;
mod run;
mod runtime;
mod schema;
mod screen;
mod selection;
mod service;
mod spec;
mod store_options;
mod summary;
mod sync;
mod telemetry;
mod values;

pub use command::help_text;
pub use field::{DefaultValue, Export, Field, Kind, Rule};
pub use flag_table::flag_table;
pub use invocation::Invocation;
pub use process::main;
pub use run::{App, run};
pub use runtime::{Runtime, Settings};
pub use schema::{capabilities_json, config_json};
pub use spec::{ConnectorSpec, Constraint};
