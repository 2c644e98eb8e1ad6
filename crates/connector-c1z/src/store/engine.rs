//! Which format a run writes, and what follows from it: a version 3 file holds one sync.

use connector_core::Result;
use connector_core::store::SyncType;
use connector_core::warning::Warning;

use super::C1zStore;
use crate::convert::{Format, v1_source};
use crate::fault;
use crate::preflight::Target;

/// The format that is asked for, else that of the file that is there, else version 1.
pub(super) fn choose(target: &Target, wanted: Option<Format>) -> Result<Format> {
    let found = match target.path.is_file() {
        true => Format::of(&target.path)?,
        false => None,
    };
    Ok(wanted.or(found).unwrap_or_default())
}

impl C1zStore {
    /// Refuses a run after which a full sync would be gone and replaced by a part of one.
    pub(super) fn refuse_replacing(&self, sync_type: SyncType) -> Result<()> {
        if self.format == Format::V1 || sync_type == SyncType::Full {
            return Ok(());
        }
        let Some(earlier) = &self.earlier else {
            return Ok(());
        };
        match v1_source::runs(earlier.db())?.finished_full {
            0 => Ok(()),
            _ => Err(fault::precondition(format!(
                "a {} sync would replace the full sync in {}, because a version 3 file holds one sync",
                sync_type.as_str(),
                self.target.shown
            ))
            .hint("write to another file, or sync everything")),
        }
    }

    /// What of the earlier file cannot be kept in the new one, and settings that mean nothing there.
    pub(super) fn format_warnings(&self) -> Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        if self.format == Format::V1 {
            return Ok(warnings);
        }
        if self.options.keep_syncs.is_some() || self.options.skip_cleanup {
            warnings.push(Warning::new(
                "retention-without-effect",
                "a version 3 file holds one sync, so BATON_KEEP_SYNC_COUNT and BATON_SKIP_CLEANUP have no effect",
            ));
        }
        if let Some(earlier) = self
            .earlier
            .as_ref()
            .filter(|earlier| earlier.format() == Format::V1)
        {
            let count = v1_source::runs(earlier.db())?.all;
            if count > 0 {
                let message =
                    "earlier syncs were not kept, because a version 3 file holds one sync";
                warnings.push(Warning::new("earlier-syncs-left-out", message).times(count));
            }
        }
        Ok(warnings)
    }
}
