//! Makes a file of version 3.

use std::path::Path;

use connector_core::warning::Warning;
use connector_core::{Error, Result};
use connector_pebble::records::{AssetRecord, Record, SyncRunRecord};
use connector_pebble::{Sorter, WriteOptions, Writer};
use prost_types::Timestamp;

use super::records::{entitlement_record, grant_record, resource_record, type_record};
use super::{Export, Exported, GrantRow};
use crate::{fault, wire};

/// Memory for rows that are being sorted.
const SORT_BYTES: usize = 16 << 20;

/// Makes a file of version 3 out of rows in any order; of rows with the same ids the last counts.
#[derive(Debug)]
pub struct V3File {
    rows: Sorter,
    options: WriteOptions,
    /// Rows without the ids that their keys need.
    skipped: Option<Warning>,
}

impl V3File {
    /// Begins a file; what does not fit into memory goes to `temp_dir`, or to the system's temp directory.
    pub fn new(temp_dir: Option<&Path>) -> Self {
        Self {
            rows: Sorter::new(SORT_BYTES, temp_dir),
            options: WriteOptions {
                temp_dir: temp_dir.map(Path::to_owned),
                ..WriteOptions::default()
            },
            skipped: None,
        }
    }

    fn put<R: Record>(&mut self, record: &R, shown: &str) -> Result<()> {
        match record.key() {
            Some(key) => self
                .rows
                .push(&key, &record.to_bytes())
                .map_err(|e| in_temp(&self.options, e)),
            None => {
                super::note(&mut self.skipped, "rows-without-ids", WITHOUT_IDS, shown);
                Ok(())
            }
        }
    }
}

/// Names the temp directory in the error of a full disk that names no other one.
fn in_temp(options: &WriteOptions, error: Error) -> Error {
    let directory = options.temp_dir.clone();
    fault::in_directory(error, &directory.unwrap_or_else(std::env::temp_dir))
}

const WITHOUT_IDS: &str = "rows lack ids that version 3 needs and are not in the new file";

impl Export for V3File {
    fn resource_type(&mut self, row: &wire::ResourceType, at: Option<Timestamp>) -> Result<()> {
        self.put(&type_record(row, at), "a resource type")
    }

    fn resource(&mut self, row: &wire::Resource, at: Option<Timestamp>) -> Result<()> {
        self.put(
            &resource_record(row, at),
            &format!("resource {}", row.external_id()),
        )
    }

    fn entitlement(&mut self, row: &wire::Entitlement, at: Option<Timestamp>) -> Result<()> {
        self.put(
            &entitlement_record(row, at),
            &format!("entitlement {}", row.id),
        )
    }

    fn grant(&mut self, row: &GrantRow, at: Option<Timestamp>) -> Result<()> {
        self.put(&grant_record(row, at), &format!("grant {}", row.grant.id))
    }

    fn asset(&mut self, row: &AssetRecord) -> Result<()> {
        self.put(row, "an asset")
    }

    fn finish(self: Box<Self>, run: &SyncRunRecord, path: &Path) -> Result<Exported> {
        let Self {
            rows,
            options,
            skipped,
        } = *self;
        let write = || {
            let mut writer = Writer::new(options.clone())?;
            let mut rows = rows.finish()?;
            while let Some((key, value)) = rows.next_row()? {
                writer.put(key, value)?;
            }
            writer.finish(run, path)
        };
        let written = write().map_err(|e| in_temp(&options, e))?;
        Ok(Exported {
            stats: written.stats,
            decoded_bytes: written.decoded_bytes,
            file_bytes: written.file_bytes,
            warnings: skipped.into_iter().collect(),
        })
    }
}
