//! Checks people and access against the catalogue and a policy.
//!
//! [`Input::open`] reads the files, [`policy::Policy`] holds what the company decided, and [`examine`] returns
//! [`Findings`]; the same files, policy and day always give the same findings. How each check decides is written at
//! the head of its file in `rules`. Only [`output`] and the command print.

mod access;
pub mod catalogue;
mod chosen;
mod collector;
mod command;
mod context;
mod departments;
mod effect;
mod examine;
mod exchanged;
mod files;
pub mod finding;
pub mod input;
mod join;
mod leaving;
mod links;
mod meaning;
mod missing;
mod moves;
mod opening;
pub mod output;
mod person;
pub mod policy;
mod rules;
mod starter;
mod strong;
mod suggest;
mod who_can;

pub use command::CheckArgs;
pub(crate) use command::check;
pub(crate) use context::{AppsRead, CheckContext, JoinedApp, is_usable};
pub(crate) use examine::examine_in;
pub use examine::{examine, examine_only};
pub(crate) use exchanged::{is_employed_somehow, strange};
pub(crate) use files::{FilesArgs, SettingsArgs};
pub use finding::{Finding, Findings, Severity, Subject};
pub use input::{Input, LoadedFile, Paths};
pub(crate) use join::{Owner, Record};
pub(crate) use meaning::name_of_access;
pub use person::PersonArgs;
pub(crate) use person::person;
pub use policy::Policy;
pub use starter::PolicyArgs;
pub(crate) use starter::policy as policy_command;
pub use suggest::LinksArgs;
pub(crate) use suggest::links as links_command;
pub use who_can::WhoCanArgs;
pub(crate) use who_can::who_can;
