//! Prints what a version 3 file holds, one line per row: `cargo run -p connector-pebble --example list -- FILE`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use connector_core::{Error, ErrorKind, Result};
use connector_pebble::records::{
    EntitlementRecord, GrantRecord, ResourceRecord, ResourceTypeRecord, sync_type_name,
};
use connector_pebble::{Limits, Reader};

fn main() -> ExitCode {
    let mut errors = io::stderr();
    let Some(path) = std::env::args().nth(1) else {
        let _ = writeln!(errors, "usage: list FILE");
        return ExitCode::from(2);
    };
    match list(&path, &mut BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(errors, "list: {error}");
            if let Some(hint) = error.hint_text() {
                let _ = writeln!(errors, "hint: {hint}");
            }
            ExitCode::from(error.kind().policy().exit_code)
        }
    }
}

fn list(path: &str, out: &mut impl Write) -> Result<()> {
    let reader = Reader::open(path, Limits::default())?;
    let mut print = |line: std::fmt::Arguments<'_>| {
        writeln!(out, "{line}").map_err(|e| {
            Error::new(ErrorKind::Precondition, "the listing cannot be written").caused_by(e)
        })
    };
    if let Some(run) = reader.sync_run()? {
        let state = if run.ended_at.is_some() {
            "finished"
        } else {
            "unfinished"
        };
        let kind = sync_type_name(run.sync_type);
        print(format_args!("sync {} {kind} {state}", run.sync_id))?;
    }
    for row in reader.records::<ResourceTypeRecord>()? {
        let it = row?.record;
        print(format_args!(
            "type {} {:?} {}",
            it.external_id,
            it.display_name,
            it.traits.join(",")
        ))?;
    }
    for row in reader.records::<ResourceRecord>()? {
        let it = row?.record;
        let (kind, id) = (&it.resource_type_id, &it.resource_id);
        print(format_args!("resource {kind} {id} {:?}", it.display_name))?;
    }
    for row in reader.records::<EntitlementRecord>()? {
        let it = row?.record;
        print(format_args!(
            "entitlement {} {:?}",
            it.external_id, it.display_name
        ))?;
    }
    for row in reader.records::<GrantRecord>()? {
        print(format_args!("grant {}", row?.record.id()))?;
    }
    out.flush().map_err(|e| {
        Error::new(ErrorKind::Precondition, "the listing cannot be written").caused_by(e)
    })
}
