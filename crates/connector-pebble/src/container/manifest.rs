//! The protobuf manifest of a container, `c1.c1z.v3.C1ZManifestV3`.

use connector_core::Result;
use connector_proto::c1::c1z::v3::{GrantDigestRoot, SyncRunSummary};
use prost::Message;

use crate::error::{damaged, too_large, unsupported};
use crate::proto::Fields;
use crate::records::decode_message;

/// A file has one sync, so it has one summary or none.
const MAX_SUMMARIES: usize = 100;

/// The engines whose files can be read; they differ in the keys of old grants and entitlements only.
const ENGINES: [&str; 3] = ["pebble", "pebble2", "pebble3"];

/// How the directory is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayloadEncoding {
    /// One zstd frame per file and an index behind them.
    IndexedZstd,
    /// A compressed tar archive.
    TarZstd,
    /// A tar archive.
    Tar,
}

impl PayloadEncoding {
    fn from_number(number: u64) -> Result<Self> {
        match number {
            1 => Ok(Self::TarZstd),
            2 => Ok(Self::Tar),
            5 => Ok(Self::IndexedZstd),
            _ => Err(unsupported(format_args!("payload encoding {number}"))),
        }
    }
}

/// What a container states about its content, as far as it is of use to readers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ContainerManifest {
    /// Name of the engine that wrote the content, such as `pebble3`.
    pub engine: String,
    /// Pebble's format major version, such as 24.
    pub engine_schema_version: u32,
    pub(crate) payload_encoding: PayloadEncoding,
    /// What the file holds, repeated from inside: one entry per sync, so one or none.
    pub sync_runs: Vec<SyncRunSummary>,
    /// How the keys of grants and entitlements are built: 2 from their parts, 1 from external ids.
    pub id_index_format: i32,
    /// A digest over all grants, when the writer made one.
    pub grant_digest: Option<GrantDigestRoot>,
}

impl ContainerManifest {
    /// Decodes the message; fields that readers do not need are skipped.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut engine = "";
        let mut engine_schema_version = 0;
        let mut encoding = 0;
        let mut sync_runs = Vec::new();
        let mut id_index_format = 0;
        let mut grant_digest = None;
        let mut fields = Fields::new(bytes, "the manifest");
        while let Some((number, value)) = fields.next()? {
            match number {
                1 => engine = value.text()?,
                2 => engine_schema_version = value.varint()? as u32,
                4 => encoding = value.varint()?,
                40 if sync_runs.len() >= MAX_SUMMARIES => {
                    return Err(too_large(
                        "summaries of syncs in the manifest",
                        MAX_SUMMARIES,
                    ));
                }
                40 => sync_runs.push(decode_message(value.bytes()?)?),
                42 => id_index_format = value.varint()? as i32,
                43 => {
                    let digest = GrantDigestRoot::decode(value.bytes()?)
                        .map_err(|e| damaged("the manifest's grant digest").caused_by(e))?;
                    grant_digest = Some(digest);
                }
                _ => {}
            }
        }
        if !ENGINES.contains(&engine) {
            let shown: String = engine.chars().take(40).collect();
            return Err(unsupported(format_args!("the storage engine {shown:?}")));
        }
        Ok(Self {
            engine: engine.to_owned(),
            engine_schema_version,
            payload_encoding: PayloadEncoding::from_number(encoding)?,
            sync_runs,
            id_index_format,
            grant_digest,
        })
    }
}

#[cfg(test)]
mod tests;
