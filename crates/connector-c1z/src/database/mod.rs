//! A version 1 database, written from its first page to its last without ever being a file of its own.
//!
//! SQLite would build each b-tree by looking for the place of every row and key. Here rows come in the order of their
//! numbers and keys come sorted, so each tree is a sequence of full pages. The first page says where the trees begin and
//! how many pages there are, so a [`Draft`] is made first: it takes the lengths of all rows and all keys of indexes. When
//! these are sorted, the layout is known, and the pages are made a second time, with content.

mod index;
mod key;
mod page;
mod record;
mod tree;

use std::path::{Path, PathBuf};

use connector_core::Result;

use crate::fault;
use crate::schema::{INDEXES, Index, TABLES};
use crate::sort::{Cursor, Sorter, Spiller};
use index::SortedIndex;
use key::Plan;
pub(crate) use key::{BETWEEN_TEXTS, columns, len_of_text, push_text, row_of, starts_with_null};
pub(crate) use page::PAGE;
use page::{Page, PageKind};
pub(crate) use record::Value;
use tree::{Pages, Tree};

/// SQLite keeps the page at this place of the file for its locks.
const LOCK_PAGE: u32 = (1 << 30) / PAGE as u32 + 1;

/// Bytes of the file's head on the first page.
const FILE_HEAD: usize = 100;

/// Where the rows of a database come from.
pub(crate) trait Source {
    /// Calls `each` with the number, the values and the sync's place among those of the file, for the rows of the table
    /// at this place of [`TABLES`] in the order of their numbers. The first value, the number's own column, is nothing.
    fn rows(&self, table: usize, each: &mut Each<'_>) -> Result<()>;
}

/// What is done with the number, the values and the sync's place of a row.
pub(crate) type Each<'a> = dyn FnMut(u64, &[Value<'_>], u32) -> Result<()> + 'a;

/// What a draft is made for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// A database is written from it.
    File,
    /// Only the keys of these indexes are looked at.
    Keys(fn(&Index) -> bool),
}

impl Purpose {
    fn needs(self, index: &Index) -> bool {
        match self {
            Self::File => true,
            Self::Keys(is_needed) => is_needed(index),
        }
    }

    const fn is_file(self) -> bool {
        matches!(self, Self::File)
    }
}

/// What a database will hold, without its content.
#[derive(Debug)]
pub(crate) struct Draft {
    purpose: Purpose,
    tables: Vec<Counted>,
    /// How the keys of each index are made; nothing for one that is not needed.
    plans: Vec<Option<Plan>>,
    sorters: Vec<Sorter>,
    spiller: Option<Spiller>,
    indexes: Vec<SortedIndex>,
    directory: PathBuf,
    /// The ids of the syncs, sorted.
    syncs: Vec<String>,
    /// Bytes that keys may take before some are moved to a file.
    memory: usize,
    used: usize,
    key: Vec<u8>,
    zeros: Vec<u8>,
}

/// A tree of which only the pages are counted.
#[derive(Debug)]
struct Counted {
    tree: Tree,
    pages: Count,
}

/// Counts pages.
#[derive(Debug, Default)]
struct Count(u32);

impl Pages for Count {
    fn write(&mut self, _page: &[u8; PAGE]) -> Result<u32> {
        self.0 += 1;
        Ok(self.0)
    }
}

/// Where the trees of a database are.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The root of each table, then of each index; numbers without the page that SQLite keeps for its locks.
    roots: Vec<u32>,
    pages: u32,
}

impl Layout {
    /// The size of the database.
    pub(crate) fn size(&self) -> u64 {
        u64::from(in_file(self.pages)) * PAGE as u64
    }
}

/// The number in the file of a page, given its number without the page for locks.
const fn in_file(page: u32) -> u32 {
    if page < LOCK_PAGE { page } else { page + 1 }
}

impl Draft {
    /// An empty draft of a database with these syncs, whose ids are sorted. Keys that do not fit into `memory` go to a file
    /// in `directory`.
    pub(crate) fn new(
        purpose: Purpose,
        directory: &Path,
        memory: usize,
        syncs: Vec<String>,
    ) -> Self {
        let counted = || Counted {
            tree: Tree::table(),
            pages: Count::default(),
        };
        let plan = |index| {
            let plan = || Plan::of(index, purpose.is_file());
            purpose.needs(index).then(plan)
        };
        Self {
            purpose,
            tables: TABLES.iter().map(|_| counted()).collect(),
            plans: INDEXES.iter().map(plan).collect(),
            sorters: INDEXES.iter().map(|_| Sorter::new(directory)).collect(),
            spiller: None,
            indexes: Vec::new(),
            directory: directory.to_owned(),
            syncs,
            memory,
            used: 0,
            key: Vec::new(),
            zeros: Vec::new(),
        }
    }

    /// Takes down the length and the keys of a row, see [`Source::rows`].
    pub(crate) fn add(
        &mut self,
        table: usize,
        row: u64,
        values: &[Value<'_>],
        sync: u32,
    ) -> Result<()> {
        self.add_row(table, row, values)?;
        self.add_keys(table, row, values, sync)
    }

    /// Takes down the length of a row, see [`Source::rows`].
    pub(crate) fn add_row(&mut self, table: usize, row: u64, values: &[Value<'_>]) -> Result<()> {
        if !self.purpose.is_file() {
            return Ok(());
        }
        let len = record::len(values);
        if self.zeros.len() < len {
            self.zeros.resize(len, 0);
        }
        let Counted { tree, pages } = &mut self.tables[table];
        tree.row(row, &self.zeros[..len], pages)
    }

    /// Takes down the keys of a row, see [`Source::rows`].
    pub(crate) fn add_keys(
        &mut self,
        table: usize,
        row: u64,
        values: &[Value<'_>],
        sync: u32,
    ) -> Result<()> {
        for (plan, sorter) in self.plans.iter().zip(&mut self.sorters) {
            let Some(plan) = plan.as_ref().filter(|plan| plan.table == table) else {
                continue;
            };
            match plan.key(row, values, sync, &mut self.key) {
                Some(true) => {
                    let before = sorter.size();
                    sorter.push(&self.key);
                    self.used += sorter.size() - before;
                }
                Some(false) => {}
                None => return Err(fault::precondition("the file is damaged: an id is no text")),
            }
        }
        // What is being written takes as much again at most.
        if self.used > self.memory / 2 {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        let count = self.sorters.len();
        let sorters = self.sorters.iter_mut().enumerate();
        if let Some((number, largest)) = sorters.max_by_key(|(_, sorter)| sorter.size()) {
            self.used -= largest.size();
            let start = || Spiller::start(&self.directory, count);
            let spiller = self.spiller.get_or_insert_with(start);
            spiller.spill(number, largest)?;
        }
        Ok(())
    }

    /// Sorts all keys; nothing can be added afterwards.
    pub(crate) fn sort(&mut self) -> Result<()> {
        let mut sorters = std::mem::take(&mut self.sorters);
        if let Some(spiller) = self.spiller.take() {
            spiller.finish(&mut sorters)?;
        }
        self.indexes = index::sorted(sorters, self.purpose.is_file())?;
        Ok(())
    }

    /// Whether rows have the same key in an index of [`INDEXES`].
    pub(crate) fn has_equal(&self, index: usize) -> bool {
        self.indexes[index].has_equal
    }

    /// The sorted keys of an index of [`INDEXES`].
    pub(crate) fn keys(&self, index: usize) -> Cursor<'_> {
        self.indexes[index].keys.cursor()
    }

    /// Finds out where the trees will be.
    pub(crate) fn layout(&mut self) -> Result<Layout> {
        if !self.purpose.is_file() {
            return Err(fault::bug("the draft is not one of a database"));
        }
        let mut pages = 1 + schema(&[], 0).1.len() as u32;
        let mut roots = Vec::new();
        for mut table in std::mem::take(&mut self.tables) {
            let root = table.tree.finish(&mut table.pages)?;
            roots.push(pages + root);
            pages += table.pages.0;
        }
        for index in &self.indexes {
            roots.push(pages + index.root);
            pages += index.pages;
        }
        Ok(Layout { roots, pages })
    }

    /// Hands all pages to `out`, in order.
    pub(crate) fn write(
        &self,
        layout: &Layout,
        source: &dyn Source,
        out: impl FnMut(&[u8; PAGE]) -> Result<()>,
    ) -> Result<()> {
        let mut pages = Numbered { out, last: 0 };
        let (first, rest) = schema(&layout.roots, in_file(layout.pages));
        pages.write(&first)?;
        for page in &rest {
            pages.write(page)?;
        }
        let mut roots = Vec::new();
        let mut record = Vec::new();
        for table in 0..TABLES.len() {
            let mut tree = Tree::table();
            source.rows(table, &mut |row, values, _| {
                record::encode(&mut record, values);
                tree.row(row, &record, &mut pages)
            })?;
            roots.push(tree.finish(&mut pages)?);
        }
        for (plan, index) in self.plans.iter().flatten().zip(&self.indexes) {
            let mut tree = Tree::index();
            let mut keys = index.keys.cursor();
            while let Some(key) = keys.next()? {
                plan.record(key, &self.syncs, &mut record);
                tree.key(&record, &mut pages)?;
            }
            roots.push(tree.finish(&mut pages)?);
        }
        let expected = layout.roots.iter().map(|root| in_file(*root));
        if !roots.into_iter().eq(expected) || pages.last != layout.pages {
            return Err(fault::bug("the database is not as it was laid out"));
        }
        Ok(())
    }
}

/// Hands pages on and numbers them.
struct Numbered<F> {
    out: F,
    /// The number of the last page, without the page for locks.
    last: u32,
}

impl<F: FnMut(&[u8; PAGE]) -> Result<()>> Pages for Numbered<F> {
    fn write(&mut self, page: &[u8; PAGE]) -> Result<u32> {
        self.last += 1;
        if self.last == LOCK_PAGE {
            (self.out)(&[0; PAGE])?;
        }
        (self.out)(page)?;
        Ok(in_file(self.last))
    }
}

/// The first page, and the pages with the statements that make tables and indexes. How many there are does not depend
/// on the roots: all numbers of pages have four bytes.
fn schema(roots: &[u32], pages: u32) -> ([u8; PAGE], Vec<[u8; PAGE]>) {
    let tables = TABLES.iter().map(|t| ("table", t.name, t.name, t.create));
    let indexes = INDEXES
        .iter()
        .map(|i| ("index", i.name(), i.table, i.create));
    let mut root = Page::behind(PageKind::TableInterior, FILE_HEAD);
    let mut leaves = Vec::new();
    let mut leaf = Page::new(PageKind::TableLeaf);
    for (place, (kind, name, table, create)) in tables.chain(indexes).enumerate() {
        let at = in_file(roots.get(place).copied().unwrap_or_default());
        let cell = statement(place as u64 + 1, kind, name, table, at, create);
        if !leaf.push(&cell, &[]) {
            let full = std::mem::replace(&mut leaf, Page::new(PageKind::TableLeaf));
            leaves.push(full);
            let mut divider = Vec::new();
            record::varint(&mut divider, place as u64);
            root.push(&(leaves.len() as u32 + 1).to_be_bytes(), &divider);
            leaf.push(&cell, &[]);
        }
    }
    leaves.push(leaf);
    let mut first = *root.finish(leaves.len() as u32 + 1);
    file_head(&mut first, pages);
    let leaves = leaves.iter_mut().map(|leaf| *leaf.finish(0));
    (first, leaves.collect())
}

/// A row of the schema. The number of the page has four bytes, whatever it is.
fn statement(row: u64, kind: &str, name: &str, table: &str, root: u32, create: &str) -> Vec<u8> {
    let wide = Value::Integer(i64::from(i32::MAX));
    let values = [kind.into(), name.into(), table.into(), wide, create.into()];
    let mut record = Vec::new();
    record::encode(&mut record, &values);
    let at = record.len() - create.len() - 4;
    record[at..at + 4].copy_from_slice(&root.to_be_bytes());
    let mut cell = Vec::new();
    record::varint(&mut cell, record.len() as u64);
    record::varint(&mut cell, row);
    cell.extend_from_slice(&record);
    cell
}

/// Writes the head of the file: a rollback journal, UTF-8, today's format of rows and keys.
fn file_head(page: &mut [u8; PAGE], pages: u32) {
    let head = &mut page[..FILE_HEAD];
    head[..16].copy_from_slice(b"SQLite format 3\0");
    head[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
    head[18..24].copy_from_slice(&[1, 1, 0, 64, 32, 32]);
    let version = rusqlite::version_number().cast_unsigned();
    for (at, number) in [
        (24, 1),
        (28, pages),
        (40, 1),
        (44, 4),
        (56, 1),
        (92, 1),
        (96, version),
    ] {
        head[at..at + 4].copy_from_slice(&number.to_be_bytes());
    }
}

#[cfg(test)]
mod tests;
