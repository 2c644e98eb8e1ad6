//! What no program that looks at every row of a file can leave out, done as plainly as possible in one thread: read
//! the file, decompress the database into a temp file, read every row and decode what it holds.

use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use connector_c1z::wire::{Entitlement, Grant, Resource};
use prost::Message;
use rusqlite::Connection;

use crate::floor::{cpu_ms, peak_kb};
use crate::measure::Sample;
use crate::{Result, report_path};

/// Measures reading these files, one after the other, in a process of its own.
pub(super) fn run(own: &Path, files: &[&Path]) -> Result<Sample> {
    let report = report_path();
    let mut command = Command::new(own);
    let output = command
        .arg("read-floor")
        .arg(&report)
        .args(files)
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "the floor failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let sample = serde_json::from_slice(&std::fs::read(&report)?)?;
    std::fs::remove_file(report)?;
    Ok(sample)
}

/// The process: `REPORT FILE…`.
pub(crate) fn child(args: &[String]) -> Result<()> {
    let [report, files @ ..] = args else {
        return Err("read-floor: REPORT FILE…".into());
    };
    let before = cpu_ms()?;
    let started = Instant::now();
    let mut rows = 0;
    for file in files {
        rows += read(Path::new(file))?;
    }
    let sample = Sample {
        wall_ms: started.elapsed().as_secs_f64() * 1000.0,
        cpu_ms: cpu_ms()? - before,
        peak_kb: peak_kb()?,
    };
    if rows == 0 {
        return Err("read-floor: no rows".into());
    }
    std::fs::write(report, serde_json::to_vec(&sample)?)?;
    Ok(())
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
