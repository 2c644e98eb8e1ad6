//! The XML of a workbook's parts: shared texts, and the cells of a sheet line by line.

use std::io::BufRead;

use connector_core::{Error, Result};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Cell, unusable};

/// Bytes of the texts that are kept.
const MAX_TEXT: usize = 128 << 20;
/// Columns that are looked at; what is to the right of them is nobody's.
const MAX_COLUMNS: usize = 256;
/// Characters that a cell may hold; Excel allows no more.
const MAX_CELL: usize = 32_767 * 4;

/// Texts that cells share.
pub(super) type Strings = Vec<Box<str>>;

/// Reads the shared texts.
///
/// # Errors
/// When the part is damaged or too large.
pub(super) fn strings(file: &str, part: &mut dyn BufRead) -> Result<Strings> {
    let mut xml = Xml::new(file, part);
    let (mut texts, mut bytes) = (Strings::new(), 0);
    let mut text = String::new();
    let mut is_text = false;
    let mut reading = 0;
    while let Some(event) = xml.node()? {
        match event {
            Node::Start(start) => match start.local_name().as_ref() {
                b"si" => text.clear(),
                b"t" => is_text = reading == 0,
                // How a text is read aloud is no part of it.
                b"rPh" => reading += 1,
                _ => {}
            },
            Node::Text(more) if is_text => text.push_str(&more),
            Node::Text(_) => {}
            Node::End(name) => match name.as_slice() {
                b"t" => is_text = false,
                b"rPh" => reading -= 1,
                b"si" => {
                    bytes += text.len() + size_of::<Box<str>>();
                    if bytes > MAX_TEXT {
                        return Err(unusable(file, "holds too much text"));
                    }
                    texts.push(text.as_str().into());
                }
                _ => {}
            },
        }
    }
    Ok(texts)
}

/// Calls `each` with the number and the cells of every line of a sheet.
///
/// # Errors
/// When the part is damaged, and what `each` returns.
pub(super) fn each_line(
    file: &str,
    part: &mut dyn BufRead,
    shared: &[Box<str>],
    mut each: impl FnMut(u64, &[Cell]) -> Result<()>,
) -> Result<()> {
    let mut xml = Xml::new(file, part);
    let mut number = 0;
    let mut cells: Vec<Cell> = Vec::new();
    let (mut at, mut kind, mut is_value) = (0, Vec::new(), false);
    let mut cell = Cell::default();
    while let Some(event) = xml.node()? {
        match event {
            Node::Start(start) => match start.local_name().as_ref() {
                b"row" => {
                    let stated = attribute(&start, b"r").and_then(|it| text_of(&it).parse().ok());
                    number = stated.unwrap_or(number + 1);
                    cells.clear();
                    at = 0;
                }
                b"c" => {
                    let place = attribute(&start, b"r");
                    at = place.and_then(|it| column_of(&it)).unwrap_or(at);
                    kind = attribute(&start, b"t").unwrap_or_default();
                    cell = Cell::default();
                }
                b"v" | b"t" => is_value = true,
                b"f" => cell.is_formula = true,
                _ => {}
            },
            Node::Text(more) if is_value && cell.text.len() <= MAX_CELL => {
                cell.text.push_str(&more)
            }
            Node::Text(_) => {}
            Node::End(name) => match name.as_slice() {
                b"v" | b"t" => is_value = false,
                b"c" => {
                    if at < MAX_COLUMNS {
                        cells.resize(cells.len().max(at + 1), Cell::default());
                        cells[at] = settled(std::mem::take(&mut cell), &kind, shared);
                    }
                    at += 1;
                }
                b"row" => each(number, &cells)?,
                _ => {}
            },
        }
    }
    Ok(())
}

/// The cell with what it shares with others, or says in numbers, as text.
fn settled(mut cell: Cell, kind: &[u8], shared: &[Box<str>]) -> Cell {
    match kind {
        b"s" => {
            let at = cell.text.trim().parse::<usize>().ok();
            let text = at.and_then(|at| shared.get(at));
            cell.text = text.map_or_else(String::new, |text| text.to_string());
        }
        b"b" => {
            cell.text = if cell.text.trim() == "1" {
                "TRUE"
            } else {
                "FALSE"
            }
            .to_owned()
        }
        _ => {}
    }
    cell.text = unescaped(cell.text);
    cell
}

/// The text with the characters that a workbook writes as `_x` and four hexadecimal digits, such as `_x000D_` for the
/// end of a line.
fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let code = after
            .get(..4)
            .filter(|_| after.as_bytes().get(4) == Some(&b'_'));
        let code = code.filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = code.and_then(|it| u32::from_str_radix(it, 16).ok());
        match code.and_then(char::from_u32) {
            Some(character) => {
                out.push(character);
                rest = &after[5..];
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The column of a place such as `AB12`, counted from 0.
fn column_of(place: &[u8]) -> Option<usize> {
    let letters = place.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let letters: Vec<u8> = letters.take(4).map(u8::to_ascii_uppercase).collect();
    let add = |column: usize, letter: &u8| column * 26 + usize::from(letter - b'A') + 1;
    letters.iter().fold(0, add).checked_sub(1)
}

fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<Vec<u8>> {
    let found = start.try_get_attribute(name).ok().flatten()?;
    Some(found.value.into_owned())
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What of a document matters here. An empty element begins and ends.
enum Node {
    Start(BytesStart<'static>),
    End(Vec<u8>),
    Text(String),
}

/// A document that is read as a stream.
struct Xml<'p> {
    file: &'p str,
    reader: Reader<&'p mut dyn BufRead>,
    buffer: Vec<u8>,
}

impl<'p> Xml<'p> {
    fn new(file: &'p str, part: &'p mut dyn BufRead) -> Self {
        let mut reader = Reader::from_reader(part);
        reader.config_mut().expand_empty_elements = true;
        Self {
            file,
            reader,
            buffer: Vec::new(),
        }
    }

    /// The next node; `None` at the end.
    fn node(&mut self) -> Result<Option<Node>> {
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let node = match event.map_err(|_| damaged(self.file))? {
                Event::Eof => return Ok(None),
                Event::Start(start) => Node::Start(start.into_owned()),
                Event::End(end) => Node::End(end.local_name().as_ref().to_vec()),
                Event::Text(text) => {
                    let text = text.xml10_content().map_err(|_| damaged(self.file))?;
                    Node::Text(text.into_owned())
                }
                Event::CData(text) => {
                    let text = text.decode().map_err(|_| damaged(self.file))?;
                    Node::Text(text.into_owned())
                }
                Event::GeneralRef(name) => {
                    Node::Text(character(&name).ok_or_else(|| damaged(self.file))?)
                }
                _ => continue,
            };
            return Ok(Some(node));
        }
    }
}

/// The character that a reference stands for. Those that a document type declares stand for nothing here.
fn character(name: &BytesRef<'_>) -> Option<String> {
    if let Some(character) = name.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    let name = name.decode().ok()?;
    resolve_predefined_entity(&name).map(str::to_owned)
}

fn damaged(file: &str) -> Error {
    unusable(file, "is damaged: it is no well-formed workbook")
}
