//! gRPC's framing, by hand: length-prefixed messages in a body, and a status in headers or trailers.
//!
//! Written without the library the connectors use, so that the two check each other.

use std::convert::Infallible;
use std::fmt;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response};
use bytes::{Buf, Bytes, BytesMut};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use prost::Message;

/// The longest message accepted.
const LONGEST: usize = 16 << 20;

/// A gRPC status that is not OK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code's number.
    pub code: u16,
    /// The text that explains it.
    pub message: String,
}

impl Refusal {
    /// A status with this code and message.
    pub fn new(code: u16, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(3, message)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.message)
    }
}

/// The messages of a request, one after the other.
pub(crate) struct Messages {
    body: Body,
    buffer: BytesMut,
}

impl Messages {
    pub(crate) fn of(body: Body) -> Self {
        Self {
            body,
            buffer: BytesMut::new(),
        }
    }

    /// The next message; `None` when the client has closed its side properly.
    pub(crate) async fn next<M: Message + Default>(&mut self) -> Result<Option<M>, Refusal> {
        let message = self.next_bytes().await?.map(M::decode).transpose();
        message.map_err(|e| Refusal::invalid(e.to_string()))
    }

    /// Does the same as [`Messages::next`], but does not decode the message.
    pub(crate) async fn next_bytes(&mut self) -> Result<Option<Bytes>, Refusal> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(Some(message));
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => return Err(Refusal::new(1, error.to_string())),
                None if self.buffer.is_empty() => return Ok(None),
                None => return Err(Refusal::invalid("the last message is cut off")),
            }
        }
    }

    /// A message that has arrived completely.
    fn take(&mut self) -> Result<Option<Bytes>, Refusal> {
        let Some((prefix, rest)) = self.buffer.split_first_chunk::<5>() else {
            return Ok(None);
        };
        let [compressed, a, b, c, d] = *prefix;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if compressed != 0 {
            return Err(Refusal::new(12, "compressed messages are not expected"));
        }
        if length > LONGEST {
            return Err(Refusal::new(8, "the message is too long"));
        }
        if rest.len() < length {
            return Ok(None);
        }
        self.buffer.advance(5);
        Ok(Some(self.buffer.split_to(length).freeze()))
    }
}

/// An answer with one message.
pub(crate) fn answer(message: &impl Message) -> Response<Body> {
    let length = message.encoded_len();
    let mut framed = BytesMut::with_capacity(length + 5);
    framed.extend_from_slice(&[0]);
    framed.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    framed.extend_from_slice(&message.encode_to_vec());
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let frames: [Result<_, Infallible>; 2] = [
        Ok(Frame::data(framed.freeze())),
        Ok(Frame::trailers(trailers)),
    ];
    grpc(Body::new(StreamBody::new(stream::iter(frames))))
}

/// An answer with a status only.
pub(crate) fn refuse(refusal: &Refusal) -> Response<Body> {
    let mut response = grpc(Body::empty());
    let headers = response.headers_mut();
    headers.insert("grpc-status", HeaderValue::from(refusal.code));
    if let Ok(message) = HeaderValue::from_str(&percent_encoded(&refusal.message)) {
        headers.insert("grpc-message", message);
    }
    response
}

fn grpc(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let kind = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert("content-type", kind);
    response
}

/// The message as the header wants it: everything but printable ASCII as `%XX`.
fn percent_encoded(message: &str) -> String {
    use std::fmt::Write;
    message.bytes().fold(String::new(), |mut out, byte| {
        if (b' '..=b'~').contains(&byte) && byte != b'%' {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
