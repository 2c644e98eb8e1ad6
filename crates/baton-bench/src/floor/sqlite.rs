//! The floor of version 1: rows that are ready in memory go into the tables of a new database with the journal off, the
//! indexes are built, and the database is compressed.

use std::io::Write;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::Result;

/// The level at which version 1 is compressed.
const LEVEL: i32 = 3;

/// Rows and schema of a finished file.
pub(super) struct Source {
    tables: Vec<(String, usize, Vec<Vec<Value>>)>,
    create: Vec<String>,
    indexes: Vec<String>,
}

impl Source {
    pub(super) fn load(file: &Path, out: &Path) -> Result<Self> {
        let bytes = std::fs::read(file)?;
        let database = out.with_extension("source");
        std::fs::write(
            &database,
            zstd::decode_all(bytes.get(5..).ok_or("not a .c1z")?)?,
        )?;
        let connection = Connection::open(&database)?;
        let statements = |kind: &str| -> Result<Vec<(String, String)>> {
            let mut s = connection.prepare(
                "select name, sql from sqlite_master where type = ?1 and sql is not null",
            )?;
            let rows = s.query_map([kind], |r| Ok((r.get(0)?, r.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let mut tables = Vec::new();
        let mut create = Vec::new();
        for (name, sql) in statements("table")? {
            let mut s = connection.prepare(&format!("select * from {name} order by id"))?;
            let columns = s.column_count();
            let rows = s.query_map([], |r| (0..columns).map(|c| r.get(c)).collect())?;
            tables.push((name, columns, rows.collect::<rusqlite::Result<_>>()?));
            create.push(sql);
        }
        let indexes = statements("index")?
            .into_iter()
            .map(|(_, sql)| sql)
            .collect();
        drop(connection);
        std::fs::remove_file(database)?;
        Ok(Self {
            tables,
            create,
            indexes,
        })
    }

    /// Writes the file to `out`.
    pub(super) fn write(&self, out: &Path) -> Result<()> {
        let database = out.with_extension("db");
        self.insert(&database)?;
        compress(&database, out)?;
        Ok(std::fs::remove_file(database)?)
    }

    fn insert(&self, database: &Path) -> Result<()> {
        let mut connection = Connection::open(database)?;
        connection.execute_batch("pragma journal_mode = off; pragma synchronous = off;")?;
        self.create
            .iter()
            .try_for_each(|sql| connection.execute_batch(sql))?;
        let transaction = connection.transaction()?;
        for (name, columns, rows) in &self.tables {
            let places = vec!["?"; *columns].join(",");
            let mut insert =
                transaction.prepare(&format!("insert into {name} values ({places})"))?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
        }
        transaction.commit()?;
        self.indexes
            .iter()
            .try_for_each(|sql| connection.execute_batch(sql))?;
        Ok(())
    }
}

fn compress(database: &Path, out: &Path) -> Result<()> {
    let mut source = std::fs::File::open(database)?;
    let mut target = std::fs::File::create(out)?;
    target.write_all(b"C1ZF\0")?;
    let mut encoder = zstd::Encoder::new(target, LEVEL)?;
    encoder.include_checksum(true)?;
    std::io::copy(&mut source, &mut encoder)?;
    encoder.finish()?.sync_all()?;
    Ok(())
}
