//! What only Personio does: tokens, cursors in links, one request per person, custom attributes, and answers with
//! every known oddity.

mod attributes;
mod edge_cases;
mod enrichment;
mod generated;
mod names;
mod paging;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
mod validation;
