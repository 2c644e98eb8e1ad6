//! `baton-audit` as a library: what the `.c1z` files of Baton connectors record about people, evaluated offline.
//!
//! One half returns typed values and prints nothing: [`source`] opens a file and picks a sync, [`identity`] makes
//! people and accounts of its rows, [`managers`] has the reporting lines, [`expansion`] what groups in groups give,
//! [`check`] finds what needs attention and
//! [`diff`] compares two syncs. The other half is the commands, one module each, which print these values to a
//! [`Console`], listings through [`table`] and documents through [`json`]. [`run`] is the whole program with its
//! outputs handed in, so that tests see what an operator sees. A sync file is never changed, only replaced as a whole when `convert`
//! is told to, and nothing here uses a network.

pub mod check;
pub mod cli;
pub mod completion;
pub mod console;
pub mod convert;
pub mod diff;
pub mod evidence;
pub mod expansion;
pub mod export;
pub mod history;
pub mod identity;
pub mod json;
pub mod keygen;
pub mod look;
pub mod managers;
mod outfile;
pub mod report;
pub mod review;
pub mod sanitize;
pub mod source;
pub mod table;
pub mod verify;

pub use cli::run;
pub use console::{Console, Outcome};
