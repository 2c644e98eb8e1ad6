//! One error type for the whole suite, and the one table that defines what each kind means.
//!
//! An [`Error`] shows who must act: its [`ErrorKind`] decides the exit code, whether a request may be tried
//! again and how loudly it is logged ([`ErrorKind::policy`]); its text names what was being done and what went
//! wrong; its hint names what to do about it. Layers add the operation once, at the level that knows it, instead
//! of wrapping the text again on every level.

use std::borrow::Cow;
use std::fmt;

/// The result of everything in this suite that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in terms of who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The command line is wrong: an unknown flag, a missing setting.
    Usage,
    /// A setting has a value that cannot work.
    Setting,
    /// The vendor does not accept the credential.
    Credential,
    /// The credential is valid but may not read what is needed.
    Permission,
    /// The vendor does not know what was requested.
    NotFound,
    /// The vendor keeps answering that requests come too fast.
    RateLimited,
    /// The vendor, or the way to it, is failing: 5xx, reset, refused.
    Upstream,
    /// An answer did not come in time.
    Timeout,
    /// The vendor's answer is not what it must be: HTML, cut JSON, an unknown shape, a cursor loop.
    Contract,
    /// What was found cannot be right or cannot be stored: zero users, a locked or unwritable file.
    Precondition,
    /// The requested mode is not available in this build.
    Unavailable,
    /// The operator stopped the run.
    Interrupted,
    /// A defect in this program.
    Bug,
}

/// How loudly an error is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The operator's own doing or an expected gap.
    Warn,
    /// The operator or a developer has to act.
    Error,
}

/// What follows from an [`ErrorKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Exit code of a one-shot run; the numbers are gRPC status codes, as in the Go SDK.
    pub exit_code: u8,
    /// Whether a request that failed so may be sent again, within the retry budget.
    pub retry: bool,
    /// Level at which the failure is logged, once, where it is handled.
    pub severity: Severity,
}

impl ErrorKind {
    /// The table: exit code, retry and log level of each kind.
    pub const fn policy(self) -> Policy {
        use Severity::{Error, Warn};
        let (exit_code, retry, severity) = match self {
            Self::Interrupted => (1, false, Warn),
            Self::Usage => (2, false, Error),
            Self::Setting => (3, false, Error),
            Self::Timeout => (4, true, Error),
            Self::NotFound => (5, false, Error),
            Self::Permission => (7, false, Error),
            Self::Precondition => (9, false, Error),
            Self::Unavailable => (12, false, Error),
            Self::Contract | Self::Bug => (13, false, Error),
            Self::Upstream | Self::RateLimited => (14, true, Error),
            Self::Credential => (16, false, Error),
        };
        Policy {
            exit_code,
            retry,
            severity,
        }
    }

    /// The kind's name as it appears in log fields.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Setting => "setting",
            Self::Credential => "credential",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Upstream => "upstream",
            Self::Timeout => "timeout",
            Self::Contract => "contract",
            Self::Precondition => "precondition",
            Self::Unavailable => "unavailable",
            Self::Interrupted => "interrupted",
            Self::Bug => "bug",
        }
    }
}

/// A failure: its kind, what was being done, what went wrong and what to do about it.
///
/// `Display` prints one line, `<operation>: <message>`; the hint is printed separately by the binary.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    operation: Option<Cow<'static, str>>,
    message: String,
    hint: Option<Cow<'static, str>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    work_kept: bool,
}

impl Error {
    /// A failure of `kind`; `message` is one sentence without a final period.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            message: message.into(),
            hint: None,
            source: None,
            work_kept: false,
        }))
    }

    /// Adds the operation that failed (`listing employees`). The first, innermost operation is kept.
    #[must_use]
    pub fn during(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.0.operation.get_or_insert(operation.into());
        self
    }

    /// Puts the subject in front of the message: `<subject>: <message>`.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        self.0.message = format!("{subject}: {}", self.0.message);
        self
    }

    /// Adds what the operator can do. The first, most specific hint is kept.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint.get_or_insert(hint.into());
        self
    }

    /// Replaces the hint by one of a layer that knows better than the layer below.
    #[must_use]
    pub fn override_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Keeps the cause for debug logs; it is not part of the printed line.
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Records whether unfinished work of the sync that failed is there for the next one.
    #[must_use]
    pub(crate) fn with_work_kept(mut self, kept: bool) -> Self {
        self.0.work_kept = kept;
        self
    }

    /// Whether unfinished work of the sync that failed is there for the next one to go on with.
    pub fn work_is_kept(&self) -> bool {
        self.0.work_kept
    }

    /// What went wrong, in terms of who must act.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was being done, when a layer has added it.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// What went wrong, without the operation.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the operator can do, when a layer knew it.
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.operation {
            Some(operation) => write!(f, "{operation}: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}

/// Adds the operation to the error of a `Result`.
pub trait Context<T> {
    /// See [`Error::during`].
    fn during(self, operation: impl Into<Cow<'static, str>>) -> Result<T>;
}

impl<T> Context<T> for Result<T> {
    fn during(self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.map_err(|e| e.during(operation))
    }
}

#[cfg(test)]
mod tests;
