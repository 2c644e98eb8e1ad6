//! Statements that are asked for rows as often as a listing is gone through.

use connector_core::Result;
use rusqlite::{Row, Statement, params_from_iter};

use super::Database;
use crate::reader::listing::{self, Listing, Walk};

impl Database {
    /// What `read` makes of the answers of a statement.
    pub(super) fn listing<'r, T: 'r>(
        &'r self,
        sql: &str,
        params: &[&str],
        read: impl Fn(&Row<'_>) -> Result<T> + 'r,
    ) -> Result<Listing<'r, T>> {
        Ok(Listing::new(Query {
            database: self,
            statement: self.db.prepare(sql).map_err(|e| self.damaged(e))?,
            params: params.iter().map(|&text| text.to_owned()).collect(),
            read: Box::new(read),
        }))
    }
}

/// What makes a row of an answer.
type Read<'r, T> = Box<dyn Fn(&Row<'_>) -> Result<T> + 'r>;

/// A prepared statement and what makes rows of its answers.
struct Query<'r, T> {
    database: &'r Database,
    statement: Statement<'r>,
    params: Vec<String>,
    read: Read<'r, T>,
}

impl<T> listing::Query<T> for Query<'_, T> {
    fn rows(&mut self) -> Result<Walk<'_, T>> {
        let Self {
            database,
            statement,
            params,
            read,
        } = self;
        let rows = statement.query(params_from_iter(params.iter()));
        let mut rows = rows.map_err(|e| database.damaged(e))?;
        Ok(Box::new(std::iter::from_fn(move || match rows.next() {
            Ok(row) => row.map(&*read),
            Err(error) => Some(Err(database.damaged(error))),
        })))
    }
}
