//! Reads and writes version 3 `.c1z` files, which the Go SDK of Baton writes since August 2026.
//!
//! Such a file is a container around the directory of a Pebble store, a log-structured merge tree: sorted tables
//! on several levels, a MANIFEST that lists the current ones, and rows that are protobuf messages under keys made
//! of ids. The crate hands over [`Reader`], which lists rows in the order of their keys, as bytes or as messages
//! ([`records`]), and [`Writer`], which makes a file of records. A file is never changed in place, and [`Reader`]
//! trusts nothing: every length in a file is compared with what
//! is there and with [`Limits`], every checksum is checked, and what no known writer uses is refused by name.
//!
//! The layers, from the outside in, each of which knows only the one below it:
//!
//! | module | from | to |
//! |---|---|---|
//! | `container` | the file | named files, decoded |
//! | `directory`, `manifest`, `wal` | named files | the tables that count, and the rows of the log |
//! | `table` | a file | sorted rows and range deletions |
//! | `merge` | tables and log | the rows that count |
//! | `reader`, `queries`, [`records`] | rows | messages |
//! | `write` | messages | a file |

mod bytes;
mod checksum;
mod container;
mod directory;
mod entries;
mod error;
mod key;
mod keyspace;
mod limits;
mod log;
mod manifest;
mod merge;
mod proto;
mod queries;
mod reader;
pub mod records;
mod storage;
mod store;
mod table;
pub mod untrusted;
mod wal;
mod write;

pub use connector_proto::c1::c1z::v3::GrantDigestRoot;
pub use container::{ContainerManifest, MAGIC};
pub use entries::{Entries, Records, Row};
pub use keyspace::{Keyspace, entitlement_tail};
pub use limits::Limits;
pub use queries::Counts;
pub use reader::Reader;
pub use write::{Sorted, Sorter, WriteOptions, Writer, Written};
