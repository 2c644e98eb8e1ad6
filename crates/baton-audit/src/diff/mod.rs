//! What changed between two syncs: people, resources, entitlements and grants.
//!
//! [`people::compare`] works on two rosters and is all that a page or a check needs; [`compare`] adds resources,
//! entitlements and grants of two files, walked side by side. Nothing of that prints: `command` does, for people and
//! programs.

mod class;
mod command;
mod comparison;
mod facts;
mod grants;
mod guard;
mod link;
pub mod merge;
mod moves;
mod objects;
pub mod people;

pub use command::DiffArgs;
pub(crate) use command::diff;
pub use comparison::{Comparison, Sample, Side, compare};
pub use facts::{Facts, Field, FieldChange, Value};
pub use grants::{GrantChange, GrantCounts, Grants};
pub use guard::{Guard, Percent};
pub use link::{By, Group};
pub use moves::{Aspect, Move};
pub use objects::{ObjectChange, ObjectCounts, ObjectKind, for_each_object};
