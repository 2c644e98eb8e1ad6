//! One page of a b-tree, filled from its end towards its head, as SQLite does it.

/// Bytes of a page; SQLite's default.
pub(crate) const PAGE: usize = 4096;

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageKind {
    /// Pointers to pages of rows.
    TableInterior = 5,
    /// Rows.
    TableLeaf = 13,
    /// Keys and pointers to pages of smaller keys.
    IndexInterior = 2,
    /// Keys.
    IndexLeaf = 10,
}

impl PageKind {
    const fn head(self) -> usize {
        match self {
            Self::TableLeaf | Self::IndexLeaf => 8,
            Self::TableInterior | Self::IndexInterior => 12,
        }
    }
}

/// A page being filled.
#[derive(Debug)]
pub(crate) struct Page {
    bytes: Box<[u8; PAGE]>,
    kind: PageKind,
    /// Where the page's own head begins: behind the file's head on the first page.
    base: usize,
    cells: usize,
    /// Where the last cell begins.
    top: usize,
}

impl Page {
    pub(crate) fn new(kind: PageKind) -> Self {
        Self::behind(kind, 0)
    }

    /// A page whose first `base` bytes hold something else.
    pub(crate) fn behind(kind: PageKind, base: usize) -> Self {
        Self {
            bytes: Box::new([0; PAGE]),
            kind,
            base,
            cells: 0,
            top: PAGE,
        }
    }

    /// Adds a cell made of two parts; `false` when there is no room.
    pub(crate) fn push(&mut self, first: &[u8], second: &[u8]) -> bool {
        let pointer = self.base + self.kind.head() + 2 * self.cells;
        let len = first.len() + second.len();
        if pointer + 2 + len > self.top {
            return false;
        }
        let from = self.top - len;
        let middle = from + first.len();
        self.bytes[from..middle].copy_from_slice(first);
        self.bytes[middle..self.top].copy_from_slice(second);
        self.bytes[pointer..pointer + 2].copy_from_slice(&number(from));
        self.top = from;
        self.cells += 1;
        true
    }

    /// Takes the last cell out again.
    pub(crate) fn pop(&mut self) -> Vec<u8> {
        self.cells -= 1;
        let pointer = self.base + self.kind.head() + 2 * self.cells;
        let above = match self.cells.checked_sub(1) {
            None => PAGE,
            Some(_) => usize::from(u16::from_be_bytes([
                self.bytes[pointer - 2],
                self.bytes[pointer - 1],
            ])),
        };
        let cell = self.bytes[self.top..above].to_vec();
        self.bytes[self.top..above].fill(0);
        self.bytes[pointer..pointer + 2].fill(0);
        self.top = above;
        cell
    }

    /// Empties a finished page for the next one of its kind.
    pub(crate) fn clear(&mut self) {
        let pointers = self.base + self.kind.head() + 2 * self.cells;
        self.bytes[..pointers].fill(0);
        self.bytes[self.top..].fill(0);
        (self.cells, self.top) = (0, PAGE);
    }

    /// The finished page; `right` is the child behind the last cell of an interior page.
    pub(crate) fn finish(&mut self, right: u32) -> &mut [u8; PAGE] {
        let head = &mut self.bytes[self.base..self.base + self.kind.head()];
        head[0] = self.kind as u8;
        head[3..5].copy_from_slice(&number(self.cells));
        head[5..7].copy_from_slice(&number(self.top));
        if let Some(place) = head.get_mut(8..12) {
            place.copy_from_slice(&right.to_be_bytes());
        }
        &mut self.bytes
    }
}

/// A number below the size of a page.
fn number(n: usize) -> [u8; 2] {
    (n as u16).to_be_bytes()
}
