//! Reads what answers state about request limits: `Retry-After` and the families of rate-limit headers in use.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};

const REMAINING: [&str; 4] = [
    "x-ratelimit-remaining",
    "ratelimit-remaining",
    "x-ratelimit-requests-remaining",
    "x-rate-limit-remaining",
];
const RESET: [&str; 4] = [
    "x-ratelimit-reset",
    "ratelimit-reset",
    "x-ratelimit-requests-reset",
    "x-rate-limit-reset",
];
/// The rate, the size and what a request takes of a token bucket.
const BUCKET: [&str; 3] = [
    "x-ratelimit-replenish-rate",
    "x-ratelimit-burst-capacity",
    "x-ratelimit-requested-tokens",
];
/// Longest content type that a recording keeps.
const MAX_KIND: usize = 64;
/// Larger numbers are moments, not waits: thirty years, in seconds and in milliseconds.
const EPOCH_SECONDS: i64 = 30 * 365 * 24 * 3600;
const EPOCH_MILLIS: i64 = EPOCH_SECONDS * 1000;

/// Whether an answer says that requests come too fast: 429, and 503 with `Retry-After`, with which some vendors limit. A
/// 503 without one is a failing server.
pub(crate) fn is_limit(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> bool {
    match status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::SERVICE_UNAVAILABLE => retry_after(headers, now).is_some(),
        _ => false,
    }
}

/// How long to wait after such an answer.
pub(crate) fn stated_wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    retry_after(headers, now).or_else(|| reset(headers, now))
}

/// How long no request may be sent because an answer states that none is left.
pub(crate) fn exhausted_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let remaining = text(headers, &REMAINING).find_map(number)?;
    if remaining > 0 {
        return None;
    }
    reset(headers, now).or_else(|| retry_after(headers, now))
}

/// The headers of an answer that a client acts on, with moments as seconds from now.
pub(crate) fn recorded(headers: &HeaderMap, now: Timestamp) -> Vec<(String, String)> {
    let value = |name: &str| headers.get(name)?.to_str().ok();
    let waits = RESET.iter().chain([&"retry-after"]).filter_map(|name| {
        let seconds = wait(value(name)?, now)?.as_secs();
        Some(((*name).to_owned(), seconds.to_string()))
    });
    let numbers = REMAINING.iter().chain(&BUCKET).filter_map(|name| {
        let number = number(value(name)?)?;
        Some(((*name).to_owned(), number.to_string()))
    });
    let kind = value(CONTENT_TYPE.as_str()).and_then(|kind| {
        let kind = kind.split(';').next()?.trim().to_ascii_lowercase();
        let letter = |b: u8| b.is_ascii_alphanumeric() || b"/+-.".contains(&b);
        (kind.len() <= MAX_KIND && kind.bytes().all(letter)).then_some(kind)
    });
    let kind = kind.map(|kind| (CONTENT_TYPE.to_string(), kind));
    kind.into_iter().chain(waits).chain(numbers).collect()
}

/// What an answer states about the token bucket of its endpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BucketHeaders {
    /// Added per second.
    pub(crate) rate: f64,
    /// Most it holds.
    pub(crate) burst: f64,
    /// What one request takes.
    pub(crate) cost: f64,
    /// What was left after the request.
    pub(crate) remaining: Option<f64>,
}

/// The bucket that an answer describes in the headers of Spring Cloud Gateway. One that never fills or that no request
/// fits into is not to be believed.
pub(crate) fn bucket(headers: &HeaderMap) -> Option<BucketHeaders> {
    let value = |name: &str| headers.get(name)?.to_str().ok().and_then(number);
    let positive = |name: &str| value(name).filter(|n| *n > 0).map(|n| n as f64);
    let [rate, burst, cost] = BUCKET.map(positive);
    let bucket = BucketHeaders {
        rate: rate?,
        burst: burst?,
        cost: cost.unwrap_or(1.0),
        remaining: value(REMAINING[0]).map(|n| n.max(0) as f64),
    };
    (bucket.cost <= bucket.burst).then_some(bucket)
}

fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    wait(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

fn reset(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    text(headers, &RESET).find_map(|value| wait(value, now))
}

fn text<'a>(headers: &'a HeaderMap, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
    names
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
}

/// A wait, or the time until a moment; zero when the moment is past.
fn wait(value: &str, now: Timestamp) -> Option<Duration> {
    let moment = match number(value) {
        Some(n) if n > EPOCH_MILLIS => Timestamp::from_millisecond(n).ok()?,
        Some(n) if n > EPOCH_SECONDS => Timestamp::from_second(n).ok()?,
        Some(n) => return Some(Duration::from_secs(u64::try_from(n).unwrap_or(0))),
        None => date(value)?,
    };
    Some(
        moment
            .duration_since(now)
            .try_into()
            .unwrap_or(Duration::ZERO),
    )
}

/// The integer a value starts with; what follows (`12;w=60`, `3.5`) is ignored. A date is not a number.
fn number(value: &str) -> Option<i64> {
    let value = value.trim();
    let sign = usize::from(value.starts_with('-'));
    let digits = value[sign..].bytes().take_while(u8::is_ascii_digit).count();
    if value.as_bytes().get(sign + digits) == Some(&b'-') {
        return None;
    }
    value[..sign + digits].parse().ok()
}

fn date(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if let Ok(time) = httpdate::parse_http_date(value) {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        return Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok();
    }
    value.parse().ok()
}

#[cfg(test)]
mod tests;
