//! What no program that does this work can leave out, done as plainly as possible in one thread: read the answer
//! and parse it into structs, insert rows that are ready in memory, build the indexes, compress, write.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Deserialize;

use crate::measure::Sample;
use crate::{Result, report_path};

/// The request the connector sends; the fields decide how much the server answers.
const BODY: &str = r#"{"fields":["root.id","root.email","root.displayName","root.firstName","root.surname","root.creationDateTime","work.department","work.title","work.site","work.startDate","work.reportsTo","work.manager","work.employeeIdInCompany","employment.type","payroll.employment.type","internal.status","internal.lifecycleStatus","internal.terminationDate"],"humanReadable":"APPEND","showInactive":true}"#;

#[derive(Deserialize)]
struct Answer {
    employees: Vec<Employee>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsed to measure parsing")]
struct Employee {
    id: String,
    email: Option<String>,
    display_name: Option<String>,
    first_name: Option<String>,
    surname: Option<String>,
    work: Work,
    internal: Internal,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsed to measure parsing")]
struct Work {
    department: Option<String>,
    title: Option<String>,
    site: Option<String>,
    start_date: Option<String>,
    manager: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsed to measure parsing")]
struct Internal {
    status: Option<String>,
    lifecycle_status: Option<String>,
    termination_date: Option<String>,
}

/// Measures the floor for the rows of `file` in a process of its own.
pub(crate) fn run(own: &Path, base: &str, file: &Path, out: &Path) -> Result<Sample> {
    let report = report_path();
    let output = Command::new(own)
        .arg("floor")
        .arg(&report)
        .arg(base)
        .arg(file)
        .arg(out)
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "the floor failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let sample = serde_json::from_slice(&std::fs::read(&report)?)?;
    std::fs::remove_file(report)?;
    Ok(sample)
}

/// `REPORT BASE FILE OUT`. Loading the rows and starting the process are not part of the floor.
pub(crate) fn child(args: &[String]) -> Result<()> {
    let [report, base, file, out] = args else {
        return Err("floor: REPORT BASE FILE OUT".into());
    };
    let out = Path::new(out);
    let source = Source::load(Path::new(file), out)?;
    let before = cpu_ms()?;
    let started = Instant::now();
    let people = read_and_parse(base)?;
    let database = out.with_extension("db");
    source.insert(&database)?;
    compress(&database, out)?;
    let wall_ms = started.elapsed().as_secs_f64() * 1000.0;
    let sample = Sample {
        wall_ms,
        cpu_ms: cpu_ms()? - before,
        peak_kb: peak_kb()?,
    };
    if people == 0 {
        return Err("floor: the server answered without people".into());
    }
    std::fs::remove_file(database)?;
    std::fs::remove_file(out)?;
    std::fs::write(report, serde_json::to_vec(&sample)?)?;
    Ok(())
}

/// The largest resident size of this process so far, in KiB. The kernel's own word for it, because what `getrusage`
/// says begins with the size of the process that started this one.
pub(crate) fn peak_kb() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    match line.and_then(|line| line.trim().strip_suffix(" kB")) {
        Some(size) => Ok(size.trim().parse()?),
        None => Ok(u64::try_from(getrusage(UsageWho::RUSAGE_SELF)?.max_rss())?),
    }
}

/// User and system time of this process so far, in milliseconds.
pub(crate) fn cpu_ms() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok((usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1000.0)
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

/// One plain HTTP/1.1 request with the sandbox's credential; returns how many people were parsed.
fn read_and_parse(base: &str) -> Result<usize> {
    use baton_hibob_sandbox::{SERVICE_USER_ID, SERVICE_USER_TOKEN};
    let rest = base
        .strip_prefix("http://")
        .ok_or("not a plain http address")?;
    let (host, path) = rest.split_once('/').ok_or("no path in the address")?;
    let mut stream = TcpStream::connect(host)?;
    let credential = base64(format!("{SERVICE_USER_ID}:{SERVICE_USER_TOKEN}").as_bytes());
    write!(
        stream,
        "POST /{path}/people/search HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {credential}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{BODY}",
        BODY.len()
    )?;
    let mut answer = Vec::new();
    BufReader::with_capacity(1 << 18, stream).read_to_end(&mut answer)?;
    let head = answer
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .ok_or("no head in the answer")?;
    let body = &answer[head + 4..];
    // A chunked body is parsed all the same: its longest run of JSON starts at the first brace.
    let chunked = answer[..head]
        .to_ascii_lowercase()
        .windows(7)
        .any(|w| w == b"chunked");
    let joined;
    let body = if chunked {
        joined = unchunk(body)?;
        &joined
    } else {
        body
    };
    Ok(serde_json::from_slice::<Answer>(body)?.employees.len())
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

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63]);
            out.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    out
}
