//! The core of the connector suite: the model of people and access, the traits a vendor's connector implements,
//! and the engine that turns a connector's pages into a finished file.
//!
//! The core hands over three things. To connectors: [`connector::Connector`], the model to fill, and [`spec`] to
//! declare settings with. To file formats: [`store::Store`]. To programs: [`engine::sync`], [`error::Error`] with its
//! one table of exit codes, and [`progress::Progress`]. It knows no HTTP, no SQL and no command line; time, randomness
//! and waiting are parameters ([`clock`], [`entropy`]).

pub mod clock;
pub mod connector;
pub mod engine;
pub mod entropy;
pub mod error;
pub mod fan_out;
pub mod id;
pub mod ledger;
pub mod leftovers;
pub mod lenient;
pub mod model;
pub mod output;
pub mod paging;
pub mod percent;
pub mod privacy;
pub mod profile;
pub mod progress;
pub mod shrink;
pub mod spec;
pub mod store;
pub mod tape;
pub mod task;
pub mod text;
pub mod verdict;
pub mod warning;

pub use error::{Context, Error, ErrorKind, Result};
