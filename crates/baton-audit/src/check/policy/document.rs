//! A TOML file that is read key by key, and everything that is wrong with it, by line.
//!
//! Keys that nobody asked for are mistakes too, so a mistyped key never goes unnoticed.

use std::cell::RefCell;
use std::collections::BTreeSet;

use connector_core::{Error, ErrorKind};
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::pattern::{Pattern, Place};

/// Mistakes that are told; the rest is counted.
const TOLD: usize = 5;

/// The text of a file and what is wrong with it.
#[derive(Debug)]
pub(super) struct Document<'t> {
    file: &'t str,
    text: &'t str,
    mistakes: RefCell<BTreeSet<(usize, String)>>,
}

impl<'t> Document<'t> {
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        Self {
            file,
            text,
            mistakes: RefCell::default(),
        }
    }

    /// Calls `read` with the file's top level; what it returns counts only when nothing is wrong.
    pub(super) fn read<T>(self, read: impl FnOnce(&mut Section<'_>) -> T) -> Result<T, Error> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let offset = error.span().map_or(0, |span| span.start);
            self.wrong(offset, error.message().replace('\n', ", "));
        }
        if errors.is_empty() {
            let mut top = Section {
                document: &self,
                table: table.get_ref(),
                offset: 0,
                name: String::new(),
                asked: BTreeSet::new(),
            };
            let value = read(&mut top);
            top.end();
            if self.mistakes.borrow().is_empty() {
                return Ok(value);
            }
        }
        Err(mistakes(self.file, &self.mistakes.into_inner()))
    }

    fn wrong(&self, offset: usize, message: String) {
        let line = self.line(offset);
        self.mistakes.borrow_mut().insert((line, message));
    }

    fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset);
        let before = before.unwrap_or(self.text.as_bytes());
        1 + before.iter().filter(|&&byte| byte == b'\n').count()
    }

    fn place(&self, offset: usize) -> Place {
        Place {
            file: self.file.to_owned(),
            line: self.line(offset),
        }
    }
}

/// The error that tells mistakes by line.
pub(super) fn mistakes(file: &str, mistakes: &BTreeSet<(usize, String)>) -> Error {
    let told = mistakes.iter().take(TOLD);
    let told: Vec<String> = told
        .map(|(line, message)| format!("{file}:{line}: {message}"))
        .collect();
    let more = match mistakes.len() - told.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    Error::new(ErrorKind::Setting, format!("{}{more}", told.join("; ")))
        .hint("docs/audit.md describes policy and link files")
}

/// A table of the file.
#[derive(Debug)]
pub(super) struct Section<'d> {
    document: &'d Document<'d>,
    table: &'d DeTable<'d>,
    offset: usize,
    name: String,
    asked: BTreeSet<String>,
}

impl<'d> Section<'d> {
    /// Where the table begins.
    pub(super) fn place(&self) -> Place {
        self.document.place(self.offset)
    }

    /// Says that something is wrong with the table as a whole.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.document.wrong(self.offset, message.into());
    }

    fn get(&mut self, key: &str) -> Option<(usize, &'d DeValue<'d>)> {
        self.asked.insert(key.to_owned());
        let value = self.table.get(key)?;
        Some((value.span().start, value.get_ref()))
    }

    /// Reads the table at `key`, an empty one when there is none.
    pub(super) fn section<T: Default>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Section<'_>) -> T,
    ) -> T {
        match self.get(key) {
            None => T::default(),
            Some((_, DeValue::Table(table))) => {
                let mut section = self.within(key, table);
                let value = read(&mut section);
                section.end();
                value
            }
            Some((offset, _)) => {
                self.document
                    .wrong(offset, format!("{key} must be a table"));
                T::default()
            }
        }
    }

    /// Reads each table of the list at `key`; those that `read` makes nothing of are left out.
    pub(super) fn sections<T>(
        &mut self,
        key: &str,
        read: impl Fn(&mut Section<'_>) -> Option<T>,
    ) -> Vec<T> {
        let tables = match self.get(key) {
            None => return Vec::new(),
            Some((_, DeValue::Array(list))) => list.iter().collect(),
            Some((offset, _)) => {
                let message = format!("{key} must be a list of tables: [[{key}]]");
                self.document.wrong(offset, message);
                Vec::new()
            }
        };
        let one = |value: &'d Spanned<DeValue<'d>>| match value.get_ref() {
            DeValue::Table(table) => {
                let mut section = self.within(key, table);
                section.offset = value.span().start;
                let value = read(&mut section);
                section.end();
                value
            }
            _ => {
                let message = format!("{key} must be a list of tables: [[{key}]]");
                self.document.wrong(value.span().start, message);
                None
            }
        };
        tables.into_iter().filter_map(one).collect()
    }

    fn within(&self, key: &str, table: &'d DeTable<'d>) -> Self {
        let name = match self.name.is_empty() {
            true => key.to_owned(),
            false => format!("{}.{key}", self.name),
        };
        let first = table.iter().map(|(key, _)| key.span().start).min();
        Self {
            document: self.document,
            table,
            offset: first.unwrap_or(self.offset),
            name,
            asked: BTreeSet::new(),
        }
    }

    /// The texts at `key` made patterns.
    pub(super) fn patterns(&mut self, key: &str, make: fn(&str, Place) -> Pattern) -> Vec<Pattern> {
        self.optional_patterns(key, make).unwrap_or_default()
    }

    /// As [`Section::patterns`]; `None` when there is no such key.
    pub(super) fn optional_patterns(
        &mut self,
        key: &str,
        make: fn(&str, Place) -> Pattern,
    ) -> Option<Vec<Pattern>> {
        let list = match self.get(key)? {
            (_, DeValue::Array(list)) => list,
            (offset, _) => {
                let message = format!("{key} must be a list of texts");
                self.document.wrong(offset, message);
                return Some(Vec::new());
            }
        };
        let one = |value: &Spanned<DeValue<'_>>| {
            let offset = value.span().start;
            match value.get_ref().as_str().map(str::trim) {
                Some(text) if !text.is_empty() => Some(make(text, self.document.place(offset))),
                _ => {
                    let message = format!("{key} must be a list of texts that are not empty");
                    self.document.wrong(offset, message);
                    None
                }
            }
        };
        Some(list.iter().filter_map(one).collect())
    }

    /// The text at `key`.
    pub(super) fn text(&mut self, key: &str) -> Option<&'d str> {
        let (offset, value) = self.get(key)?;
        match value.as_str().map(str::trim) {
            Some(text) if !text.is_empty() => Some(text),
            _ => {
                let message = format!("{key} must be a text that is not empty");
                self.document.wrong(offset, message);
                None
            }
        }
    }

    /// The text at `key`, which must be there.
    pub(super) fn needed_text(&mut self, key: &str) -> Option<&'d str> {
        self.needs(key);
        self.text(key)
    }

    /// The date at `key`, which must be there.
    pub(super) fn needed_date(&mut self, key: &str) -> Option<Date> {
        self.needs(key);
        let (offset, value) = self.get(key)?;
        let date = match value {
            DeValue::Datetime(date) if date.time.is_none() => date.to_string().parse().ok(),
            DeValue::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if date.is_none() {
            let message = format!("{key} must be a date such as 2027-01-31");
            self.document.wrong(offset, message);
        }
        date
    }

    /// The whole number at `key`, at most `max`.
    pub(super) fn number<N: TryFrom<u64>>(&mut self, key: &str, max: u64) -> Option<N> {
        let (offset, value) = self.get(key)?;
        let number = value
            .as_integer()
            .and_then(|n| u64::from_str_radix(n.as_str(), n.radix()).ok());
        let number = number.filter(|&n| n <= max).and_then(|n| n.try_into().ok());
        if number.is_none() {
            let message = format!("{key} must be a whole number from 0 to {max}");
            self.document.wrong(offset, message);
        }
        number
    }

    /// What `parse` makes of the text at `key`; what it says is wrong otherwise.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (offset, _) = self.get(key)?;
        let parsed = parse(self.text(key)?);
        parsed
            .map_err(|message| self.document.wrong(offset, message))
            .ok()
    }

    /// Every key of the table that has not been asked for, with where it stands.
    pub(super) fn others(&mut self) -> Vec<&'d str> {
        let keys = self.table.iter().map(|(key, _)| key.get_ref().as_ref());
        keys.filter(|key| !self.asked.contains(*key)).collect()
    }

    /// Says that a key is missing when it is.
    pub(super) fn needs(&mut self, key: &str) {
        if self.get(key).is_none() {
            self.wrong(format!("[[{}]] has no {key}", self.name));
        }
    }

    /// Whatever nobody asked for is a mistake. The keys there are, are told once.
    fn end(mut self) {
        let asked = std::mem::take(&mut self.asked);
        let within = match self.name.as_str() {
            "" => String::new(),
            name => format!(" in {name}"),
        };
        let known: Vec<&str> = asked.iter().map(String::as_str).collect();
        let mut known = format!("; there are {}", known.join(", "));
        let mut others: Vec<_> = self.table.iter().map(|(key, _)| key).collect();
        others.retain(|key| !asked.contains(key.get_ref().as_ref()));
        others.sort_by_key(|key| key.span().start);
        for key in others {
            let known = std::mem::take(&mut known);
            let message = format!("unknown key {}{within}{known}", key.get_ref());
            self.document.wrong(key.span().start, message);
        }
    }
}
