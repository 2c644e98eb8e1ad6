//! The one writer of JSON: what serde gives, laid out so that people and line-based tools can read it too.
//!
//! A list has an element a line and the objects around it a member a line; what is inside an element stays on its
//! line. [`write()`] takes a whole value. [`write_object`] writes a document while its rows are produced, so that
//! nothing has to be held. Characters that a terminal acts on, or that turn the reading direction, are escaped,
//! which every reader of JSON undoes.

use std::io::{self, Write};

use connector_core::{Result, text};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::console::write_failed;

/// Writes a value and a line end.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    write_value(out, Layout::default(), value)?;
    writeln!(out).map_err(write_failed)
}

/// Writes an object whose members `fill` adds one after the other, and a line end.
///
/// # Errors
/// What `fill` returns, and when `out` cannot be written.
pub fn write_object(
    out: &mut dyn Write,
    fill: impl FnOnce(&mut Object<'_>) -> Result<()>,
) -> Result<()> {
    Object::fill(out, Layout::default(), fill)?;
    writeln!(out).map_err(write_failed)
}

/// An object that is being written.
pub struct Object<'o> {
    out: &'o mut dyn Write,
    layout: Layout,
    is_empty: bool,
}

impl<'o> Object<'o> {
    fn fill(
        out: &'o mut dyn Write,
        mut layout: Layout,
        fill: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        layout.begin_object(out).map_err(write_failed)?;
        let mut object = Self {
            out,
            layout,
            is_empty: true,
        };
        fill(&mut object)?;
        let ended = object.layout.end_object(&mut *object.out);
        ended.map_err(write_failed)
    }

    /// Adds a member.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn value(&mut self, key: &str, value: &impl Serialize) -> Result<()> {
        self.key(key)?;
        write_value(&mut *self.out, self.layout, value)
    }

    /// Adds a list whose elements `fill` adds.
    ///
    /// # Errors
    /// What `fill` returns, and when the output cannot be written.
    pub fn list(
        &mut self,
        key: &str,
        fill: impl FnOnce(&mut List<'_>) -> Result<()>,
    ) -> Result<()> {
        self.key(key)?;
        let mut list = List::within(&mut *self.out, self.layout);
        fill(&mut list)?;
        list.end()
    }

    /// Adds an object whose members `fill` adds.
    ///
    /// # Errors
    /// What `fill` returns, and when the output cannot be written.
    pub fn object(
        &mut self,
        key: &str,
        fill: impl FnOnce(&mut Object<'_>) -> Result<()>,
    ) -> Result<()> {
        self.key(key)?;
        Object::fill(&mut *self.out, self.layout, fill)
    }

    fn key(&mut self, key: &str) -> Result<()> {
        let first = std::mem::take(&mut self.is_empty);
        let layout = &mut self.layout;
        layout
            .begin_object_key(&mut *self.out, first)
            .map_err(write_failed)?;
        write_value(&mut *self.out, *layout, key)?;
        layout
            .begin_object_value(&mut *self.out)
            .map_err(write_failed)
    }
}

/// A list that is being written.
pub struct List<'o> {
    out: &'o mut dyn Write,
    layout: Layout,
    is_empty: bool,
}

impl<'o> List<'o> {
    /// A list that is a document of its own. [`List::finish`] ends it.
    pub fn new(out: &'o mut dyn Write) -> Self {
        Self::within(out, Layout::default())
    }

    fn within(out: &'o mut dyn Write, layout: Layout) -> Self {
        Self {
            out,
            layout,
            is_empty: true,
        }
    }

    /// Adds an element, on a line of its own.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Result<()> {
        self.next()?;
        write_value(&mut *self.out, self.layout, value)
    }

    /// Adds an object that has its members on lines of their own, for one that holds long lists itself.
    ///
    /// # Errors
    /// What `fill` returns, and when the output cannot be written.
    pub fn object(&mut self, fill: impl FnOnce(&mut Object<'_>) -> Result<()>) -> Result<()> {
        self.next()?;
        let layout = Layout {
            in_list: false,
            ..self.layout
        };
        Object::fill(&mut *self.out, layout, fill)
    }

    /// Ends the document.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> Result<()> {
        self.end()?;
        writeln!(self.out).map_err(write_failed)
    }

    fn next(&mut self) -> Result<()> {
        let first = self.begin()?;
        let layout = &mut self.layout;
        layout
            .begin_array_value(&mut *self.out, first)
            .map_err(write_failed)
    }

    /// Opens the list unless it is open, and returns whether that had to be done.
    fn begin(&mut self) -> Result<bool> {
        let first = std::mem::take(&mut self.is_empty);
        if first {
            let opened = self.layout.begin_array(&mut *self.out);
            opened.map_err(write_failed)?;
        }
        Ok(first)
    }

    fn end(&mut self) -> Result<()> {
        self.begin()?;
        self.layout.end_array(&mut *self.out).map_err(write_failed)
    }
}

fn write_value(
    out: &mut dyn Write,
    layout: Layout,
    value: &(impl Serialize + ?Sized),
) -> Result<()> {
    let mut serializer = Serializer::with_formatter(out, layout);
    let written = value.serialize(&mut serializer);
    written.map_err(|e| write_failed(e.into()))
}

/// Where in a document the writer is. Every value leaves it as it found it, so a copy may write one.
#[derive(Debug, Clone, Copy, Default)]
struct Layout {
    /// Lists and objects that are open and have a line for each of their parts.
    depth: usize,
    /// Whether the innermost of them is a list.
    in_list: bool,
    /// Lists and objects that are open within the element of such a list.
    inside_element: usize,
    /// Whether nothing is in what was opened last.
    is_empty: bool,
}

impl Layout {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, is_list: bool) -> io::Result<()> {
        match self.in_list {
            true => self.inside_element += 1,
            false => {
                self.depth += 1;
                self.in_list = is_list;
            }
        }
        self.is_empty = true;
        writer.write_all(if is_list { b"[" } else { b"{" })
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, is_list: bool) -> io::Result<()> {
        if self.inside_element > 0 {
            self.inside_element -= 1;
        } else {
            self.depth -= 1;
            self.in_list = false;
            if !self.is_empty {
                self.line(writer)?;
            }
        }
        self.is_empty = false;
        writer.write_all(if is_list { b"]" } else { b"}" })
    }

    /// Writes what separates an element or a key from what is before it.
    fn part<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.is_empty = false;
        match (self.inside_element > 0, first) {
            (true, true) => Ok(()),
            (true, false) => writer.write_all(b", "),
            (false, true) => self.line(writer),
            (false, false) => {
                writer.write_all(b",")?;
                self.line(writer)
            }
        }
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, true)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, true)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.part(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, false)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, false)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.part(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c: char| c.is_control() || text::turns(c)) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut chars = after.chars();
            if let Some(c) = chars.next() {
                write!(writer, "\\u{:04x}", u32::from(c))?;
            }
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests;
