//! Hands sealed rows as messages to whatever makes a file of them.

use connector_core::Result;
use connector_core::store::Phase;
use jiff::Timestamp;
use prost::Message;

use super::Content;
use crate::convert::v1_source::instant;
use crate::convert::{Export, GrantRow};
use crate::rows::damaged;
use crate::wire;

impl Content<'_> {
    /// Hands all rows of the run to `export`.
    pub(crate) fn feed(&self, export: &mut dyn Export) -> Result<()> {
        for kind in self.scope.types {
            let started_at = instant(self.scope.run.started_at);
            export.resource_type(&wire::ResourceType::from(kind), started_at)?;
        }
        self.messages(Phase::Resources, |row, at| {
            export.resource(&row, instant(at))
        })?;
        self.messages(Phase::Entitlements, |row, at| {
            export.entitlement(&row, instant(at))
        })?;
        self.messages(Phase::Grants, |grant, at| {
            let row = GrantRow {
                grant,
                expansion: None,
                needs_expansion: false,
            };
            export.grant(&row, instant(at))
        })
    }

    fn messages<M: Message + Default>(
        &self,
        phase: Phase,
        mut each: impl FnMut(M, Timestamp) -> Result<()>,
    ) -> Result<()> {
        self.each(phase, |_, at, _, message| {
            let message = M::decode(message.bytes()).map_err(|e| damaged().caused_by(e))?;
            each(message, at)
        })
    }
}
