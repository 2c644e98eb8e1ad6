//! What only CircleCI does: members in several shapes, private listings, tokens that do not fit.

mod generated;
mod members;
mod private;
#[path = "../support/mod.rs"]
mod support;
mod validation;
