//! Answers in the vendor's place, from a trace.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind as ErrorKindOfIo, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::tape::{Head, Played, Player, Readable, Request};
use connector_core::{output, text};

use crate::line::{COMPLETE, EndLine, ExchangeLine, FORMAT, Line, RequestLine, Start};
use crate::request::{AllDeclared, line, request};

/// Longest line.
const MAX_LINE: u64 = 256 << 20;
/// Most that a trace may unpack to, and most that it may make the decoder hold.
const MAX_TRACE: u64 = 2 << 30;
const MAX_WINDOW_LOG: u32 = 27;
const DOING: &str = "reading the recording";
const OTHER_FORMAT: &str = "use the version of the program that recorded it, or a newer one";
/// What a zstd frame begins with.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether a file begins as a recording does.
pub(crate) fn is_one(path: &Path) -> bool {
    let mut begins = [0; MAGIC.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut begins));
    read.is_ok() && begins == MAGIC
}

/// A trace that was read.
#[derive(Debug)]
pub struct Trace {
    start: Start,
    /// How the recorded run ended.
    outcome: String,
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
    /// [`ErrorKind::Precondition`] when it cannot be read, is no trace of this format, is not whole, or is damaged.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_file(path).map_err(|Defect { what, hint }| {
            let message = format!("{}: {what}", path.display());
            let error = Error::new(ErrorKind::Precondition, message).during(DOING);
            hint.into_iter().fold(error, Error::hint)
        })
    }

    fn from_file(path: &Path) -> std::result::Result<Self, Defect> {
        let unread = |e: std::io::Error| Defect::new(e.to_string(), None);
        let about = std::fs::metadata(path).map_err(unread)?;
        if let Some(what) = output::not_regular(about.file_type()) {
            return Err(Defect::new(format!("it is {what}"), None));
        }
        let file = File::open(path).map_err(unread)?;
        if !is_one(path) {
            return Err(Defect::no_recording());
        }
        let mut decoder = zstd::stream::read::Decoder::new(file).map_err(unread)?;
        decoder.window_log_max(MAX_WINDOW_LOG).map_err(unread)?;
        let mut lines = Lines(BufReader::new(decoder.take(MAX_TRACE)));
        let start = match lines.next() {
            Ok(Some(Line::Start(start))) if start.format == FORMAT => start,
            Ok(Some(Line::Start(Start { format, .. }))) => {
                let what = format!("it has the format {format}, and this version reads {FORMAT}");
                return Err(Defect::new(what, Some(OTHER_FORMAT)));
            }
            Err(Broken::Off) => return Err(Defect::broken(Broken::Off, 0)),
            _ => return Err(Defect::no_recording()),
        };
        let mut trace = Self {
            start,
            outcome: String::new(),
            declared: AllDeclared::default(),
            exchanges: Mutex::default(),
        };
        trace.outcome = trace.read_exchanges(&mut lines)?.outcome;
        Ok(trace)
    }

    /// Reads everything after the first line.
    fn read_exchanges(
        &mut self,
        lines: &mut Lines<impl Read>,
    ) -> std::result::Result<EndLine, Defect> {
        let mut exchanges = 0;
        let end = loop {
            match lines.next() {
                Ok(Some(Line::Exchange(exchange))) => self.add(*exchange),
                Ok(Some(Line::End(end))) => break end,
                Ok(Some(Line::Start(_))) => return Err(Defect::broken(Broken::Wrong, exchanges)),
                Ok(None) => return Err(Defect::broken(Broken::Off, exchanges)),
                Err(broken) => return Err(Defect::broken(broken, exchanges)),
            }
            exchanges += 1;
        };
        // The end of the frame holds the checksum.
        match lines.next() {
            Ok(None) if end.exchanges == exchanges => Ok(end),
            Err(Broken::Off) => Err(Defect::broken(Broken::Off, exchanges)),
            _ => Err(Defect::broken(Broken::Wrong, exchanges)),
        }
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
        (self.outcome != COMPLETE).then_some(&*self.outcome)
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
                let Start {
                    program, version, ..
                } = &self.start;
                Err(
                    Error::new(ErrorKind::Precondition, message).hint(format!(
                        "it was recorded by {program} {version}; another version, or other settings, request something else"
                    )),
                )
            }
        }
    }

    fn goes_on(&self, request: &Request, readable: Readable) -> bool {
        let request = line(request, &self.declared.of(readable), None);
        self.with(&request, |queue| queue.is_some_and(|q| !q.left.is_empty()))
    }
}

/// What is wrong with a file, and what to do.
struct Defect {
    what: String,
    hint: Option<&'static str>,
}

impl Defect {
    fn new(what: String, hint: Option<&'static str>) -> Self {
        Self { what, hint }
    }

    fn no_recording() -> Self {
        let what = "it is no recording of a run".to_owned();
        Self::new(what, Some("--record FILE makes one"))
    }

    fn broken(broken: Broken, exchanges: u64) -> Self {
        let exchanges = text::counted(exchanges, "exchange");
        let what = match broken {
            Broken::Off => format!("it breaks off after {exchanges}"),
            Broken::Wrong => format!("it is damaged after {exchanges}"),
            Broken::TooLarge => format!("it is too large; it was read up to {exchanges}"),
        };
        Self::new(what, Some("copy the whole file again"))
    }
}

/// Why the next line cannot be read.
#[derive(Debug, Clone, Copy)]
enum Broken {
    /// The file ends too early.
    Off,
    /// It is not what was written.
    Wrong,
    /// It is longer than any recording may be.
    TooLarge,
}

struct Lines<R>(BufReader<std::io::Take<R>>);

impl<R: Read> Lines<R> {
    /// The next line; `None` at the end of the file.
    fn next(&mut self) -> std::result::Result<Option<Line>, Broken> {
        let mut line = Vec::new();
        let mut limited = (&mut self.0).take(MAX_LINE);
        let read = limited.read_until(b'\n', &mut line);
        read.map_err(|e| match e.kind() {
            ErrorKindOfIo::UnexpectedEof => Broken::Off,
            _ => Broken::Wrong,
        })?;
        if line.is_empty() && self.0.get_ref().limit() > 0 {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            return Err(match self.0.get_ref().limit() {
                0 => Broken::TooLarge,
                _ if line.len() as u64 + 1 >= MAX_LINE => Broken::TooLarge,
                _ => Broken::Off,
            });
        }
        serde_json::from_slice(&line)
            .map(Some)
            .map_err(|_| Broken::Wrong)
    }
}
