//! What one pass over the tables shows when a file is opened: whether its rows can be relied on, and how many there are.

use std::collections::HashMap;
use std::fs::File;

use connector_core::Result;
use connector_core::store::RowCounts;
use rusqlite::Connection;

use super::table::{Table, Value, check_indexes};
use super::values::damaged_row;
use crate::fault;
use crate::reader::RowAt;
use crate::reader::intern::Interner;
use crate::schema::{self, ENTITLEMENTS, GRANTS, RESOURCES, TABLES};

/// How many rows each sync has.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// By type.
    rows: HashMap<String, RowCounts<String>>,
    /// Resources of all types.
    resources: HashMap<String, u64>,
}

/// A row that is looked up costs about as much as so many that are gone through.
const FEW: u64 = 16;

impl Survey {
    /// Goes through all rows of the decoded database in `file`, which `db` reads too.
    ///
    /// # Errors
    /// When the database is damaged, or has a row that would be missing without a word: because of an id that is not
    /// there or that no comparison with text finds, or because of a message that is not there.
    pub(super) fn of(db: &Connection, file: &File) -> Result<Self> {
        let encoding = db.query_row("PRAGMA encoding", [], |row| row.get(0));
        let encoding: String = encoding.map_err(fault::foreign_database)?;
        if encoding != "UTF-8" {
            let message = format!("the file's database is in {encoding}, which no sync file is");
            return Err(fault::precondition(message));
        }
        check_indexes(db, file)?;
        let mut survey = Self::default();
        for table in &TABLES[..5] {
            survey.table(db, file, table)?;
        }
        Ok(survey)
    }

    /// Whether looking up the resources of a type one by one is quicker than going through all of a sync.
    pub(super) fn is_few(&self, sync_id: &str, kind: &str) -> bool {
        let of_sync = self.rows.get(sync_id);
        let few = of_sync.and_then(|rows| rows.resources.get(kind));
        let all = self.resources.get(sync_id);
        few.copied().unwrap_or_default() * FEW < all.copied().unwrap_or_default()
    }

    /// The rows of a sync.
    pub(super) fn counts(&self, sync_id: &str) -> RowCounts<String> {
        self.rows.get(sync_id).cloned().unwrap_or_default()
    }

    fn table(&mut self, db: &Connection, file: &File, table: &schema::Table) -> Result<()> {
        let ids = table.columns.iter().filter(|column| table.is_id(column));
        let mut wanted: Vec<&str> = ids.copied().collect();
        let ids = wanted.len();
        let place = |wanted: &[&str], name| wanted.iter().position(|column| *column == name);
        let is_full: Vec<bool> = wanted.iter().map(|id| table.is_full_id(id)).collect();
        let kind = place(&wanted, "sync_id").zip(place(&wanted, "resource_type_id"));
        let message = table.columns.contains(&"data").then_some(ids);
        if message.is_some() {
            wanted.push("data");
        }
        let mut counts = Counter::default();
        let rows = Table::open(db, file, table.name, &wanted)?;
        let mut rows = rows.rows()?;
        while let Some(row) = rows.next()? {
            let odd_id = (0..ids).find_map(|id| match row.get(id) {
                Value::Text(b"") if is_full[id] => Some(format!("its {} is empty", wanted[id])),
                Value::Text(_) => None,
                _ => Some(format!("its {} is no text", wanted[id])),
            });
            let why = odd_id.or_else(|| match row.get(message?) {
                Value::Blob([]) => Some("its message is empty".to_owned()),
                Value::Blob(_) => None,
                _ => Some("its message is no sequence of bytes".to_owned()),
            });
            if let Some(why) = why {
                let (table, row) = (table.name, row.number);
                return Err(damaged_row(&RowAt::Table { table, row }, why));
            }
            if let Some((sync, kind)) = kind
                && let (Value::Text(sync), Value::Text(kind)) = (row.get(sync), row.get(kind))
            {
                counts.add(sync, kind);
            }
        }
        counts.each(|sync, kind, count| {
            if table.name == RESOURCES {
                *self.resources.entry(sync.clone()).or_default() += count;
            }
            let rows = self.rows.entry(sync).or_default();
            let rows = match table.name {
                RESOURCES => &mut rows.resources,
                ENTITLEMENTS => &mut rows.entitlements,
                GRANTS => &mut rows.grants,
                _ => return,
            };
            *rows.entry(kind).or_default() += count;
        });
        Ok(())
    }
}

/// Checks the rows for whoever reads them through SQLite; see [`Survey::of`].
///
/// # Errors
/// As for [`Survey::of`].
pub(crate) fn refuse_odd_rows(db: &Connection, file: &File) -> Result<()> {
    Survey::of(db, file).map(drop)
}

/// Counts rows by sync and type.
#[derive(Default)]
struct Counter {
    kinds: Interner<2>,
    counts: Vec<u64>,
}

impl Counter {
    fn add(&mut self, sync: &[u8], kind: &[u8]) {
        let number = self.kinds.number([sync, kind]) as usize;
        match self.counts.get_mut(number) {
            Some(count) => *count += 1,
            None => self.counts.push(1),
        }
    }

    fn each(&self, mut each: impl FnMut(String, String, u64)) {
        for (number, &count) in (0..).zip(&self.counts) {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            let [sync, kind] = self.kinds.key(number).map(text);
            each(sync, kind, count);
        }
    }
}
