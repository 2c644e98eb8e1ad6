//! What no program that syncs can leave out, done as plainly as possible in one thread: read the answer and parse it
//! into structs, insert rows that are ready in memory, build the indexes, compress, write.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::Result;
use crate::measure::{self, Sample};

/// Reads the vendor's answer below a base URL and parses it; how many people were in it.
pub type ReadAndParse = fn(base: &str) -> Result<usize>;

/// Measures the floor for the rows of `file` in a process of its own.
pub(crate) fn run(own: &Path, base: &str, file: &Path, out: &Path) -> Result<Sample> {
    measure::part(own, "floor", &[base.as_ref(), file.as_ref(), out.as_ref()])
}

/// The process: `REPORT BASE FILE OUT`. Loading the rows and starting the process are not part of the floor.
pub(crate) fn child(args: &[String], read_and_parse: ReadAndParse) -> Result<()> {
    let [report, base, file, out] = args else {
        return Err("floor: REPORT BASE FILE OUT".into());
    };
    let out = Path::new(out);
    let source = Source::load(Path::new(file), out)?;
    let database = out.with_extension("db");
    measure::here(report, || {
        if read_and_parse(base)? == 0 {
            return Err("floor: the server answered without people".into());
        }
        source.insert(&database)?;
        compress(&database, out)
    })?;
    std::fs::remove_file(database)?;
    Ok(std::fs::remove_file(out)?)
}

/// Rows and schema of a finished file.
struct Source {
    tables: Vec<(String, usize, Vec<Vec<Value>>)>,
    create: Vec<String>,
    indexes: Vec<String>,
}

impl Source {
    fn load(file: &Path, out: &Path) -> Result<Self> {
        let bytes = std::fs::read(file)?;
        let database = out.with_extension("source");
        std::fs::write(
            &database,
            zstd::decode_all(bytes.get(5..).ok_or("not a .c1z")?)?,
        )?;
        let connection = Connection::open(&database)?;
        let statements = |kind: &str| -> Result<Vec<(String, String)>> {
            let mut s = connection.prepare(
                "select name, sql from sqlite_master where type = ?1 and sql is not null",
            )?;
            let rows = s.query_map([kind], |r| Ok((r.get(0)?, r.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let mut tables = Vec::new();
        let mut create = Vec::new();
        for (name, sql) in statements("table")? {
            let mut s = connection.prepare(&format!("select * from {name} order by id"))?;
            let columns = s.column_count();
            let rows = s.query_map([], |r| (0..columns).map(|c| r.get(c)).collect())?;
            tables.push((name, columns, rows.collect::<rusqlite::Result<_>>()?));
            create.push(sql);
        }
        let indexes = statements("index")?
            .into_iter()
            .map(|(_, sql)| sql)
            .collect();
        drop(connection);
        std::fs::remove_file(database)?;
        Ok(Self {
            tables,
            create,
            indexes,
        })
    }

    fn insert(&self, database: &Path) -> Result<()> {
        let mut connection = Connection::open(database)?;
        connection.execute_batch("pragma journal_mode = off; pragma synchronous = off;")?;
        self.create
            .iter()
            .try_for_each(|sql| connection.execute_batch(sql))?;
        let transaction = connection.transaction()?;
        for (name, columns, rows) in &self.tables {
            let places = vec!["?"; *columns].join(",");
            let mut insert =
                transaction.prepare(&format!("insert into {name} values ({places})"))?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
        }
        transaction.commit()?;
        self.indexes
            .iter()
            .try_for_each(|sql| connection.execute_batch(sql))?;
        Ok(())
    }
}

fn compress(database: &Path, out: &Path) -> Result<()> {
    let mut source = std::fs::File::open(database)?;
    let mut target = std::fs::File::create(out)?;
    target.write_all(b"C1ZF\0")?;
    let mut encoder = zstd::Encoder::new(target, 3)?;
    encoder.include_checksum(true)?;
    std::io::copy(&mut source, &mut encoder)?;
    encoder.finish()?.sync_all()?;
    Ok(())
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
