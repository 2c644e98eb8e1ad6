//! Runs commands in this process, and makes the files they read.

use std::path::{Path, PathBuf};

use baton_audit::Stage;
use jiff::Timestamp;
use tempfile::TempDir;

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
    let mut stage = Stage {
        out: &mut out,
        err: &mut err,
        width,
        now: at("2026-11-01T12:00:00Z"),
    };
    let args = ["baton-audit"].iter().chain(args).map(Into::into);
    let code = baton_audit::run(args, &mut stage);
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
