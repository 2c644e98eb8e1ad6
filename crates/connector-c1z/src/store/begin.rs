//! The start of a run: anew, or from unfinished work in the working file.

use connector_core::Result;
use connector_core::store::{Begun, Phase, RunSpec};

use super::C1zStore;
use crate::convert::Format;
use crate::fault;
use crate::log::{Found, Log, Run};
use crate::retention::Earlier;
use crate::seal::{Ahead, Early};

impl C1zStore {
    pub(super) fn start(&mut self, spec: &RunSpec) -> Result<Begun> {
        if let Some(odd) = spec
            .resource_types
            .iter()
            .find(|t| t.id.as_str().contains(':'))
        {
            return Err(fault::bug(format!(
                "the type id {} has a colon in it",
                odd.id
            )));
        }
        self.refuse_replacing(spec.sync_type)?;
        let format = self.format;
        let found = match self.log()?.find(spec, format)? {
            Found::Unfinished(found) if self.is_published(&found.0.sync_id)? => {
                Found::Unusable("its sync is complete and in the file")
            }
            found => found,
        };
        let log = self.log()?;
        let (run, checkpoint) = match found {
            Found::Unfinished(found) => {
                let (run, checkpoint) = *found;
                let rows = log.rows();
                tracing::info!(
                    sync_id = run.sync_id,
                    resources = rows.total(Phase::Resources),
                    entitlements = rows.total(Phase::Entitlements),
                    grants = rows.total(Phase::Grants),
                    "resuming unfinished work"
                );
                (run, Some(checkpoint))
            }
            found => {
                if let Found::Unusable(reason) = found {
                    tracing::warn!(reason, "unfinished work of an earlier run was discarded");
                }
                let run = Run::new(spec, format);
                log.start(&run)?;
                let directory = log.directory().to_owned();
                let usual = self.options.preview.is_none() && self.options.source_date.is_none();
                if usual {
                    let earlier = self.kept(&run)?;
                    let earlier = earlier.as_ref().map(Earlier::sync_ids);
                    let earlier = earlier.unwrap_or_default();
                    self.early = Some(Early::new(
                        self.purpose(),
                        &directory,
                        self.sort_memory(),
                        &run,
                        earlier,
                    ));
                }
                if self.format == Format::V3 && usual {
                    // It only saves time later.
                    let temp_dir = self.options.temp_dir.as_deref();
                    let memory = self.sort_memory();
                    let types = &spec.resource_types;
                    self.ahead = Ahead::new(types, &run, temp_dir, memory, &directory).ok();
                }
                (run, None)
            }
        };
        let begun = Begun {
            sync_id: run.id(),
            started_at: run.started_at,
            checkpoint,
        };
        self.run = Some(run);
        self.types.clone_from(&spec.resource_types);
        self.targets.clone_from(&spec.targets);
        Ok(begun)
    }

    /// Whether a run was killed when its file was in place and its working file not yet removed. Going on with it would
    /// publish rows as new that were listed long ago.
    fn is_published(&self, sync_id: &str) -> Result<bool> {
        let Some(earlier) = &self.earlier else {
            return Ok(false);
        };
        let sealed_as = self.log.as_ref().and_then(Log::sealed_as);
        Ok(earlier.has_ended(sync_id)?
            || sealed_as.map_or(Ok(false), |sync_id| earlier.has_ended(sync_id))?)
    }
}
