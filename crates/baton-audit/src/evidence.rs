//! Evidence files: read within bounds, and matched to the sync files that they are about.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use connector_core::verdict::Listing;
use connector_core::{Context, Error, ErrorKind, Result, text};
use connector_evidence::{Evidence, MAX_BYTES, Signature};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The text of an evidence file.
///
/// # Errors
/// [`ErrorKind::Precondition`] when it cannot be read, is no text, or is longer than evidence is.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    let failed = |what: String| {
        let message = format!("{} {what}", path.display());
        Error::new(ErrorKind::Precondition, message)
            .hint("give the path of a file that a connector wrote with --evidence")
    };
    let unread = |e: std::io::Error| failed(format!("cannot be read: {e}"));
    // Looked at before it is opened: a pipe without a writer could be opened by nobody.
    if !path.metadata().map_err(unread)?.is_file() {
        return Err(failed("is no regular file".to_owned()));
    }
    let file = File::open(path).map_err(unread)?;
    let mut text = String::new();
    file.take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(unread)?;
    match text.len() as u64 > MAX_BYTES {
        true => Err(failed("is longer than evidence is".to_owned())),
        false => Ok(text),
    }
}

/// What evidence states about a file that was read, as output carries it. The signature is not checked here; see
/// [`crate::verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attached {
    /// The path of the evidence as the operator wrote it.
    pub path: String,
    /// SHA-256 of the evidence file, in hexadecimal.
    pub sha256: String,
    /// The program that wrote the file, with its version.
    pub program: String,
    /// `complete` or `partial`.
    pub outcome: &'static str,
    /// What is missing, one clause each.
    pub why: Vec<String>,
    /// The public key that the evidence says it is signed with.
    pub public_key: Option<String>,
    /// What was listed, by type, and what is missing of it.
    #[serde(skip)]
    pub(crate) listings: Vec<Listing>,
    /// Whether the signature fits the key that the evidence names; absent when it is not signed. Only a key that came
    /// another way proves who signed.
    #[serde(skip)]
    pub(crate) fits_its_key: Option<bool>,
    #[serde(skip)]
    file_sha256: String,
    #[serde(skip)]
    sync_id: String,
}

impl Attached {
    /// Reads an evidence file.
    ///
    /// # Errors
    /// Kind [`ErrorKind::Precondition`] when the file cannot be read, is too long or is no evidence.
    pub fn read(path: &Path) -> Result<Self> {
        let text = text_of(path)?;
        let evidence = Evidence::parse(&text).map_err(|e| {
            let message = format!("{} cannot be used: {e}", path.display());
            Error::new(ErrorKind::Precondition, message)
                .hint("`baton-audit verify` says more about it")
        });
        let evidence = evidence.during("reading evidence")?;
        let program = &evidence.program;
        let fits = |signature: &Signature| {
            let key = signature.public_key.parse();
            key.is_ok_and(|key| evidence.check_signature(&key).is_ok())
        };
        Ok(Self {
            path: path.display().to_string(),
            sha256: text::hex(Sha256::digest(&text)),
            program: format!("{} {}", program.name, program.version),
            outcome: evidence.verdict.outcome.as_str(),
            why: evidence.verdict.why(),
            fits_its_key: evidence.signature.as_ref().map(fits),
            listings: evidence.verdict.listings,
            public_key: evidence.signature.map(|signature| signature.public_key),
            file_sha256: evidence.file.sha256,
            sync_id: evidence.sync.id,
        })
    }

    /// Reads evidence files.
    ///
    /// # Errors
    /// As [`Attached::read`].
    pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Self>> {
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// Whether it is about this file and this sync in it.
    pub fn is_about(&self, sha256: &str, sync_id: &str) -> bool {
        self.file_sha256 == sha256 && self.sync_id == sync_id
    }

    /// `complete`, or `partial (why; why)`.
    pub fn verdict(&self) -> String {
        match self.why.is_empty() {
            true => self.outcome.to_owned(),
            false => format!("{} ({})", self.outcome, self.why.join("; ")),
        }
    }

    /// The verdict and who states it: `complete, by baton-example 1.0.0`.
    pub(crate) fn says(&self) -> String {
        format!("{}, by {}", self.verdict(), self.program)
    }

    /// The error of evidence that is about none of the files.
    pub(crate) fn about_none(&self) -> Error {
        let message = format!("{} is evidence of none of the files", self.path);
        Error::new(ErrorKind::Setting, message).hint(
            "evidence is matched to its file by SHA-256, so the file was changed or replaced since; see `baton-audit verify`",
        )
    }
}
