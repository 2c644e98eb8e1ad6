//! The pages of a database file, each given out once, read many at a time.

use std::fs::File;

use super::{Fault, u32_at};
use crate::sort::read_at;

/// Bytes that are read at once. The pages of a table mostly follow each other.
const WINDOW: usize = 128 << 10;
/// The file's head, which is at the beginning of the first page.
const HEAD: usize = 100;

/// The pages of a file.
#[derive(Debug)]
pub(super) struct Pages<'f> {
    file: &'f File,
    /// Bytes of the file.
    len: u64,
    /// Bytes of a page, and those of them that are used.
    size: usize,
    usable: usize,
    /// A bit for each page that has been given out.
    taken: Vec<u64>,
    window: Vec<u8>,
    /// Where the window begins in the file.
    from: u64,
    /// A page of a chain, which the window is not moved for.
    link: Vec<u8>,
}

/// A page in the window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Where it begins in the window.
    pub(super) at: usize,
    /// Where its own head begins in it.
    pub(super) head: usize,
}

impl<'f> Pages<'f> {
    pub(super) fn open(file: &'f File) -> Result<Self, Fault> {
        let len = file.metadata()?.len();
        let mut head = [0; HEAD];
        if len < HEAD as u64 {
            return Err(Fault::Damage);
        }
        read_at(file, &mut head, 0)?;
        let size = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 1 << 16,
            size => usize::from(size),
        };
        let usable = size
            .checked_sub(usize::from(head[20]))
            .ok_or(Fault::Damage)?;
        // SQLite knows no others.
        if !size.is_power_of_two() || size < 512 || usable < 480 || len < size as u64 {
            return Err(Fault::Damage);
        }
        let count = usize::try_from(len / size as u64).map_err(|_| Fault::Damage)?;
        Ok(Self {
            file,
            len,
            size,
            usable,
            taken: vec![0; count / 64 + 1],
            window: Vec::new(),
            from: 0,
            link: Vec::new(),
        })
    }

    /// A page's number, when the file has such a page.
    pub(super) fn number(&self, number: u32) -> Result<u32, Fault> {
        let end = u64::from(number) * self.size as u64;
        match number > 0 && end <= self.len {
            true => Ok(number),
            false => Err(Fault::Damage),
        }
    }

    /// Whether the file is as long as so many bytes of a row.
    pub(super) fn may_hold(&self, bytes: usize) -> bool {
        bytes as u64 <= self.len
    }

    /// Where a page begins, given out for the first time.
    fn claim(&mut self, number: u32) -> Result<u64, Fault> {
        let index = self.number(number)? as usize - 1;
        let bit = 1 << (index % 64);
        let word = self.taken.get_mut(index / 64).ok_or(Fault::Damage)?;
        match *word & bit {
            0 => *word |= bit,
            _ => return Err(Fault::Damage),
        }
        Ok(index as u64 * self.size as u64)
    }

    /// Has a page in the window.
    pub(super) fn take(&mut self, number: u32) -> Result<Page, Fault> {
        let at = self.claim(number)?;
        let end = self.from + self.window.len() as u64;
        if at < self.from || at + self.size as u64 > end {
            let len = (WINDOW.max(self.size) as u64).min(self.len - at) as usize;
            self.window.resize(len, 0);
            read_at(self.file, &mut self.window, at)?;
            self.from = at;
        }
        Ok(Page {
            at: (at - self.from) as usize,
            head: if number == 1 { HEAD } else { 0 },
        })
    }

    /// The used bytes of a page in the window.
    pub(super) fn of(&self, page: Page) -> &[u8] {
        &self.window[page.at..page.at + self.usable]
    }

    /// The window.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.window
    }

    /// How many bytes of a row of `size` bytes stand on its page; a chain of pages has the others.
    pub(super) fn local(&self, size: usize) -> usize {
        let most = self.usable - 35;
        if size <= most {
            return size;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let filling = least + (size - least) % (self.usable - 4);
        if filling <= most { filling } else { least }
    }

    /// Appends `left` bytes of the chain that begins at a page.
    pub(super) fn chain(&mut self, first: u32, left: usize, to: &mut Vec<u8>) -> Result<(), Fault> {
        let (mut next, mut left) = (first, left);
        while left > 0 {
            let at = self.claim(next)?;
            self.link.resize(self.usable, 0);
            read_at(self.file, &mut self.link, at)?;
            next = u32_at(&self.link, 0)?;
            let here = left.min(self.usable - 4);
            to.extend_from_slice(&self.link[4..4 + here]);
            left -= here;
        }
        Ok(())
    }
}
