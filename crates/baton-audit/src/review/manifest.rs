//! `review.json`: what a review was started from, and every access that is to be decided.
//!
//! The rows of a returned workbook are recognised by it, so it names itself by the digest of its own content: a
//! manifest that was changed is refused. That protects from mistakes, not from someone who means to forge it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use clap::ValueEnum;
use connector_core::{Error, ErrorKind, Result, text};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::json;
use crate::outfile::failed;

/// The manifest's name in the directory of a review.
pub(super) const MANIFEST: &str = "review.json";
/// What the manifest calls its own shape.
pub(super) const FORMAT: &str = "baton-audit review 1";
/// Accesses of one review.
pub(super) const MAX_ROWS: usize = 200_000;
/// Bytes of a JSON document that a later command reads.
pub(super) const MAX_BYTES: u64 = 1 << 30;

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    /// The owner of the app, with a workbook for each app
    App,
    /// The manager of the person whose account it is
    Manager,
    /// The owner of the app, with one workbook for all apps of the owner
    Owner,
}

/// A file that the review rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileDigest {
    /// What the review calls it.
    pub(super) label: String,
    /// The path as the operator wrote it.
    pub(super) path: String,
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
    /// The sync that was read; absent for a policy or a link file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) sync_id: Option<String>,
    /// When that sync ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) synced_at: Option<Timestamp>,
}

/// What a review rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Basis {
    /// [`FORMAT`].
    pub(super) format: String,
    /// The day that findings are judged for.
    pub(super) as_of: Date,
    /// Who is asked.
    pub(super) by: By,
    /// The HR files.
    pub(super) hr: Vec<FileDigest>,
    /// The files of apps.
    pub(super) apps: Vec<FileDigest>,
    /// The policy and the link file, as far as they were given.
    pub(super) settings: Vec<FileDigest>,
}

/// A workbook and who decides in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Workbook {
    /// The file's name without its ending.
    pub(super) name: String,
    /// The reviewer's name.
    pub(super) reviewer: String,
    /// `<file>/<type>:<id>` of the reviewer in the HR files; absent for a name that the policy gives.
    pub(super) person: Option<String>,
    /// The reviewer's work e-mail address.
    pub(super) email: Option<String>,
}

/// A resource of an app by type and vendor id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Ref {
    /// The type's id.
    pub(super) resource_type: String,
    /// The vendor's id.
    pub(super) id: String,
}

/// `<type>:<id>`.
impl std::fmt::Display for Ref {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.resource_type, self.id)
    }
}

/// What kind of access it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// An entitlement of a group.
    Group,
    /// An entitlement of a role.
    Role,
    /// An entitlement of something else.
    Entitlement,
    /// A role in the whole organisation, which the account's own row has.
    OrgRole,
    /// The account itself, which holds nothing.
    Account,
}

/// One access that is to be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    /// What identifies it in a workbook.
    pub(super) row: String,
    /// Position of the workbook it is in.
    pub(super) workbook: usize,
    /// Position of the app among [`Basis::apps`].
    pub(super) app: usize,
    /// Name of the account.
    pub(super) account: String,
    /// Type and vendor id of the account.
    pub(super) account_id: Ref,
    /// State of the account.
    pub(super) status: String,
    /// Whose account it is, for people.
    pub(super) owner: String,
    /// `<file>/<type>:<id>` of each of the owner's records by which they could review.
    pub(super) owner_ids: Vec<String>,
    /// Title of the owner.
    pub(super) title: Option<String>,
    /// Department of the owner.
    pub(super) department: Option<String>,
    /// Manager of the owner, for people.
    pub(super) manager: Option<String>,
    /// What is held, for people.
    pub(super) access: String,
    /// The kind of it.
    pub(super) kind: Kind,
    /// Id of the entitlement, or the organisation role; empty for the account itself.
    pub(super) access_id: String,
    /// What the entitlement is on.
    pub(super) resource_id: Option<Ref>,
    /// How it is held, for people.
    pub(super) way: String,
    /// Whether the account was given it; what only follows from something else cannot be taken away by itself.
    pub(super) direct: bool,
    /// Ids of the entitlements that it follows from.
    pub(super) via: Vec<String>,
    /// When the account was last used to sign in.
    pub(super) last_login: Option<Timestamp>,
    /// Open findings about the account.
    pub(super) findings: Vec<RowFinding>,
}

/// An open finding about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowFinding {
    /// The check's id.
    pub(super) check: String,
    /// What is the matter, to be read after the account's name.
    pub(super) message: String,
}

/// A review: what it rests on, its workbooks and all that is to be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Review {
    /// What it rests on.
    pub(super) basis: Basis,
    /// Workbooks in order of their names.
    pub(super) workbooks: Vec<Workbook>,
    /// What is to be decided, in order of workbooks.
    pub(super) rows: Vec<Row>,
}

/// A review and the digest of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// SHA-256 of `review`, in hexadecimal.
    pub(super) digest: String,
    /// The review.
    pub(super) review: Review,
}

impl Basis {
    /// The digest that the ids of its rows are made with.
    pub(super) fn seed(&self) -> String {
        digest_of(self)
    }
}

/// What identifies an access of a review with this seed; the same access in another review has another id.
pub(super) fn row_id(seed: &str, app: usize, account: &Ref, kind: Kind, access_id: &str) -> String {
    let digest = digest_of(&(seed, app, account, kind, access_id));
    // It begins so that no spreadsheet takes it for a number.
    format!("r-{}", &digest[..20])
}

impl Manifest {
    /// The manifest of a review.
    pub(super) fn of(review: Review) -> Self {
        Self {
            digest: digest_of(&review),
            review,
        }
    }

    /// Refuses a review that would be written and that no later command would read.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when its document is larger than they read.
    pub(super) fn can_be_read(&self) -> Result<()> {
        let mut size = Size(0);
        json::write(&mut size, self)?;
        if size.0 <= MAX_BYTES {
            return Ok(());
        }
        let mib = MAX_BYTES >> 20;
        let message = format!("{MANIFEST} would be larger than {mib} MiB");
        Err(Error::new(ErrorKind::Precondition, message).hint("start a review for each app"))
    }

    /// Reads the manifest of the review in a directory.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when there is none, or it is not as it was written.
    pub(super) fn read(dir: &Path) -> Result<Self> {
        let manifest: Self = read_json(&dir.join(MANIFEST))
            .map_err(|e| e.hint("give the directory that `baton-audit review start` wrote"))?;
        let review = &manifest.review;
        if review.basis.format != FORMAT {
            let message = format!("{}: {}", dir.join(MANIFEST).display(), "of another version");
            return Err(Error::new(ErrorKind::Precondition, message));
        }
        let known =
            |row: &Row| row.workbook < review.workbooks.len() && row.app < review.basis.apps.len();
        if digest_of(review) != manifest.digest || !review.rows.iter().all(known) {
            let message = format!(
                "{} is not as it was written: its digest is another one",
                dir.join(MANIFEST).display()
            );
            return Err(Error::new(ErrorKind::Precondition, message)
                .hint("restore it from a copy, or start the review again"));
        }
        Ok(manifest)
    }
}

/// Reads a JSON document of a bounded size.
///
/// # Errors
/// [`ErrorKind::Precondition`] when it cannot be read, is too large or has another shape.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    parse_json(path, &read_bounded(path, MAX_BYTES)?)
}

/// Reads the JSON document in the bytes of a file.
///
/// # Errors
/// [`ErrorKind::Precondition`] when it has another shape.
pub(super) fn parse_json<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|e| {
        let message = format!("{} cannot be understood: {e}", path.display());
        Error::new(ErrorKind::Precondition, message)
    })
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// [`ErrorKind::Precondition`] when it cannot be read or is larger.
pub(super) fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(max + 1).read_to_end(&mut bytes))
        .map_err(|e| failed("cannot read", path, &e))?;
    if bytes.len() as u64 > max {
        let mib = max >> 20;
        let message = format!("{} is larger than {mib} MiB", path.display());
        return Err(Error::new(ErrorKind::Precondition, message));
    }
    Ok(bytes)
}

/// Counts the bytes that are written.
struct Size(u64);

impl Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// SHA-256 of a value's JSON, in hexadecimal.
fn digest_of(value: &impl Serialize) -> String {
    // Values of this module always have a JSON form.
    let json = serde_json::to_vec(value).unwrap_or_default();
    sha256(&json)
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    text::hex(Sha256::digest(bytes))
}
