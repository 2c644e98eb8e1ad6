//! What `--out` may be: a path, and `-` for standard output where one text is written. Where files or a directory are
//! written `-` is refused, because a file with that name is hardly meant; `./-` names one.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser, ValueParser, ValueParserFactory};

/// What stands for standard output.
const STANDARD: &str = "-";

/// Where one text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Out {
    /// Standard output.
    Standard,
    /// A file.
    File(PathBuf),
}

impl Out {
    /// The file, when it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Standard => None,
            Self::File(path) => Some(path),
        }
    }
}

impl ValueParserFactory for Out {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        let out = |path: PathBuf| match path.as_os_str() == STANDARD {
            true => Self::Standard,
            false => Self::File(path),
        };
        ValueParser::new(PathBufValueParser::new().map(out))
    }
}

/// Where a file or a directory goes that standard output cannot take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(PathBuf);

impl Deref for Place {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl ValueParserFactory for Place {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        let place = |path: PathBuf| match path.as_os_str() == STANDARD {
            true => Err("standard output cannot take what this command writes; give a path"),
            false => Ok(Self(path)),
        };
        ValueParser::new(PathBufValueParser::new().try_map(place))
    }
}
