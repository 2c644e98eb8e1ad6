//! Baton `.c1z` files: writes version 1 files for the engine and reads files of both versions and of any writer.
//!
//! A version 1 file is a five-byte magic followed by one zstd frame with a SQLite database, whose rows carry
//! protobuf messages; a version 3 file is a container around a Pebble store, which `connector-pebble` knows. The
//! crate hands over [`C1zStore`], which the engine writes a run into, [`Reader`], and
//! [`dump`] for tests and people. It knows nothing of vendors and of the command line.

mod bits;
mod container;
mod convert;
mod counters;
mod database;
pub mod dump;
mod encode;
mod export;
mod fault;
mod log;
mod preflight;
mod preview;
mod publish;
mod reader;
mod record;
mod retention;
mod rows;
mod schema;
mod seal;
mod shrink;
mod snapshot;
mod sort;
mod store;
mod time;

/// The records of a file's run and of its assets.
pub use connector_pebble::records::{AssetRecord, SyncRunRecord};
/// The messages inside a file's rows.
pub use connector_proto::c1::connector::v2 as wire;
pub use convert::{
    ConvertOptions, Converted, Export, Exported, Format, GrantRow, Rewrite, V1File, V3File,
    convert, rewrite,
};
pub use log::SUFFIX as UNFINISHED_SUFFIX;
pub use preview::{Changed, Difference, Preview};
pub use reader::{
    ByNumber, Counts, GrantKey, GrantNumbers, GrantPlace, Held, Holdings, InOrder, InOrderRows,
    Interner, Listing, NumberedGrant, ReadLimits, Reader, RowAt, SyncRun,
};
pub use store::{C1zStore, StoreOptions};
