//! Writes a trace while the run goes on.
//!
//! The file is written beside its place and put there when the run has ended, however it did: the trace of a run that
//! failed is the one that is wanted most.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::leftovers::Draft;
use connector_core::output;
use connector_core::tape::{Exchange, Fault, Head, Readable, Recorder, Request};
use connector_redact::{JsonRedactor, Tokens};

use crate::line::{
    AnswerLine, COMPLETE, EndLine, ExchangeLine, FORMAT, Line, RequestLine, Start, Value,
};
use crate::reader;
use crate::request::{AllDeclared, Declared, line};

/// Level of compression; answers of one kind resemble each other.
const LEVEL: i32 = 6;

/// Writes exchanges down with tokens in them.
#[derive(Debug)]
pub struct TraceWriter {
    tokens: Arc<Tokens>,
    declared: AllDeclared,
    file: Arc<Mutex<Output>>,
}

type Encoder = zstd::stream::write::Encoder<'static, BufWriter<Draft>>;

/// The file while it is written.
struct Output {
    place: PathBuf,
    /// `None` when it has been put into its place, or could not be written.
    encoder: Option<Encoder>,
    exchanges: u64,
    failed: Option<std::io::Error>,
}

impl TraceWriter {
    /// Begins a trace that will be at `place`. `started` is when the run started; the settings must be harmless.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when no file can be written there, or something other than a recording is there.
    pub fn create(
        place: &Path,
        tokens: Tokens,
        program: (&str, &str),
        started: jiff::Timestamp,
        settings: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self> {
        let start = Start {
            format: FORMAT,
            program: program.0.to_owned(),
            version: program.1.to_owned(),
            started: tokens.moment(started),
            key: tokens.key_id(),
            joinable: !tokens.are_fleeting(),
            settings: settings.into_iter().collect(),
        };
        let found = output::resolve(place)?;
        let there = std::fs::metadata(&found).is_ok_and(|about| about.len() > 0);
        if there && !reader::is_one(&found) {
            let message = format!("{} is there and is no recording", place.display());
            return Err(Error::new(ErrorKind::Precondition, message).hint(
                "only an earlier recording is replaced; give another name, or remove the file",
            ));
        }
        let file = Output::create(found).and_then(|mut file| {
            file.write(&Line::Start(start))?;
            Ok(file)
        });
        let file = file.map_err(|e| output::file_error("write", place, e))?;
        Ok(Self {
            tokens: tokens.into(),
            declared: AllDeclared::default(),
            file: Arc::new(Mutex::new(file)),
        })
    }

    /// Whether the key was drawn for this run, so that other files cannot be joined with the trace.
    pub fn is_fleeting(&self) -> bool {
        self.tokens.are_fleeting()
    }

    /// Ends the trace and puts it into its place. `error` is why the run failed.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it could not be written.
    pub fn finish(&self, error: Option<&Error>) -> Result<()> {
        let outcome = error.map_or(COMPLETE, |error| error.kind().as_str());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let place = file.place.clone();
        let written = file.finish(outcome);
        written.map_err(|e| output::file_error("write", &place, e))
    }
}

impl Output {
    fn create(place: PathBuf) -> std::io::Result<Self> {
        let directory = place.parent().unwrap_or(Path::new("."));
        let file = Draft::create(directory)?;
        let mut encoder = Encoder::new(BufWriter::new(file), LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Self {
            place,
            encoder: Some(encoder),
            exchanges: 0,
            failed: None,
        })
    }

    fn write(&mut self, line: &Line) -> std::io::Result<()> {
        let Some(encoder) = &mut self.encoder else {
            return Ok(());
        };
        let written = serde_json::to_writer(&mut *encoder, line).map_err(Into::into);
        let written = written.and_then(|()| encoder.write_all(b"\n"));
        if written.is_err() {
            // What cannot be written on is not put into its place.
            self.encoder = None;
        }
        written
    }

    fn add(&mut self, exchange: ExchangeLine) {
        self.exchanges += 1;
        if let Err(error) = self.write(&Line::Exchange(exchange.into())) {
            self.failed.get_or_insert(error);
        }
    }

    fn finish(&mut self, outcome: &str) -> std::io::Result<()> {
        let end = EndLine {
            outcome: outcome.to_owned(),
            exchanges: self.exchanges,
        };
        self.write(&Line::End(end))?;
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(encoder) = self.encoder.take() else {
            return Ok(());
        };
        let file = encoder.finish()?.into_inner().map_err(|e| e.into_error())?;
        file.publish(&self.place)
    }
}

/// A run that is dropped leaves what it has recorded.
impl Drop for Output {
    fn drop(&mut self) {
        if self.encoder.is_some() {
            let _ = self.finish("cut off");
        }
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output")
            .field("place", &self.place)
            .field("exchanges", &self.exchanges)
            .finish_non_exhaustive()
    }
}

impl Recorder for TraceWriter {
    fn begin(&self, request: Request, readable: Readable) -> Box<dyn Exchange> {
        let declared = self.declared.of(readable);
        Box::new(Written {
            request: line(&request, &declared, Some(&self.tokens)),
            answer: None,
            fault: None,
            whole: false,
            tokens: Arc::clone(&self.tokens),
            declared,
            file: Arc::clone(&self.file),
        })
    }
}

/// An exchange on its way into the file.
struct Written {
    request: RequestLine,
    answer: Option<(AnswerLine, JsonRedactor)>,
    fault: Option<Fault>,
    whole: bool,
    tokens: Arc<Tokens>,
    declared: Arc<Declared>,
    file: Arc<Mutex<Output>>,
}

impl Exchange for Written {
    fn answered(&mut self, head: Head) {
        let to = head.to.as_ref();
        let answer = AnswerLine {
            status: head.status,
            headers: head.headers,
            to: to.map(|to| line(to, &self.declared, Some(&self.tokens))),
            body: String::new(),
        };
        let rules = Arc::clone(&self.declared.answers);
        let document = JsonRedactor::new(rules, Arc::clone(&self.tokens));
        self.answer = Some((answer, document));
    }

    fn received(&mut self, piece: &[u8]) {
        if let Some((_, document)) = &mut self.answer {
            document.push(piece);
        }
    }

    fn ended(&mut self, fault: Option<Fault>) {
        self.whole = fault.is_none();
        self.fault = fault;
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let answer = self.answer.take().map(|(mut answer, document)| {
            answer.body = document.finish(self.whole);
            answer
        });
        let exchange = ExchangeLine {
            request: self.request.clone(),
            answer,
            unread: !self.whole && self.fault.is_none(),
            fault: self.fault.take().map(Into::into),
        };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.add(exchange);
    }
}
