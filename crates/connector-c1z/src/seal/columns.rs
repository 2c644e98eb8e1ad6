//! The columns that a stored row of a run has in its table.

use connector_core::store::Phase;
use jiff::Timestamp;

use crate::database::Value;
use crate::rows::Row;
use crate::time;

/// Makes columns; its texts live from row to row.
#[derive(Debug)]
pub(super) struct Columns {
    sync_id: String,
    discovered: Option<Timestamp>,
    time: String,
    external_id: String,
    entitlement_id: String,
}

impl Columns {
    pub(super) fn new(sync_id: &str) -> Self {
        Self {
            sync_id: sync_id.to_owned(),
            discovered: None,
            time: String::new(),
            external_id: String::new(),
            entitlement_id: String::new(),
        }
    }

    /// Calls `each` with the columns of a row, discovered at `at`; the first one, for the number, is nothing.
    pub(super) fn of<R>(
        &mut self,
        phase: Phase,
        at: Timestamp,
        row: Row<'_>,
        message: Value<'_>,
        each: impl FnOnce(&[Value<'_>]) -> R,
    ) -> R {
        if self.discovered != Some(at) {
            self.discovered = Some(at);
            self.time = time::text(at);
        }
        row.external_id(phase, &mut self.external_id);
        let (at, sync) = (
            Value::from(self.time.as_str()),
            Value::from(self.sync_id.as_str()),
        );
        let external_id = Value::from(self.external_id.as_str());
        let (kind, id) = (Value::from(row.resource_type), Value::from(row.id));
        let other_kind = Value::from(row.other.map(|(kind, _)| kind));
        let other_id = Value::from(row.other.map(|(_, id)| id));
        let null = Value::Null;
        match phase {
            Phase::Resources => each(&[
                null,
                kind,
                external_id,
                other_kind,
                other_id,
                message,
                sync,
                at,
            ]),
            Phase::Entitlements => each(&[null, kind, id, external_id, message, sync, at]),
            Phase::Grants => {
                row.entitlement_id(&mut self.entitlement_id);
                let entitlement_id = Value::from(self.entitlement_id.as_str());
                let needs_expansion = Value::Integer(0);
                each(&[
                    null,
                    kind,
                    id,
                    entitlement_id,
                    other_kind,
                    other_id,
                    external_id,
                    null,
                    needs_expansion,
                    message,
                    sync,
                    at,
                ])
            }
        }
    }
}
