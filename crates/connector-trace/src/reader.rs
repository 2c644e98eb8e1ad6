//! Answers in the vendor's place, from a trace.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::tape::{Head, Played, Player, Readable, Request};

use crate::line::{COMPLETE, EndLine, ExchangeLine, FORMAT, Line, RequestLine, Start};
use crate::request::{AllDeclared, line, request};

/// Longest line.
const MAX_LINE: u64 = 256 << 20;
/// Most that a trace may unpack to, and most that it may make the decoder hold.
const MAX_TRACE: u64 = 2 << 30;
const MAX_WINDOW_LOG: u32 = 27;
const DOING: &str = "reading the recording";

/// A trace that was read.
#[derive(Debug)]
pub struct Trace {
    start: Start,
    /// `None` when the file breaks off.
    end: Option<EndLine>,
    declared: AllDeclared,
    exchanges: Mutex<HashMap<RequestLine, Queue>>,
}

/// The exchanges of one request.
#[derive(Debug, Default)]
struct Queue {
    left: VecDeque<Played>,
    /// The last answer with a credential, which is given again and again.
    last: Option<Played>,
}

impl Trace {
    /// Reads the trace at `path`.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be read or is no trace of this format.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_file(path).map_err(|what| {
            let message = format!("{}: {what}", path.display());
            Error::new(ErrorKind::Precondition, message).during(DOING)
        })
    }

    fn from_file(path: &Path) -> std::result::Result<Self, String> {
        let file = File::open(path).map_err(|e| e.to_string())?;
        let mut decoder = zstd::stream::read::Decoder::new(file).map_err(|e| e.to_string())?;
        let limit = decoder.window_log_max(MAX_WINDOW_LOG);
        limit.map_err(|e| e.to_string())?;
        let mut lines = Lines(BufReader::new(decoder.take(MAX_TRACE)));
        let start = match lines.next() {
            Ok(Some(Line::Start(start))) if start.format == FORMAT => start,
            Ok(Some(Line::Start(start))) => {
                return Err(format!(
                    "it has the format {}, and this version reads {FORMAT}",
                    start.format
                ));
            }
            _ => return Err("it is no recording of a run".to_owned()),
        };
        let mut trace = Self {
            start,
            end: None,
            declared: AllDeclared::default(),
            exchanges: Mutex::default(),
        };
        while let Ok(Some(line)) = lines.next() {
            match line {
                Line::Exchange(exchange) => trace.add(exchange),
                Line::End(end) => trace.end = Some(end),
                Line::Start(_) => return Err("two recordings are in it".to_owned()),
            }
        }
        Ok(trace)
    }

    fn add(&mut self, exchange: ExchangeLine) {
        let mut body = String::new();
        let head = exchange.answer.map(|answer| {
            body = answer.body;
            Head {
                status: answer.status,
                headers: answer.headers,
                to: answer.to.map(request),
            }
        });
        let played = Played {
            head,
            body: body.into_bytes(),
            fault: exchange.fault.map(Into::into),
            unread: exchange.unread,
        };
        let all = self.exchanges.get_mut();
        let all = all.unwrap_or_else(PoisonError::into_inner);
        all.entry(exchange.request)
            .or_default()
            .left
            .push_back(played);
    }

    /// What was recorded.
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// How the recorded run ended, unless it was complete: the kind of its error, or `cut off`.
    pub fn failure(&self) -> Option<&str> {
        match &self.end {
            Some(end) if end.outcome == COMPLETE => None,
            Some(end) => Some(&end.outcome),
            None => Some("cut off"),
        }
    }

    /// Exchanges that were not asked for.
    pub fn left(&self) -> usize {
        let all = self.exchanges.lock();
        let all = all.unwrap_or_else(PoisonError::into_inner);
        let queues = all.iter().filter(|(request, _)| !request.mints);
        queues.map(|(_, queue)| queue.left.len()).sum()
    }

    fn with<T>(&self, request: &RequestLine, f: impl FnOnce(Option<&mut Queue>) -> T) -> T {
        let all = self.exchanges.lock();
        f(all.unwrap_or_else(PoisonError::into_inner).get_mut(request))
    }
}

impl Player for Trace {
    fn play(&self, request: &Request, readable: Readable) -> Result<Played> {
        let request = line(request, &self.declared.of(readable), None);
        let played = self.with(&request, |queue| {
            let queue = queue?;
            let next = queue.left.pop_front();
            if request.mints {
                queue.last = next.clone().or_else(|| queue.last.take());
                return queue.last.clone();
            }
            next
        });
        match (played, self.failure()) {
            (Some(played), _) => Ok(played),
            // The recorded run was over before it asked.
            (None, Some(_)) => Ok(Played {
                head: None,
                body: Vec::new(),
                fault: None,
                unread: true,
            }),
            (None, None) => {
                let message = format!(
                    "the recording holds no further answer to {} {}",
                    request.method, request.class
                );
                Err(Error::new(ErrorKind::Precondition, message).hint(
                    "it was recorded with other settings or by another version of the program",
                ))
            }
        }
    }

    fn goes_on(&self, request: &Request, readable: Readable) -> bool {
        let request = line(request, &self.declared.of(readable), None);
        self.with(&request, |queue| queue.is_some_and(|q| !q.left.is_empty()))
    }
}

struct Lines<R>(BufReader<R>);

impl<R: Read> Lines<R> {
    /// The next line; `None` at the end. A file that breaks off ends with its last whole line.
    fn next(&mut self) -> std::result::Result<Option<Line>, ()> {
        let mut line = Vec::new();
        let mut limited = (&mut self.0).take(MAX_LINE);
        limited.read_until(b'\n', &mut line).map_err(drop)?;
        if line.pop() != Some(b'\n') {
            return Ok(None);
        }
        serde_json::from_slice(&line).map(Some).map_err(drop)
    }
}
