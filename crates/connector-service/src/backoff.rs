//! How long to wait: what the control plane states, kept within limits, and pauses after failures.

use std::time::Duration;

use connector_core::entropy::Entropy;

/// The longest wait that the control plane can set.
const LONGEST: Duration = Duration::from_secs(300);
/// The shortest wait after a poll that brought nothing.
const IDLE: Duration = Duration::from_secs(1);
/// Between heartbeats when the control plane states nothing.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// A duration of the protocol; negative and odd ones count as zero.
fn of_wire(duration: prost_types::Duration) -> Duration {
    let Ok(seconds) = u64::try_from(duration.seconds) else {
        return Duration::ZERO;
    };
    let nanos = u64::try_from(duration.nanos).unwrap_or(0);
    Duration::from_secs(seconds).saturating_add(Duration::from_nanos(nanos))
}

/// When to poll again. A poll that brought nothing never leads to a busy loop.
pub(crate) fn next_poll(stated: Option<prost_types::Duration>, idle: bool) -> Duration {
    let stated = stated.map_or(Duration::ZERO, of_wire).min(LONGEST);
    if idle { stated.max(IDLE) } else { stated }
}

/// When the next heartbeat is due.
pub(crate) fn next_heartbeat(stated: Option<prost_types::Duration>) -> Duration {
    match stated {
        None => HEARTBEAT,
        Some(stated) if stated.seconds == 0 && stated.nanos == 0 => HEARTBEAT,
        Some(stated) => of_wire(stated).clamp(Duration::from_secs(1), LONGEST),
    }
}

/// The pause after this many failed polls in a row: 1, 4, 9 s and so on up to a minute.
pub(crate) fn after_failed_polls(errors: u32) -> Duration {
    Duration::from_secs(u64::from(errors.saturating_mul(errors).min(60)))
}

/// The pause before the next hello: 1, 2, 4 s and so on up to five minutes, and up to a tenth more so that a fleet does
/// not come back all at once.
pub(crate) fn before_hello(attempt: u32, entropy: &dyn Entropy) -> Duration {
    let seconds = 1_u64
        .checked_shl(attempt.min(32))
        .unwrap_or(u64::MAX)
        .min(LONGEST.as_secs());
    let base = Duration::from_secs(seconds);
    base + base.mul_f64((entropy.next_u64() % 1000) as f64 / 10_000.0)
}

#[cfg(test)]
mod tests;
