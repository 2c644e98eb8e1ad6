//! The document.

use std::collections::BTreeMap;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::ledger::{Peer, Requests};
use connector_core::store::RowCounts;
use connector_core::verdict::Verdict;
use connector_core::warning::{Gap, Warning};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical;
use crate::file::FileFormat;
use crate::key::{PublicKey, SecretKey};

/// Name and version of the document; the number grows when a member changes its meaning or goes away.
pub const FORMAT: &str = "baton.evidence/1";

/// Longest document that is read, in bytes.
pub const MAX_BYTES: u64 = 4 << 20;

/// What a program states about a file that it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// [`FORMAT`].
    pub format: String,
    /// The file.
    pub file: FileFacts,
    /// What wrote it.
    pub program: Program,
    /// What it was set to.
    pub settings: SettingsFacts,
    /// The machine: the value of `BATON_HOST_ID`, else its name.
    pub host_id: String,
    /// The sync in the file.
    pub sync: SyncFacts,
    /// Rows of the sync, by type.
    pub rows: RowCounts<String>,
    /// Whether it read all that the vendor listed.
    pub verdict: Verdict,
    /// What was requested of the vendor by the process that finished the file.
    pub requests: Vec<Requests>,
    /// The servers that answered over TLS, by their certificates.
    pub tls: Vec<Peer>,
    /// What was odd, without the examples that logs show.
    pub warnings: Vec<WarningFacts>,
    /// The signature of everything above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// A sync file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFacts {
    /// Its name, without directories.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its version.
    pub format: FileFormat,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The commit it was built from; `unknown` when the build did not say.
    pub commit: String,
}

/// What a program was set to, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsFacts {
    /// Names of the settings that had a value of their own, secret ones included.
    pub set: Vec<String>,
    /// Values of those that say where the rows come from: base URLs, without user name, password and query.
    pub values: BTreeMap<String, String>,
    /// A fingerprint of the secret settings under the key that signed: equal in two documents of the same key exactly when
    /// the secrets were. None without a key.
    pub credential: Option<String>,
}

/// A sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncFacts {
    /// Its id in the file.
    pub id: String,
    /// How much it covers: `full`, `resources_only` or `partial` (single resources).
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it went on from an interrupted run, whose requests are not counted.
    pub resumed: bool,
    /// When it started, as the file has it.
    pub started_at: Timestamp,
    /// When its rows were complete, as the file has it.
    pub ended_at: Timestamp,
    /// When the file was in its place, by the machine's clock.
    pub written_at: Timestamp,
}

/// A warning or note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarningFacts {
    /// Its stable name.
    pub code: String,
    /// What it says.
    pub message: String,
    /// How often it was met.
    pub count: u64,
    /// What the file lacks because of it.
    pub gap: Option<Gap>,
    /// Whether nothing is odd.
    pub note: bool,
}

impl From<&Warning> for WarningFacts {
    fn from(warning: &Warning) -> Self {
        Self {
            code: warning.code.clone(),
            message: warning.message.clone(),
            count: warning.count,
            gap: warning.gap,
            note: warning.note,
        }
    }
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// `ed25519`.
    pub algorithm: String,
    /// The key it is said to be made with; only a key that came another way proves who signed.
    pub public_key: String,
    /// The 64 bytes of the signature, in base64url without padding.
    pub value: String,
}

impl Evidence {
    /// The text of the file: JSON on many lines, members in the order of [`Evidence`], a line break at the end.
    pub fn to_text(&self) -> String {
        // Texts and numbers can always be written.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] when it is no evidence, of another format, or not exactly as [`Evidence::to_text`] writes
    /// it; no byte beside the document can then be changed unnoticed.
    pub fn parse(text: &str) -> Result<Self> {
        let failed = |what: String| Error::new(ErrorKind::Contract, what);
        let value: Value =
            serde_json::from_str(text).map_err(|e| failed(format!("it is no JSON: {e}")))?;
        match value.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(other) if other.starts_with("baton.evidence/") => {
                return Err(failed(
                    "it is of another version than this program reads".to_owned(),
                ));
            }
            _ => return Err(failed("it is no evidence of a sync".to_owned())),
        }
        let evidence: Self = serde_json::from_str(text)
            .map_err(|e| failed(format!("it does not fit its schema: {e}")))?;
        match evidence.to_text() == text {
            true => Ok(evidence),
            false => Err(failed("it is not laid out as it was written".to_owned())),
        }
    }

    /// The bytes that are signed: the document without `signature`, in the canonical form of RFC 8785.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(self)
    }

    /// Signs the document.
    pub fn sign(&mut self, key: &SecretKey) {
        self.signature = Some(Signature::of(self, key));
    }

    /// Whether the document was signed with the key and has not changed since.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] with the reason why not.
    pub fn check_signature(&self, key: &PublicKey) -> Result<()> {
        Signature::check(self.signature.as_ref(), self, key)
    }
}

impl Signature {
    /// The signature of a document, whose own member `signature` does not count. Documents of different kinds have to
    /// name their kind, so that one cannot stand for another.
    pub fn of(document: &impl Serialize, key: &SecretKey) -> Self {
        Self {
            algorithm: "ed25519".to_owned(),
            public_key: key.public().to_string(),
            value: key.sign_text(&signed_bytes(document)),
        }
    }

    /// Whether the document was signed with the key and has not changed since.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] with the reason why not.
    pub fn check(
        signature: Option<&Self>,
        document: &impl Serialize,
        key: &PublicKey,
    ) -> Result<()> {
        let failed = |what: &str| Err(Error::new(ErrorKind::Contract, what));
        let Some(signature) = signature else {
            return failed("the document is not signed");
        };
        if signature.algorithm != "ed25519" {
            return failed("the document is signed in another way than with Ed25519");
        }
        if signature.public_key != key.to_string() {
            return failed("the document is signed with another key");
        }
        match key.verifies(&signed_bytes(document), &signature.value) {
            true => Ok(()),
            false => failed("the document was changed after it was signed"),
        }
    }
}

/// A document without its member `signature`, in the canonical form of RFC 8785.
fn signed_bytes(document: &impl Serialize) -> Vec<u8> {
    // Texts and numbers can always be written.
    let mut value = serde_json::to_value(document).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        members.remove("signature");
    }
    canonical::bytes(&value)
}

#[cfg(test)]
pub(crate) mod tests;
