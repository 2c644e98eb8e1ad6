//! A b-tree built from rows or keys that come in order: every page is written once, full, and never read again.

use super::page::{PAGE, Page, PageKind};
use super::record::varint;
use connector_core::Result;

/// Takes pages in the order of their numbers.
pub(crate) trait Pages {
    /// Writes the next page and returns its number.
    fn write(&mut self, page: &[u8; PAGE]) -> Result<u32>;
}

/// Most content of a cell that stays in a leaf of a table.
const TABLE_LOCAL: usize = PAGE - 35;
/// Most content of a cell that stays in a page of an index.
const INDEX_LOCAL: usize = (PAGE - 12) * 64 / 255 - 23;
/// Least content that stays in the page when the rest goes elsewhere.
const MIN_LOCAL: usize = (PAGE - 12) * 32 / 255 - 23;
/// Content of an overflow page, behind the number of the next one.
const OVERFLOW: usize = PAGE - 4;

/// A tree being built.
#[derive(Debug)]
pub(crate) struct Tree {
    leaf: Page,
    /// A key that did not fit into the full leaf. It goes up when another one follows.
    pending: Option<Vec<u8>>,
    /// From the pages above the leaves upwards.
    levels: Vec<Level>,
    is_table: bool,
    last_row: u64,
    /// What of a cell stands before the record.
    head: Vec<u8>,
}

impl Tree {
    pub(crate) fn table() -> Self {
        Self::new(true)
    }

    pub(crate) fn index() -> Self {
        Self::new(false)
    }

    fn new(is_table: bool) -> Self {
        Self {
            leaf: Page::new(leaf_kind(is_table)),
            pending: None,
            levels: Vec::new(),
            is_table,
            last_row: 0,
            head: Vec::new(),
        }
    }

    /// Adds a row with a higher number than the one before.
    pub(crate) fn row(&mut self, row: u64, record: &[u8], pages: &mut impl Pages) -> Result<()> {
        let mut head = std::mem::take(&mut self.head);
        head.clear();
        varint(&mut head, record.len() as u64);
        varint(&mut head, row);
        let local = content(&mut head, record, TABLE_LOCAL, pages)?;
        if !self.leaf.push(&head, local) {
            let mut divider = Vec::with_capacity(9);
            varint(&mut divider, self.last_row);
            self.close_leaf(&divider, pages)?;
            self.leaf.push(&head, local);
        }
        self.last_row = row;
        self.head = head;
        Ok(())
    }

    /// Adds a key that is not less than the one before.
    pub(crate) fn key(&mut self, record: &[u8], pages: &mut impl Pages) -> Result<()> {
        let mut head = std::mem::take(&mut self.head);
        head.clear();
        varint(&mut head, record.len() as u64);
        let local = content(&mut head, record, INDEX_LOCAL, pages)?;
        if let Some(divider) = self.pending.take() {
            self.close_leaf(&divider, pages)?;
        }
        if !self.leaf.push(&head, local) {
            self.pending = Some([&head, local].concat());
        }
        self.head = head;
        Ok(())
    }

    fn close_leaf(&mut self, divider: &[u8], pages: &mut impl Pages) -> Result<()> {
        let child = pages.write(self.leaf.finish(0))?;
        self.leaf.clear();
        self.add(0, child, divider, pages)
    }

    /// Adds a child and what divides it from the next one to the pages of a level.
    fn add(
        &mut self,
        level: usize,
        child: u32,
        divider: &[u8],
        pages: &mut impl Pages,
    ) -> Result<()> {
        if level == self.levels.len() {
            self.levels.push(Level::new(self.is_table));
        }
        let here = &mut self.levels[level];
        if here.page.push(&child.to_be_bytes(), divider) {
            // A page may not be left without a cell, so the one before waits for this moment.
            let Some(closed) = here.closed.take() else {
                return Ok(());
            };
            let number = write(closed.page, closed.right, pages)?;
            return self.add(level + 1, number, &closed.divider, pages);
        }
        let page = std::mem::replace(&mut here.page, Page::new(interior_kind(self.is_table)));
        here.closed = Some(Closed {
            page,
            right: child,
            divider: divider.to_vec(),
        });
        Ok(())
    }

    /// Writes what is left and returns the number of the root.
    pub(crate) fn finish(mut self, pages: &mut impl Pages) -> Result<u32> {
        if let Some(last) = self.pending.take() {
            let divider = self.leaf.pop();
            self.close_leaf(&divider, pages)?;
            self.leaf.push(&last, &[]);
        }
        let leaf = std::mem::replace(&mut self.leaf, Page::new(leaf_kind(self.is_table)));
        let mut root = write(leaf, 0, pages)?;
        let mut level = 0;
        while level < self.levels.len() {
            let here = &mut self.levels[level];
            if let Some(mut closed) = here.closed.take() {
                // Only a page without cells waits for one: it gets the last child of the page before.
                let cell = closed.page.pop();
                let (child, divider) = cell.split_at(4);
                here.page.push(&closed.right.to_be_bytes(), &closed.divider);
                let right = u32::from_be_bytes([child[0], child[1], child[2], child[3]]);
                let number = write(closed.page, right, pages)?;
                self.add(level + 1, number, divider, pages)?;
            }
            let here = &mut self.levels[level];
            let page = std::mem::replace(&mut here.page, Page::new(interior_kind(self.is_table)));
            root = write(page, root, pages)?;
            level += 1;
        }
        Ok(root)
    }
}

/// The pages of one level above the leaves.
#[derive(Debug)]
struct Level {
    page: Page,
    closed: Option<Closed>,
}

/// A full page that waits until the next one of its level has a cell.
#[derive(Debug)]
struct Closed {
    page: Page,
    right: u32,
    divider: Vec<u8>,
}

impl Level {
    fn new(is_table: bool) -> Self {
        Self {
            page: Page::new(interior_kind(is_table)),
            closed: None,
        }
    }
}

const fn leaf_kind(is_table: bool) -> PageKind {
    if is_table {
        PageKind::TableLeaf
    } else {
        PageKind::IndexLeaf
    }
}

const fn interior_kind(is_table: bool) -> PageKind {
    if is_table {
        PageKind::TableInterior
    } else {
        PageKind::IndexInterior
    }
}

fn write(mut page: Page, right: u32, pages: &mut impl Pages) -> Result<u32> {
    pages.write(page.finish(right))
}

/// The part of a record that stays in the cell. When it does not stay as a whole, that part is appended to the head of
/// the cell, and the rest goes to overflow pages, the last one first, so that each knows the number of the next.
fn content<'a>(
    head: &mut Vec<u8>,
    record: &'a [u8],
    most: usize,
    pages: &mut impl Pages,
) -> Result<&'a [u8]> {
    if record.len() <= most {
        return Ok(record);
    }
    let wanted = MIN_LOCAL + (record.len() - MIN_LOCAL) % OVERFLOW;
    let local = if wanted <= most { wanted } else { MIN_LOCAL };
    let (here, rest) = record.split_at(local);
    let mut next = 0_u32;
    for part in rest.chunks(OVERFLOW).rev() {
        let mut page = [0; PAGE];
        page[..4].copy_from_slice(&next.to_be_bytes());
        page[4..4 + part.len()].copy_from_slice(part);
        next = pages.write(&page)?;
    }
    head.extend_from_slice(here);
    head.extend_from_slice(&next.to_be_bytes());
    Ok(&[])
}
