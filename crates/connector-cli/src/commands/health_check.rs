//! The `health-check` subcommand: one small request to a running service on this machine.
//!
//! It exists for container images without a shell, where the health command has to be the program itself. The
//! request is written by hand because a whole HTTP client would make the check slower than the service it checks.

use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{Settings, label};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::defaults::flags::{HEALTH_CHECK_BIND_ADDRESS, HEALTH_CHECK_PORT};

/// A status line is shorter than this; anything longer is not one.
const MAX_STATUS_LINE: usize = 1024;

/// What to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Health,
    Ready,
    Live,
}

impl Endpoint {
    pub(crate) fn parse(name: &str) -> Result<Self> {
        match name {
            "health" => Ok(Self::Health),
            "ready" => Ok(Self::Ready),
            "live" => Ok(Self::Live),
            other => Err(Error::new(
                ErrorKind::Usage,
                format!("invalid endpoint: {other} (valid: health, ready, live)"),
            )),
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Health => "/health",
            Self::Ready => "/ready",
            Self::Live => "/live",
        }
    }
}

/// The time limit that `--timeout` gives.
pub(crate) fn seconds(text: Option<&str>) -> Result<u64> {
    let Some(text) = text else { return Ok(5) };
    match text.parse() {
        Ok(seconds @ 1..=3600) => Ok(seconds),
        _ => Err(Error::new(
            ErrorKind::Usage,
            format!(
                "invalid argument \"{text}\" for \"--timeout\" flag: not a number from 1 to 3600"
            ),
        )),
    }
}

/// Asks the service that the health-check settings describe.
///
/// # Errors
/// [`ErrorKind::Upstream`] when nothing answers, [`ErrorKind::Timeout`] when it takes too long and
/// [`ErrorKind::Usage`] (exit code 2, as existing probes expect) for any answer but 200.
pub(crate) async fn check(settings: &Settings, endpoint: Endpoint, seconds: u64) -> Result<()> {
    let port = settings.get(&HEALTH_CHECK_PORT)?;
    let port = u16::try_from(port).ok().filter(|p| *p > 0).ok_or_else(|| {
        let message = format!("value must be a port but got {port}");
        HEALTH_CHECK_PORT.error(Error::new(ErrorKind::Setting, message))
    })?;
    let host = target(&settings.get(&HEALTH_CHECK_BIND_ADDRESS)?);
    let limit = Duration::from_secs(seconds);
    let status = match tokio::time::timeout(limit, ask(&host, port, endpoint.path())).await {
        Ok(Ok(status)) => status,
        Ok(Err(e)) => {
            return Err(
                Error::new(ErrorKind::Upstream, format!("health check failed: {e}")).hint(format!(
                    "nothing healthy listens on {host}:{port}; see {}",
                    label(HEALTH_CHECK_PORT.name())
                )),
            );
        }
        Err(_) => {
            let message = format!("health check failed: no answer within {seconds} s");
            return Err(Error::new(ErrorKind::Timeout, message));
        }
    };
    match status {
        200 => Ok(()),
        other => Err(Error::new(
            ErrorKind::Usage,
            format!("health check returned status {other}"),
        )),
    }
}

/// An address that means "all interfaces" is reached through the loopback one.
fn target(bind: &str) -> String {
    match bind {
        "" | "0.0.0.0" => "127.0.0.1".to_owned(),
        "::" | "[::]" => "::1".to_owned(),
        other => other.trim_matches(['[', ']']).to_owned(),
    }
}

async fn ask(host: &str, port: u16, path: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let shown = if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {shown}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.contains(&b'\n') && head.len() < MAX_STATUS_LINE {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    status(&head).ok_or_else(|| {
        std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            "the answer is not an HTTP response",
        )
    })
}

fn status(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head.split(|b| *b == b'\n').next()?).ok()?;
    let mut words = line.split_whitespace();
    let version = words.next()?;
    let code = words.next()?.parse().ok()?;
    (version.starts_with("HTTP/") && (100..600).contains(&code)).then_some(code)
}
