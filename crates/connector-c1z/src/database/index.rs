//! The keys of indexes, sorted, with what is learned about each index on the way.

use std::cmp::Reverse;
use std::thread;

use connector_core::Result;

use super::Count;
use super::key::{columns, len_of};
use super::tree::Tree;
use crate::fault;
use crate::sort::{Sorted, Sorter};

/// An index whose keys are known.
#[derive(Debug)]
pub(super) struct SortedIndex {
    pub(super) keys: Sorted,
    /// The number of its root among its pages, and how many there are.
    pub(super) root: u32,
    pub(super) pages: u32,
    /// Whether keys are equal but for the number of the row.
    pub(super) has_equal: bool,
}

impl SortedIndex {
    fn of(sorter: Sorter, counts_pages: bool) -> Result<Self> {
        let mut count = Count::default();
        let mut tree = Tree::index();
        let mut zeros = Vec::new();
        let (mut before, mut has_equal, mut counted) = (Vec::new(), false, Ok(()));
        let keys = sorter.finish(|key| {
            let key_columns = columns(key);
            has_equal |= before == key_columns;
            before.clear();
            before.extend_from_slice(key_columns);
            if !counts_pages {
                return;
            }
            let len = len_of(key);
            if zeros.len() < len {
                zeros.resize(len, 0);
            }
            if counted.is_ok() {
                counted = tree.key(&zeros[..len], &mut count);
            }
        })?;
        counted?;
        let root = tree.finish(&mut count)?;
        Ok(Self {
            keys,
            root,
            pages: count.0,
            has_equal,
        })
    }
}

/// Sorts the keys of all indexes; where their pages will be is found out only if wanted.
pub(super) fn sorted(sorters: Vec<Sorter>, counts_pages: bool) -> Result<Vec<SortedIndex>> {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    // Half of the bytes each for two threads: from the largest one on, to the one that has less so far.
    let mut sizes = [0, 0];
    let mut numbered: Vec<_> = sorters.into_iter().enumerate().collect();
    numbered.sort_by_key(|(_, sorter)| Reverse(sorter.total()));
    for (number, sorter) in numbered {
        let (size, half) = match sizes[0] <= sizes[1] {
            true => (&mut sizes[0], &mut own),
            false => (&mut sizes[1], &mut others),
        };
        *size += sorter.total();
        half.push((number, sorter));
    }
    let finish = |half: Vec<(usize, Sorter)>| -> Result<Vec<(usize, SortedIndex)>> {
        half.into_iter()
            .map(|(number, sorter)| Ok((number, SortedIndex::of(sorter, counts_pages)?)))
            .collect()
    };
    let (own, others) = thread::scope(|scope| {
        let others = scope.spawn(|| finish(others));
        (finish(own), others.join())
    });
    let mut all = own?;
    all.extend(others.map_err(|_| fault::bug("sorting failed"))??);
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, sorted)| sorted).collect())
}
