//! A TOML file that is read key by key, and all that is wrong with it, by line.
//!
//! Keys that no reader looked up are mistakes too, so a mistyped key never goes unnoticed.

use std::cell::RefCell;
use std::collections::BTreeSet;

use connector_core::{Error, ErrorKind};
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::pattern::{Pattern, Place};

/// Mistakes that an error lists; the rest is counted.
const LISTED: usize = 5;

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
                looked_up: BTreeSet::new(),
            };
            let value = read(&mut top);
            top.end();
            if self.mistakes.borrow().is_empty() {
                return Ok(value);
            }
        }
        Err(mistakes(self.file, &self.mistakes.into_inner()))
    }

    fn wrong(&self, offset: usize, message: impl Into<String>) {
        let mistake = (self.line(offset), message.into());
        self.mistakes.borrow_mut().insert(mistake);
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

/// The error that lists mistakes by line.
pub(super) fn mistakes(file: &str, mistakes: &BTreeSet<(usize, String)>) -> Error {
    let listed = mistakes.iter().take(LISTED);
    let listed: Vec<String> = listed
        .map(|(line, message)| format!("{file}:{line}: {message}"))
        .collect();
    let more = match mistakes.len() - listed.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    Error::new(ErrorKind::Setting, format!("{}{more}", listed.join("; ")))
        .hint("docs/audit.md describes policy and link files")
}

/// A table of the file.
#[derive(Debug)]
pub(super) struct Section<'d> {
    document: &'d Document<'d>,
    table: &'d DeTable<'d>,
    offset: usize,
    name: String,
    /// Keys that have been looked up, whether they are there or not.
    looked_up: BTreeSet<String>,
}

impl<'d> Section<'d> {
    /// Where the table begins.
    pub(super) fn place(&self) -> Place {
        self.document.place(self.offset)
    }

    /// Records a mistake of the table as a whole.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.document.wrong(self.offset, message);
    }

    fn get(&mut self, key: &str) -> Option<(usize, &'d DeValue<'d>)> {
        self.looked_up.insert(key.to_owned());
        let value = self.table.get(key)?;
        Some((value.span().start, value.get_ref()))
    }

    /// The value; records a mistake when it is not what the key must be.
    fn expect<T>(&self, key: &str, offset: usize, value: Option<T>, what: &str) -> Option<T> {
        if value.is_none() {
            self.document.wrong(offset, format!("{key} must be {what}"));
        }
        value
    }

    /// Reads the table at `key`, an empty one when there is none.
    pub(super) fn section<T: Default>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Section<'_>) -> T,
    ) -> T {
        let Some((offset, value)) = self.get(key) else {
            return T::default();
        };
        let table = self.expect(key, offset, value.as_table(), "a table");
        table.map_or_else(T::default, |table| {
            let mut section = self.within(key, table);
            let value = read(&mut section);
            section.end();
            value
        })
    }

    /// Reads each table of the list at `key`; those that `read` makes nothing of are left out.
    pub(super) fn sections<T>(
        &mut self,
        key: &str,
        read: impl Fn(&mut Section<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some((offset, value)) = self.get(key) else {
            return Vec::new();
        };
        let what = format!("a list of tables: [[{key}]]");
        let list = self.expect(key, offset, value.as_array(), &what);
        let one = |value: &'d Spanned<DeValue<'d>>| {
            let offset = value.span().start;
            let table = self.expect(key, offset, value.get_ref().as_table(), &what)?;
            let mut section = self.within(key, table);
            section.offset = offset;
            let value = read(&mut section);
            section.end();
            value
        };
        list.into_iter()
            .flat_map(|list| list.iter())
            .filter_map(one)
            .collect()
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
            looked_up: BTreeSet::new(),
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
        let (offset, value) = self.get(key)?;
        let list = self.expect(key, offset, value.as_array(), "a list of texts");
        let one = |value: &Spanned<DeValue<'_>>| {
            let offset = value.span().start;
            let what = "a list of texts that are not empty";
            let text = self.expect(key, offset, as_text(value.get_ref()), what)?;
            Some(make(text, self.document.place(offset)))
        };
        Some(
            list.into_iter()
                .flat_map(|list| list.iter())
                .filter_map(one)
                .collect(),
        )
    }

    /// The text at `key`.
    pub(super) fn text(&mut self, key: &str) -> Option<&'d str> {
        let (offset, value) = self.get(key)?;
        self.expect(key, offset, as_text(value), "a text that is not empty")
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
        self.expect(key, offset, date, "a date such as 2027-01-31")
    }

    /// The whole number at `key`, at most `max`.
    pub(super) fn number<N: TryFrom<u64>>(&mut self, key: &str, max: u64) -> Option<N> {
        let (offset, value) = self.get(key)?;
        let number = value
            .as_integer()
            .and_then(|n| u64::from_str_radix(n.as_str(), n.radix()).ok());
        let number = number.filter(|&n| n <= max).and_then(|n| n.try_into().ok());
        let what = format!("a whole number from 0 to {max}");
        self.expect(key, offset, number, &what)
    }

    /// What `parse` makes of the text at `key`; its error is the mistake otherwise.
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

    /// Every key of the table that has not been looked up.
    pub(super) fn others(&mut self) -> Vec<&'d str> {
        let keys = self.table.iter().map(|(key, _)| key.get_ref().as_ref());
        keys.filter(|key| !self.looked_up.contains(*key)).collect()
    }

    /// Records a mistake when there is no such key.
    pub(super) fn needs(&mut self, key: &str) {
        if self.get(key).is_none() {
            self.wrong(format!("[[{}]] has no {key}", self.name));
        }
    }

    /// Every key that was not looked up is a mistake. The first of them lists the keys that there are.
    fn end(self) {
        let within = match self.name.as_str() {
            "" => String::new(),
            name => format!(" in {name}"),
        };
        let known: Vec<&str> = self.looked_up.iter().map(String::as_str).collect();
        let mut hint = format!("; there are {}", known.join(", "));
        let mut others: Vec<_> = self.table.iter().map(|(key, _)| key).collect();
        others.retain(|key| !self.looked_up.contains(key.get_ref().as_ref()));
        others.sort_by_key(|key| key.span().start);
        for key in others {
            let message = format!("unknown key {}{within}{hint}", key.get_ref());
            hint.clear();
            self.document.wrong(key.span().start, message);
        }
    }
}

/// The text of a value, without blanks around it, when it is one and not empty.
fn as_text<'d>(value: &'d DeValue<'_>) -> Option<&'d str> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then_some(text)
}
