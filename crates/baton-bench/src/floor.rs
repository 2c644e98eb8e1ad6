//! What no program that syncs can leave out, done as plainly as possible in one thread: read the answer and parse it
//! into structs, write rows that are ready in memory in the order of the format, compress.

mod pebble;
mod sqlite;

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use crate::Result;
use crate::measure::{self, Sample};

/// Reads the vendor's answer below a base URL and parses it; how many people were in it.
pub type ReadAndParse = fn(base: &str) -> Result<usize>;

/// Measures the floor for the rows of `file`, in its format, in a process of its own.
pub(crate) fn run(own: &Path, base: &str, file: &Path, out: &Path) -> Result<Sample> {
    measure::part(own, "floor", &[base.as_ref(), file.as_ref(), out.as_ref()])
}

/// Rows of a finished file.
enum Source {
    Sqlite(sqlite::Source),
    Pebble(pebble::Source),
}

/// The process: `REPORT BASE FILE OUT`. Loading the rows and starting the process are not part of the floor.
pub(crate) fn child(args: &[String], read_and_parse: ReadAndParse) -> Result<()> {
    let [report, base, file, out] = args else {
        return Err("floor: REPORT BASE FILE OUT".into());
    };
    let (file, out) = (Path::new(file), Path::new(out));
    let mut magic = [0; 5];
    std::fs::File::open(file)?.read_exact(&mut magic)?;
    let source = match magic == connector_pebble::MAGIC {
        true => Source::Pebble(pebble::Source::load(file)?),
        false => Source::Sqlite(sqlite::Source::load(file, out)?),
    };
    measure::here(report, || {
        if read_and_parse(base)? == 0 {
            return Err("floor: the server answered without people".into());
        }
        match &source {
            Source::Sqlite(source) => source.write(out),
            Source::Pebble(source) => source.write(out),
        }
    })?;
    Ok(std::fs::remove_file(out)?)
}

/// One plain HTTP/1.1 POST with a JSON body; the body of the answer. `path` is taken below the base URL, and
/// `authorization` is the value of that header.
///
/// # Errors
/// When the address is not plain HTTP, or the answer is no HTTP message.
pub fn post(base: &str, path: &str, authorization: &str, body: &str) -> Result<Vec<u8>> {
    let rest = base
        .strip_prefix("http://")
        .ok_or("not a plain http address")?;
    let (host, prefix) = rest.split_once('/').ok_or("no path in the address")?;
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "POST /{prefix}/{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = Vec::new();
    BufReader::with_capacity(1 << 18, stream).read_to_end(&mut answer)?;
    let head = answer
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .ok_or("no head in the answer")?;
    let chunked = answer[..head]
        .to_ascii_lowercase()
        .windows(7)
        .any(|w| w == b"chunked");
    let body = answer.split_off(head + 4);
    if chunked { unchunk(&body) } else { Ok(body) }
}

fn unchunk(mut body: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    loop {
        let end = body
            .windows(2)
            .position(|w| w == b"\r\n")
            .ok_or("a broken chunk")?;
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end])?.trim(), 16)?;
        let from = end + 2;
        out.extend_from_slice(body.get(from..from + size).ok_or("a short chunk")?);
        body = &body[from + size + 2..];
        if size == 0 {
            return Ok(out);
        }
    }
}
