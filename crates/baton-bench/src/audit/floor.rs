//! What no program that looks at every row of a file can leave out, done as plainly as possible in one thread: read
//! the file, decompress the database into a temp file, read every row and decode what it holds.

use std::io::Read;
use std::path::Path;

use connector_c1z::wire::{Entitlement, Grant, Resource};
use prost::Message;
use rusqlite::Connection;

use crate::Result;
use crate::measure::{self, Sample};

/// Measures reading these files, one after the other, in a process of its own.
pub(super) fn run(own: &Path, files: &[&Path]) -> Result<Sample> {
    let files: Vec<_> = files.iter().map(|file| file.as_os_str()).collect();
    measure::part(own, "read-floor", &files)
}

/// The process: `REPORT FILE…`.
pub(crate) fn child(args: &[String]) -> Result<()> {
    let [report, files @ ..] = args else {
        return Err("read-floor: REPORT FILE…".into());
    };
    measure::here(report, || {
        let rows = files.iter().map(|file| read(Path::new(file)));
        match rows.sum::<Result<usize>>()? {
            0 => Err("read-floor: no rows".into()),
            _ => Ok(()),
        }
    })
}

/// How many rows the file has; each is decoded.
fn read(file: &Path) -> Result<usize> {
    let mut packed = std::fs::File::open(file)?;
    packed.read_exact(&mut [0; 5])?;
    let mut database = tempfile::NamedTempFile::new()?;
    std::io::copy(&mut zstd::Decoder::new(packed)?, &mut database)?;
    let connection = Connection::open(database.path())?;
    let rows = scan::<Resource>(&connection, "v1_resources")?
        + scan::<Entitlement>(&connection, "v1_entitlements")?
        + scan::<Grant>(&connection, "v1_grants")?;
    Ok(rows)
}

fn scan<M: Message + Default>(connection: &Connection, table: &str) -> Result<usize> {
    let mut statement = connection.prepare(&format!("select data from {table} order by id"))?;
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        std::hint::black_box(M::decode(row.get_ref(0)?.as_blob()?)?);
        count += 1;
    }
    Ok(count)
}
