//! Runs commands in this process, and makes the files they read.

use std::path::{Path, PathBuf};

use baton_audit::Console;
use connector_c1z::wire;
use jiff::Timestamp;
use prost::Message;
use rusqlite::{Connection, params};
use tempfile::{NamedTempFile, TempDir};

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `baton-audit` with these arguments as if its output went to a file.
pub(crate) fn audit(args: &[&str]) -> Ran {
    audit_at(args, None)
}

/// Runs `baton-audit` as if its output went to a terminal of this many columns.
pub(crate) fn audit_at(args: &[&str], width: Option<usize>) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        width,
    };
    let args = ["baton-audit"].iter().chain(args).map(Into::into);
    let code = baton_audit::run(args, &mut console);
    Ran {
        code,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A file that a connector on the Go SDK wrote.
pub(crate) fn go_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../connector-c1z/tests/fixtures")
        .join(name)
}

/// A directory for a test's files, with their paths as text.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What was printed, with this directory's path left out.
    pub(crate) fn without_paths(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// Changes the database inside a file as no writer of this suite would.
pub(crate) fn edit(path: &Path, change: impl FnOnce(&Connection)) {
    let bytes = std::fs::read(path).unwrap();
    let (magic, frame) = bytes.split_at(5);
    let database = NamedTempFile::new().unwrap();
    std::fs::write(database.path(), zstd::decode_all(frame).unwrap()).unwrap();
    let db = Connection::open(database.path()).unwrap();
    change(&db);
    db.close().unwrap();
    let changed = std::fs::read(database.path()).unwrap();
    let frame = zstd::encode_all(changed.as_slice(), 1).unwrap();
    std::fs::write(path, [magic, &frame].concat()).unwrap();
}

/// Changes the message of one row.
pub(crate) fn edit_row<M: Message + Default>(
    db: &Connection,
    table: &str,
    external_id: &str,
    change: impl FnOnce(&mut M),
) {
    let select = format!("SELECT data FROM {table} WHERE external_id = ?1");
    let blob: Vec<u8> = db
        .query_row(&select, [external_id], |row| row.get(0))
        .unwrap();
    let mut message = M::decode(blob.as_slice()).unwrap();
    change(&mut message);
    let update = format!("UPDATE {table} SET data = ?2 WHERE external_id = ?1");
    let changed = message.encode_to_vec();
    db.execute(&update, params![external_id, changed]).unwrap();
}

/// Lets a grant follow from other entitlements, as the Go SDK writes it when it expands groups.
pub(crate) fn derive(db: &Connection, grant: &str, from: &[&str]) {
    edit_row(db, "v1_grants", grant, |grant: &mut wire::Grant| {
        let source = wire::GrantSource { is_direct: true };
        let sources = from.iter().map(|id| ((*id).to_owned(), source));
        grant.sources = Some(wire::GrantSources {
            sources: sources.collect(),
        });
    });
}

/// Lets grants to groups be expanded from other entitlements, as connectors ask the Go SDK to.
pub(crate) fn expand(path: &Path, grants: &[(&str, &str)]) {
    edit(path, |db| {
        for (grant, from) in grants {
            let expandable = wire::GrantExpandable {
                entitlement_ids: vec![(*from).to_owned()],
                ..wire::GrantExpandable::default()
            };
            let update = "UPDATE v1_grants SET expansion = ?2 WHERE external_id = ?1";
            let changed = db.execute(update, params![grant, expandable.encode_to_vec()]);
            assert_eq!(changed.unwrap(), 1, "{grant}");
        }
    });
}
