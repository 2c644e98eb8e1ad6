//! The file format from outside: what is written, what is read, and what is left behind when something fails.

mod convert;
mod engine;
#[cfg(unix)]
mod faults;
mod format;
mod hostile;
mod place;
mod publish;
mod reading;
mod resume;
mod retention;
mod rewritten;
mod round_trip;
mod sealing;
mod support;
mod targets;
mod version_3;
