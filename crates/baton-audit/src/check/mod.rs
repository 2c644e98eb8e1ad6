//! Checks people and access against the catalogue and a policy.
//!
//! [`Input::open`] reads the files, [`policy::Policy`] says what the company decided, and [`examine`] answers with
//! [`Findings`]; the same files, policy and day always give the same findings. How each check decides is written at
//! the head of its file in `rules`.

mod access;
mod case;
pub mod catalogue;
mod command;
mod effect;
mod examine;
pub mod finding;
pub mod input;
mod join;
mod leaving;
mod ledger;
mod links;
pub mod output;
pub mod policy;
mod rules;

pub use command::CheckArgs;
pub(crate) use command::check;
pub use examine::{examine, examine_only};
pub use finding::{Finding, Findings, Severity, Subject};
pub use input::{Input, Paths};
pub use policy::Policy;
