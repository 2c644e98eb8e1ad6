//! Runs a small scripted connector as a program, inside the test process.

mod app;
mod dry_run;
mod errors;
mod evidence;
mod files;
mod grouped;
mod health;
mod health_server;
mod logs;
mod modes;
mod output;
mod recordings;
mod schema;
mod secrets;
mod service;
mod service_logs;
mod service_start;
mod settings;
mod support;
mod sync;
mod telemetry;
