//! `validate`: the connector's probes alone.

use std::fmt::Write;

use connector_core::connector::Connector;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::App;
use connector_core::text;

use crate::program::Program;
use crate::summary;

/// Runs the connector's probes and prints what they found.
pub(crate) async fn validate<A: App>(program: &Program<A>) -> Result<u8> {
    let run = &program.sync;
    let connector = run.connector()?;
    let outcome = run.validate(&connector, &program.cancel).await;
    let warnings = outcome.map_err(|e| match e.kind() {
        ErrorKind::Interrupted => {
            Error::new(ErrorKind::Interrupted, "interrupted").hint("nothing was changed")
        }
        _ => e,
    })?;
    let mut out = format!(
        "ok: {} can be synced with these settings ({})\n",
        run.spec.display_name,
        text::counted(connector.requests(), "request")
    );
    for warning in &warnings {
        // Writing into a text cannot fail.
        let _ = writeln!(out, "{}", summary::line(warning));
    }
    Ok(program.output.console.print(out.as_bytes()))
}
