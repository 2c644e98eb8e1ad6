//! The telemetry of one run: its thread, what feeds it, and its end.

use std::fmt;
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use connector_net::grpc::{Channels, Watch};
use tokio_util::sync::CancellationToken;

use crate::collector::Collector;
use crate::grpc::Grpc;
use crate::logs::Logs;
use crate::queue::Queue;
use crate::sending::{Sending, Trouble, TroubleReporter};
use crate::spans::SpanLayer;
use connector_proto::opentelemetry::{KeyValue, Resource, Scope, Value};

/// What telemetry is made from.
#[derive(Debug, Clone)]
pub struct TelemetryOptions {
    /// Where it is sent.
    pub collector: Collector,
    /// The program, such as `baton-example`; the service's name is derived from it.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Whether spans are sent.
    pub traces: bool,
    /// Whether log records are sent.
    pub logs: bool,
    /// Where time comes from.
    pub clock: SharedClock,
    /// What the ids of traces and spans are drawn from.
    pub entropy: SharedEntropy,
}

/// Telemetry being sent. Dropping it ends it at once; [`Telemetry::shutdown`] delivers what is queued first.
pub struct Telemetry {
    queue: Queue,
    traces: bool,
    logs: bool,
    clock: SharedClock,
    entropy: SharedEntropy,
    reporter: TroubleReporter,
    /// Makes the thread deliver what is queued and end.
    stop: CancellationToken,
    /// Ends the thread whatever it is doing.
    abort: CancellationToken,
    /// Cancelled by the thread when it has ended.
    ended: CancellationToken,
}

impl Telemetry {
    /// Starts the sending thread, which connects when there is something to send. Trouble is handed to `report` on that
    /// thread, and before it starts when some of the system's trusted certificates cannot be read.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when no thread can be started.
    pub fn start(
        options: TelemetryOptions,
        report: impl Fn(Trouble) + Send + Sync + 'static,
    ) -> Result<Self> {
        let (name, version) = (options.name, options.version);
        let Collector {
            route,
            roots,
            unread_roots,
        } = options.collector;
        for error in unread_roots {
            let message = "trusted certificates cannot be read, the collector's may be among them";
            report(Trouble { message, error });
        }
        let (queue, items) = Queue::new();
        let telemetry = Self {
            queue: queue.clone(),
            traces: options.traces,
            logs: options.logs,
            clock: options.clock,
            entropy: options.entropy,
            reporter: TroubleReporter::new(report),
            stop: CancellationToken::new(),
            abort: CancellationToken::new(),
            ended: CancellationToken::new(),
        };
        let sender = Sender::new(name, version);
        let reporter = telemetry.reporter.clone();
        let (stop, abort) = (telemetry.stop.clone(), telemetry.abort.clone());
        let ended = telemetry.ended.clone().drop_guard();
        let send = move || {
            let _ended = ended;
            on_own_runtime(async move {
                let agent = format!("{name}/{version}");
                let channels = match Channels::new(route, roots.as_ref(), agent, Watch::Loosely) {
                    Ok(channels) => channels,
                    Err(error) => {
                        return reporter.report("telemetry cannot be set up", error.to_string());
                    }
                };
                let sending = Sending::new(items, queue, sender.over(channels), reporter);
                tokio::select! {
                    biased;
                    () = abort.cancelled() => {}
                    () = sending.run(stop) => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name("telemetry".to_owned());
        thread.spawn(send).map_err(|e| {
            Error::new(ErrorKind::Precondition, "cannot start the telemetry thread").caused_by(e)
        })?;
        Ok(telemetry)
    }

    /// What records spans; `None` when they are not sent.
    pub fn spans(&self) -> Option<SpanLayer> {
        let (queue, clock) = (self.queue.clone(), self.clock.clone());
        self.traces
            .then(|| SpanLayer::new(queue, clock, self.entropy.clone()))
    }

    /// Whether spans are sent.
    pub fn has_traces(&self) -> bool {
        self.traces
    }

    /// What takes log records; `None` when they are not sent.
    pub fn logs(&self) -> Option<Logs> {
        self.logs.then(|| Logs::new(self.queue.clone()))
    }

    /// Delivers what is queued and ends, within `limit` whatever the collector does.
    pub async fn shutdown(&self, limit: Duration) {
        // A task that was aborted ends, and with it its spans, at the scheduler's next turn.
        tokio::task::yield_now().await;
        self.stop.cancel();
        let ended = tokio::time::timeout(limit, self.ended.cancelled()).await;
        if ended.is_err() {
            self.abort.cancel();
            let message = "telemetry is not complete, the collector was too slow at the end";
            let error = format!("not delivered within {} ms", limit.as_millis());
            self.reporter.report_first(message, error);
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        self.abort.cancel();
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("traces", &self.traces)
            .field("logs", &self.logs)
            .finish_non_exhaustive()
    }
}

/// What identifies the sender to a collector.
struct Sender {
    resource: Resource,
    scope: Scope,
}

impl Sender {
    /// Nothing here identifies the machine or its operator.
    fn new(name: &str, version: &str) -> Self {
        let text = |text: &str| Value::Text(text.to_owned());
        Self {
            resource: Resource {
                attributes: vec![
                    KeyValue::new("service.name", text(&format!("{name}-server"))),
                    KeyValue::new("service.version", text(version)),
                ],
            },
            scope: Scope {
                name: name.to_owned(),
                version: version.to_owned(),
            },
        }
    }

    fn over(self, channels: Channels) -> Grpc {
        Grpc {
            channels,
            resource: self.resource,
            scope: self.scope,
        }
    }
}

/// Runs `work` to its end on a runtime that nothing else uses.
fn on_own_runtime(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    // Without one nothing is sent; the queue fills up and the run goes on.
    if let Ok(runtime) = runtime {
        runtime.block_on(work);
        // A name look-up that hangs must not keep the thread.
        runtime.shutdown_background();
    }
}
