//! Turns a connector into a command-line program.
//!
//! A vendor's library declares its settings and how a connector is made from them ([`connector_core::spec`]); this crate
//! hands over the program: flags, `BATON_*` variables and the configuration file, validation, help, the `config` and
//! `capabilities` schemas, log lines, progress, signals, exit codes, and the commands. A vendor names it in `main.rs`
//! only.
//!
//! [`main`] runs it as the process; [`run`] runs it inside a test, with arguments, environment, streams, time and
//! randomness as parameters.

mod check;
mod command;
mod commands;
mod config_file;
mod console;
mod defaults;
mod evidence;
mod fingerprint;
mod flag_table;
pub mod health;
mod invocation;
mod json;
mod log;
mod modes;
mod parse;
mod process;
mod program;
mod progress;
mod screen;
mod selection;
mod store_options;
mod summary;
mod sync_run;
mod tape;
mod telemetry;
mod values;

pub use command::help_text;
pub use commands::capabilities::capabilities_json;
pub use commands::config::config_json;
pub use defaults::all_fields;
pub use flag_table::flag_table;
pub use invocation::Invocation;
pub use process::main;
pub use program::run;
