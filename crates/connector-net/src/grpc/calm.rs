//! Notices that a server takes pings for an attack.
//!
//! Such a server ends the connection with a GOAWAY frame whose error is `ENHANCE_YOUR_CALM` (RFC 9113, 6.8 and 7). The
//! calls on the connection only learn that it was closed, so the frames are looked at as they arrive.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Length, type, flags and stream of a frame.
const HEADER: usize = 9;
/// The type of a frame that announces the end of the connection.
const GOAWAY: u8 = 7;
/// What such a frame holds at least: the last stream and an error.
const GOAWAY_PART: usize = 8;
const ENHANCE_YOUR_CALM: [u8; 4] = [0, 0, 0, 0xb];

/// Set when the server has asked for calm; clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Calm(Arc<AtomicBool>);

impl Calm {
    pub(super) fn is_asked_for(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// An HTTP/2 connection that sets a [`Calm`].
#[derive(Debug)]
pub(super) struct Observed<S> {
    stream: S,
    frames: Frames,
    calm: Calm,
}

impl<S> Observed<S> {
    pub(super) fn new(stream: S, calm: Calm) -> Self {
        Self {
            stream,
            frames: Frames::default(),
            calm,
        }
    }
}

/// Where in the sequence of frames the bytes read so far end.
#[derive(Debug, Default)]
struct Frames {
    /// The begun header, and of a GOAWAY frame the last stream and the error.
    head: Vec<u8>,
    /// Bytes before the next header.
    skip: usize,
}

impl Frames {
    /// Goes on with these bytes. Whether one of the frames in them asks for calm.
    fn read(&mut self, mut bytes: &[u8]) -> bool {
        let mut asked = false;
        while !bytes.is_empty() {
            if self.skip > 0 {
                let skipped = self.skip.min(bytes.len());
                (self.skip, bytes) = (self.skip - skipped, &bytes[skipped..]);
                continue;
            }
            let wanted = match self.head.len() < HEADER {
                true => HEADER,
                false => HEADER + GOAWAY_PART,
            };
            let taken = (wanted - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if self.head.len() < wanted {
                continue;
            }
            let length = u32::from_be_bytes([0, self.head[0], self.head[1], self.head[2]]) as usize;
            if wanted == HEADER && self.head[3] == GOAWAY && length >= GOAWAY_PART {
                continue;
            }
            asked |= self.head.ends_with(&ENHANCE_YOUR_CALM) && wanted > HEADER;
            self.skip = length - (wanted - HEADER);
            self.head.clear();
        }
        asked
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Observed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if self.frames.read(&buffer.filled()[before..]) {
            self.calm.0.store(true, Ordering::Release);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Observed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
