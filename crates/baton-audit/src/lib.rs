//! `baton-audit` as a library: what the `.c1z` files of Baton connectors say about people, answered offline.
//!
//! [`run`] is the whole program with everything it touches handed in, so that tests see what an operator sees.
//! Below it, [`source`] opens a file and picks a sync, [`identity`] makes people and accounts of its rows,
//! [`table`] prints listings and [`json`] documents, and each command is a module: [`look`], [`export`], [`diff`], [`check`],
//! [`managers`] and [`report`]. A sync file is never written to, and nothing here talks to a network.

pub mod check;
pub mod cli;
pub mod diff;
pub mod export;
pub mod identity;
pub mod json;
pub mod look;
pub mod managers;
mod outfile;
pub mod report;
pub mod source;
pub mod stage;
pub mod table;

pub use cli::run;
pub use stage::{Outcome, Stage};
