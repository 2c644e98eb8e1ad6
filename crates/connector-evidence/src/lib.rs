//! The evidence of a sync: what a program states about a file that it wrote, in one document that can be signed.
//!
//! [`Evidence`] is the document, [`schema`] its JSON schema. A program fills it and calls [`Evidence::to_text`]; a reader
//! calls [`Evidence::parse`], which takes only the exact text that a program writes. [`SecretKey`] signs a document and
//! [`PublicKey`] checks it. What the file itself says is compared by the reader; see `baton-audit verify`.

mod canonical;
mod document;
mod file;
mod key;
mod schema;

pub use document::{
    Evidence, FORMAT, FileFacts, MAX_BYTES, Program, SettingsFacts, Signature, SyncFacts,
    WarningFacts,
};
pub use file::{FileFormat, digest};
pub use key::{BASE64, PublicKey, SecretKey, new_redaction_key};
pub use schema::schema;
