//! The file format from outside: what is written, what is read, and what is left behind when something fails.

mod convert;
mod engine;
#[cfg(unix)]
mod faults;
mod format;
mod hostile;
mod member;
mod numbered;
mod place;
mod preview;
mod publish;
mod reading;
mod reproducible;
mod resume;
mod retention;
mod rewritten;
mod round_trip;
mod sealing;
mod shrink;
mod support;
mod targets;
mod version_3;
