//! Carrying out a fault on a request.

use std::convert::Infallible;
use std::future::pending;
use std::io::{self, Write};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream::{self, StreamExt};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

use super::{Answer, Fault, Wait};
use crate::rewrite::Rewrite;

/// The page of [`Fault::Html`].
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\
    <body><p>This is not the API.</p></body></html>\n";

/// What the server does with a request under a fault.
pub(crate) enum Act {
    /// Sends this answer.
    Respond(Response),
    /// Resets the connection.
    Reset,
}

/// Carries out `fault`. `inner` passes the request to the fake and is only awaited when its answer is needed.
pub(crate) async fn apply(
    fault: Fault,
    now: Timestamp,
    inner: impl Future<Output = Response>,
) -> Act {
    Act::Respond(match fault {
        Fault::Answer(answer) => made_up(answer, now),
        Fault::Html => respond(200, &[("content-type", "text/html; charset=utf-8")], PAGE),
        Fault::Redirect { status, location } => respond(status, &[("location", &location)], ""),
        Fault::Reset => return Act::Reset,
        Fault::Hang => pending().await,
        Fault::Truncated => {
            let (mut head, body) = take(inner.await).await;
            let half = body.slice(..body.len() / 2);
            declare(&mut head, half.len() as u64);
            head.map(|()| Body::from(half))
        }
        Fault::DropMidBody => {
            let broken = async {
                // Pending once, so that the first half is flushed before the connection goes.
                tokio::task::yield_now().await;
                Err(io::Error::from(io::ErrorKind::ConnectionAborted))
            };
            half_then(inner.await, stream::once(broken)).await
        }
        Fault::HangMidBody => half_then(inner.await, stream::once(pending())).await,
        Fault::Slow { chunks, delay } => slow(inner.await, chunks, delay).await,
        Fault::Oversized { padding, declared } => oversized(inner.await, padding, declared).await,
        Fault::Gzip => gzip(inner.await).await,
        Fault::Edited(rewrite) => edited(inner.await, &rewrite).await,
    })
}

fn respond(status: u16, headers: &[(&str, &str)], body: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        set(response.headers_mut(), name, value);
    }
    response
}

/// Adds a header; one that cannot be sent is left out.
fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
        headers.insert(name, value);
    }
}

fn made_up(answer: Answer, now: Timestamp) -> Response {
    let mut response = respond(answer.status, &[], "");
    let headers = response.headers_mut();
    if !answer.body.is_empty() {
        set(headers, "content-type", "application/json");
    }
    let at = |seconds: i64| {
        now.saturating_add(SignedDuration::from_secs(seconds))
            .unwrap_or(now)
    };
    match answer.wait {
        Wait::Unsaid => {}
        Wait::Seconds(seconds) => set(headers, "retry-after", &seconds.to_string()),
        Wait::Date(seconds) => {
            if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&at(seconds)) {
                set(headers, "retry-after", &date);
            }
        }
        Wait::Reset(seconds) => {
            set(headers, "x-ratelimit-remaining", "0");
            set(
                headers,
                "x-ratelimit-reset",
                &at(seconds).as_second().to_string(),
            );
        }
    }
    for (name, value) in &answer.headers {
        set(headers, name, value);
    }
    *response.body_mut() = Body::from(answer.body);
    response
}

/// Splits an answer of the fake, which always has its body at hand.
async fn take(response: Response) -> (Response<()>, Bytes) {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    (Response::from_parts(parts, ()), body)
}

fn declare(head: &mut Response<()>, length: u64) {
    head.headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
}

/// The head as it would be for the whole body, the first half of it, then `rest`.
async fn half_then(
    response: Response,
    rest: impl stream::Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Response {
    let (mut head, body) = take(response).await;
    declare(&mut head, body.len() as u64);
    let half = body.slice(..body.len() / 2);
    let body = Body::from_stream(stream::once(async { Ok(half) }).chain(rest));
    head.map(|()| body)
}

async fn slow(response: Response, chunks: usize, delay: std::time::Duration) -> Response {
    let (mut head, body) = take(response).await;
    declare(&mut head, body.len() as u64);
    let size = body.len().div_ceil(chunks.max(1)).max(1);
    let pieces: Vec<Bytes> = (0..body.len())
        .step_by(size)
        .map(|from| body.slice(from..body.len().min(from + size)))
        .collect();
    let body = stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(delay).await;
        Ok::<_, Infallible>(piece)
    });
    head.map(|()| Body::from_stream(body))
}

async fn oversized(response: Response, padding: u64, declared: bool) -> Response {
    static BLANKS: [u8; 64 * 1024] = [b' '; 64 * 1024];
    let (mut head, body) = take(response).await;
    head.headers_mut().remove(header::CONTENT_LENGTH);
    if declared {
        declare(&mut head, padding + body.len() as u64);
    }
    let blanks = stream::unfold(padding, |left| async move {
        let size = left.min(BLANKS.len() as u64);
        (size > 0).then(|| (Bytes::from_static(&BLANKS[..size as usize]), left - size))
    });
    let body = blanks.chain(stream::once(async { body }));
    head.map(|()| Body::from_stream(body.map(Ok::<_, Infallible>)))
}

async fn edited(response: Response, rewrite: &Rewrite) -> Response {
    let (mut head, body) = take(response).await;
    let mut json = serde_json::from_slice(&body).unwrap_or_default();
    rewrite.apply(&mut json);
    let body = json.to_string();
    declare(&mut head, body.len() as u64);
    *head.status_mut() = StatusCode::OK;
    head.map(|()| Body::from(body))
}

async fn gzip(response: Response) -> Response {
    let (mut head, body) = take(response).await;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let packed = encoder
        .write_all(&body)
        .and_then(|()| encoder.finish())
        .unwrap_or_default();
    declare(&mut head, packed.len() as u64);
    head.headers_mut()
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.map(|()| Body::from(packed))
}
