//! The JSON of one person or account.

use connector_core::Result;
use jiff::civil::Date;
use serde::Serialize;

use super::{ManagerLine, One};
use crate::console::Console;
use crate::json;
use crate::look::facts::FactLine;
use crate::look::grants::{GrantLine, external_id};
use crate::look::words::time_text;

#[derive(Debug, Serialize)]
struct Page<'a> {
    id: String,
    name: &'a str,
    status: &'static str,
    lifecycle: &'static str,
    as_of: Date,
    file: String,
    sha256: &'a str,
    sync: &'a str,
    sync_type: &'a str,
    ended_at: Option<String>,
    row: i64,
    facts: &'a [FactLine],
    holds: Vec<Holding<'a>>,
    managers: &'a [ManagerLine<'a>],
    line_of_managers: &'a str,
    direct_reports: u64,
    direct_reports_not_left: u64,
}

#[derive(Debug, Serialize)]
struct Holding<'a> {
    entitlement_id: &'a str,
    entitlement_name: &'a str,
    resource_id: String,
    resource_name: &'a str,
    how: &'static str,
    via: &'a [String],
    row: i64,
}

impl<'a> Holding<'a> {
    fn of(line: &'a GrantLine) -> Self {
        Self {
            entitlement_id: &line.entitlement_id,
            entitlement_name: &line.entitlement.name,
            resource_id: external_id(&line.resource),
            resource_name: &line.resource_name,
            how: line.how(),
            via: &line.via,
            row: line.row,
        }
    }
}

impl One<'_> {
    /// One object.
    pub(super) fn json(&self, console: &mut Console<'_>) -> Result<()> {
        let Self { source, person, .. } = self;
        let sync = &source.sync;
        let raw = sync.ended_at.as_deref();
        let page = Page {
            id: person.key.to_string(),
            name: &person.name,
            status: person.status.as_str(),
            lifecycle: self.lifecycle,
            as_of: self.day,
            file: source.shown(),
            sha256: &source.sha256,
            sync: &sync.sync_id,
            sync_type: &sync.sync_type,
            ended_at: raw.map(|raw| time_text(sync.ended(), raw)),
            row: person.row,
            facts: &self.facts,
            holds: self.holds.iter().map(Holding::of).collect(),
            managers: &self.managers,
            line_of_managers: &self.line,
            direct_reports: self.reports,
            direct_reports_not_left: self.current_reports,
        };
        json::write(console.out, &page)
    }
}
