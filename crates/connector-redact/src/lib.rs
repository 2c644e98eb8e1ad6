//! Replaces what identifies people by keyed tokens of the same kind, in texts and in JSON.
//!
//! Recordings of runs and copies of files for bug reports use the same [`Tokens`], so that under one [`RedactionKey`] the
//! same address is the same token in every file and of every vendor. The crate hands over the key, the tokens, and
//! [`JsonRedactor`], which goes through a document while it arrives and lets through only what is declared.

mod json;
mod key;
mod rules;
mod shape;
mod tokens;

pub use json::JsonRedactor;
pub use key::RedactionKey;
pub use rules::{Keep, Rules};
pub use tokens::Tokens;
