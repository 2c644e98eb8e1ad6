//! Looks at the pages of indexes before SQLite does: each belongs to one index, once. A page that is reached again and
//! again, as in a file that was made to, would keep SQLite busy for ever.

use std::fs::File;

use connector_core::Result;
use rusqlite::Connection;

use super::pages::Pages;
use super::{Fault, MAX_DEPTH, children};
use crate::fault;

const INTERIOR: u8 = 2;
const LEAF: u8 = 10;

/// Checks all indexes of the database in `file`, which `db` reads too.
pub(in crate::reader::v1) fn check(db: &Connection, file: &File) -> Result<()> {
    let roots = || {
        let sql = "SELECT rootpage FROM sqlite_master WHERE type = 'index'";
        let mut roots = db.prepare(sql)?;
        let roots = roots.query_map([], |row| row.get(0))?;
        roots.collect::<rusqlite::Result<Vec<u32>>>()
    };
    let roots = roots().map_err(fault::foreign_database)?;
    Ok(walk(&mut Pages::open(file)?, roots)?)
}

fn walk(pages: &mut Pages<'_>, roots: Vec<u32>) -> Result<(), Fault> {
    let mut waiting: Vec<(u32, usize)> = roots.into_iter().map(|root| (root, 0)).collect();
    while let Some((number, depth)) = waiting.pop() {
        let page = pages.take(number)?;
        let bytes = pages.of(page);
        match bytes.get(page.head) {
            Some(&LEAF) => {}
            Some(&INTERIOR) if depth < MAX_DEPTH => children(bytes, page, depth, &mut waiting)?,
            _ => return Err(Fault::Damage),
        }
    }
    Ok(())
}
