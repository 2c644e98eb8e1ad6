//! Access reviews from files to evidence, as an operator and reviewers see them.

#[path = "../audit/support.rs"]
#[allow(dead_code, reason = "the helpers of the other tests are used in part")]
mod support;

mod close;
mod company;
mod edited;
mod office;
mod page;
mod returned;
mod signed;
mod start;
mod verify;
