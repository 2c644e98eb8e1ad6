//! The configuration file: flat YAML, one key per flag.
//!
//! The file is read as a stream of YAML events rather than into a value, for three reasons: every complaint can
//! name its line, a number or a date where a text belongs keeps its spelling, and no part of the file's content,
//! which may hold secrets, ever gets into an error.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use connector_core::error::{Error, ErrorKind, Result};
use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

use crate::values::Raw;

/// The file that is read when no other one is named.
const DEFAULT: &str = ".baton.yaml";

/// What a configuration file says.
#[derive(Default)]
pub(crate) struct ConfigFile {
    path: String,
    entries: BTreeMap<String, (Raw, usize)>,
}

impl ConfigFile {
    /// Reads the file that `BATON_CONFIG_PATH` names, else `.baton.yaml` in `dir` when there is one.
    pub(crate) fn load(env: &BTreeMap<String, OsString>, dir: &Path) -> Result<Self> {
        let named = env.get("BATON_CONFIG_PATH").filter(|p| !p.is_empty());
        let path = named.map_or_else(|| PathBuf::from(DEFAULT), PathBuf::from);
        let shown = path.display().to_string();
        if !matches!(path.extension(), Some(e) if e == "yaml" || e == "yml") {
            let message = "expected config file to have .yaml or .yml extension";
            return Err(
                Error::new(ErrorKind::Setting, format!("{message}: {shown}"))
                    .during("reading BATON_CONFIG_PATH"),
            );
        }
        match std::fs::read_to_string(dir.join(&path)) {
            Ok(text) => Self::parse(&text, shown),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
                Ok(Self::default())
            }
            Err(e) => Err(Error::new(ErrorKind::Setting, format!("{shown}: {e}"))
                .during("reading the configuration file")
                .hint("the file is named by BATON_CONFIG_PATH, else it is .baton.yaml here")),
        }
    }

    /// Reads YAML text; `path` is how messages name it.
    pub(crate) fn parse(text: &str, path: String) -> Result<Self> {
        let mut file = Self {
            path,
            entries: BTreeMap::new(),
        };
        match Reader::new(text).read(&mut file.entries) {
            Ok(()) => Ok(file),
            Err((line, problem)) => Err(Error::new(
                ErrorKind::Setting,
                format!("{}:{line}: {problem}", file.path),
            )
            .during("reading the configuration file")
            .hint("the file holds one `flag-name: value` per line; a list is written [a, b]")),
        }
    }

    /// The file, as the operator named it.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Takes a key's value and line out.
    pub(crate) fn take(&mut self, key: &str) -> Option<(Raw, usize)> {
        self.entries.remove(key)
    }

    /// Keys that `known` does not have, with their lines.
    pub(crate) fn unknown(&self, known: impl Fn(&str) -> bool) -> Vec<String> {
        let unknown = self.entries.iter().filter(|(key, _)| !known(key));
        unknown
            .map(|(key, (_, line))| format!("{key} (line {line})"))
            .collect()
    }
}

/// What is wrong, and on which line.
type Problem = (usize, String);

struct Reader<'a> {
    events: Parser<'a, serde_saphyr::granit_parser::StrInput<'a>>,
    line: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            events: Parser::new_from_str(text),
            line: 1,
        }
    }

    fn next(&mut self) -> Result<Event<'a>, Problem> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                self.line = span.start.line();
                Ok(event)
            }
            Some(Err(e)) => Err((e.marker().line(), e.info())),
            None => Ok(Event::StreamEnd),
        }
    }

    fn read(&mut self, entries: &mut BTreeMap<String, (Raw, usize)>) -> Result<(), Problem> {
        loop {
            match self.next()? {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::StreamEnd | Event::DocumentEnd => return Ok(()),
                // A file of comments is a document whose only node is empty.
                Event::Scalar(text, ScalarStyle::Plain, ..) if is_null(&text) => {}
                Event::MappingStart(..) => break,
                _ => return Err(self.problem("the file is not a list of `key: value` lines")),
            }
        }
        loop {
            let key = match self.next()? {
                Event::MappingEnd => break,
                Event::Scalar(key, ..) => key.into_owned(),
                _ => return Err(self.problem("a key is not a plain word")),
            };
            let line = self.line;
            let raw = self.value(&key)?;
            if entries.contains_key(&key) {
                return Err((line, format!("{key} is given twice")));
            }
            if let Some(raw) = raw {
                entries.insert(key, (raw, line));
            }
        }
        match self.next()? {
            Event::DocumentEnd => {}
            _ => return Err(self.problem("the file is not a list of `key: value` lines")),
        }
        match self.next()? {
            Event::StreamEnd => Ok(()),
            _ => Err(self.problem("the file holds more than one document")),
        }
    }

    fn value(&mut self, key: &str) -> Result<Option<Raw>, Problem> {
        match self.next()? {
            Event::Scalar(text, ScalarStyle::Plain, ..) if is_null(&text) => Ok(None),
            Event::Scalar(text, ..) => Ok(Some(Raw::One(text.into_owned()))),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => return Ok(Some(Raw::Many(items))),
                        Event::Scalar(text, ..) => items.push(text.into_owned()),
                        _ => return Err(self.problem(&format!("{key} holds more than texts"))),
                    }
                }
            }
            Event::MappingStart(..) => {
                Err(self.problem(&format!("{key} is nested; keys are flat flag names")))
            }
            _ => Err(self.problem(&format!("{key} refers to another value"))),
        }
    }

    fn problem(&self, text: &str) -> Problem {
        (self.line, text.to_owned())
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
