//! Telemetry as its flags describe it. Without an endpoint nothing here does anything.

use std::path::Path;
use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{ConnectorSpec, Settings, TraceParent};
use connector_telemetry::{
    Collector, SpanContext, Telemetry, TelemetryOptions, Trouble, Trust, inline_pem,
};
use tracing::Level;

use crate::defaults::flags::{
    OTEL_CERT, OTEL_CERT_PATH, OTEL_ENDPOINT, OTEL_INSECURE, OTEL_LOGGING_DISABLED,
    OTEL_TRACING_DISABLED,
};
use crate::invocation::Invocation;
use crate::json::Object;
use crate::log::Logger;

/// Most time that the end of a run may take for what is not delivered yet.
pub(crate) const END: Duration = Duration::from_secs(5);

/// Where telemetry goes and what of it.
pub(crate) struct Plan {
    collector: Collector,
    traces: bool,
    logs: bool,
}

/// Reads the flags; `None` when nothing is to be sent. What was set in vain is added to `warnings`.
///
/// # Errors
/// [`ErrorKind::Setting`] when the endpoint or its certificate cannot be used.
pub(crate) fn plan(
    settings: &Settings,
    dir: &Path,
    warnings: &mut Vec<String>,
) -> Result<Option<Plan>> {
    let mut in_vain = |flags: &[&str], why: &str| {
        let set = flags.iter().filter(|flag| settings.is_set(flag));
        warnings.extend(set.map(|flag| format!("--{flag} has no effect: {why}")));
    };
    let endpoint = settings.get(&OTEL_ENDPOINT)?.unwrap_or_default();
    let endpoint = endpoint.trim();
    if endpoint.is_empty() {
        in_vain(
            &[
                OTEL_CERT_PATH.name(),
                OTEL_CERT.name(),
                OTEL_INSECURE.name(),
            ],
            "--otel-collector-endpoint is not set",
        );
        return Ok(None);
    }
    let traces = !settings.get(&OTEL_TRACING_DISABLED)?;
    let logs = !settings.get(&OTEL_LOGGING_DISABLED)?;
    if !traces && !logs {
        in_vain(&[OTEL_ENDPOINT.name()], "traces and logs are both disabled");
        return Ok(None);
    }
    let collector = Collector::new(endpoint, &trust(settings, dir)?)?;
    if !collector.is_encrypted() {
        let why = "the connection to the collector is not encrypted";
        in_vain(&[OTEL_CERT_PATH.name(), OTEL_CERT.name()], why);
    }
    Ok(Some(Plan {
        collector,
        traces,
        logs,
    }))
}

fn trust(settings: &Settings, dir: &Path) -> Result<Trust> {
    if settings.get(&OTEL_INSECURE)? {
        return Ok(Trust::Plain);
    }
    if let Some(path) = settings.get(&OTEL_CERT_PATH)? {
        let pem = std::fs::read(dir.join(&path)).map_err(|e| {
            let problem = Error::new(ErrorKind::Setting, format!("{path} cannot be read: {e}"));
            let problem = problem.hint("it names a file in PEM form");
            OTEL_CERT_PATH
                .error(problem)
                .during("reading the certificate of the telemetry collector")
        })?;
        return Ok(Trust::Only(pem));
    }
    Ok(match settings.get(&OTEL_CERT)? {
        None => Trust::System,
        Some(pem) => Trust::Only(inline_pem(&pem)),
    })
}

impl Plan {
    /// Starts to send; trouble is written to `logger`, which must not be one that sends.
    ///
    /// # Errors
    /// When there is no thread to send on.
    pub(crate) fn start(
        self,
        spec: &ConnectorSpec,
        invocation: &Invocation,
        logger: Logger,
    ) -> Result<Telemetry> {
        let options = TelemetryOptions {
            collector: self.collector,
            name: spec.name,
            version: spec.version,
            traces: self.traces,
            logs: self.logs,
            clock: invocation.clock.clone(),
            entropy: invocation.entropy.clone(),
        };
        Telemetry::start(options, move |trouble: Trouble| {
            let mut fields = Object::new();
            fields.put("error", trouble.error);
            logger.log(Level::WARN, trouble.message, &fields);
        })
    }
}

/// The header that names the trace of a request to the vendor.
pub(crate) fn trace_parent() -> TraceParent {
    TraceParent::new(|span| SpanContext::of(span).map(|context| context.traceparent()))
}
