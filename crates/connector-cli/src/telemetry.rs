//! Telemetry as its flags describe it. Without an endpoint nothing here does anything.

use std::path::Path;
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use connector_http::TraceParent;
use connector_telemetry::{
    Collector, SpanContext, Telemetry, TelemetryOptions, Trouble, Trust, inline_pem,
};
use tracing::Level;

use crate::json::Object;
use crate::log::Logger;
use crate::spec::ConnectorSpec;
use crate::values::Values;

/// Most time that the end of a run may take for what is not delivered yet.
pub(crate) const END: Duration = Duration::from_secs(5);

const ENDPOINT: &str = "otel-collector-endpoint";
const CERT_PATH: &str = "otel-collector-endpoint-tls-cert-path";
const CERT: &str = "otel-collector-endpoint-tls-cert";
const INSECURE: &str = "otel-collector-endpoint-tls-insecure";

/// Where telemetry goes and what of it.
pub(crate) struct Plan {
    collector: Collector,
    traces: bool,
    logs: bool,
}

/// Reads the flags; `None` when nothing is to be sent. What was set in vain is added to `oddities`.
///
/// # Errors
/// [`ErrorKind::Setting`] when the endpoint or its certificate cannot be used.
pub(crate) fn plan(
    values: &Values,
    dir: &Path,
    oddities: &mut Vec<String>,
) -> Result<Option<Plan>> {
    let mut in_vain = |flags: &[&str], why: &str| {
        let set = flags.iter().filter(|flag| values.is_set(flag));
        oddities.extend(set.map(|flag| format!("--{flag} has no effect: {why}")));
    };
    let endpoint = values.text(ENDPOINT).trim();
    if endpoint.is_empty() {
        in_vain(
            &[CERT_PATH, CERT, INSECURE],
            "--otel-collector-endpoint is not set",
        );
        return Ok(None);
    }
    let traces = !values.bool("otel-tracing-disabled");
    let logs = !values.bool("otel-logging-disabled");
    if !traces && !logs {
        in_vain(&[ENDPOINT], "traces and logs are both disabled");
        return Ok(None);
    }
    let collector = Collector::new(endpoint, &trust(values, dir)?)?;
    if !collector.is_encrypted() {
        let why = "the connection to the collector is not encrypted";
        in_vain(&[CERT_PATH, CERT], why);
    }
    Ok(Some(Plan {
        collector,
        traces,
        logs,
    }))
}

fn trust(values: &Values, dir: &Path) -> Result<Trust> {
    let path = values.text(CERT_PATH);
    if values.bool(INSECURE) {
        return Ok(Trust::Plain);
    }
    if !path.is_empty() {
        let pem = std::fs::read(dir.join(path)).map_err(|e| {
            Error::new(ErrorKind::Setting, format!("{path} cannot be read: {e}"))
                .during("reading the certificate of the telemetry collector")
                .hint(format!("--{CERT_PATH} names a file in PEM form"))
        })?;
        return Ok(Trust::Only(pem));
    }
    Ok(match values.text(CERT) {
        "" => Trust::System,
        pem => Trust::Only(inline_pem(pem)),
    })
}

impl Plan {
    /// Starts to send; trouble is told by `logger`, which must not be one that sends.
    ///
    /// # Errors
    /// When there is no thread to send on.
    pub(crate) fn start(
        self,
        spec: &ConnectorSpec,
        clock: SharedClock,
        entropy: SharedEntropy,
        logger: Logger,
    ) -> Result<Telemetry> {
        let options = TelemetryOptions {
            collector: self.collector,
            name: spec.name,
            version: spec.version,
            traces: self.traces,
            logs: self.logs,
            clock,
            entropy,
        };
        Telemetry::start(options, move |trouble: Trouble| {
            let mut fields = Object::new();
            fields.put("error", trouble.error);
            logger.log(Level::WARN, trouble.message, &fields);
        })
    }
}

/// What tells the vendor which trace a request belongs to.
pub(crate) fn trace_parent() -> TraceParent {
    TraceParent::new(|span| SpanContext::of(span).map(|context| context.traceparent()))
}
