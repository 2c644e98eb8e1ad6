//! What SQLite is asked for: rows that are looked up by an id, or that are few. A statement is asked as often as its listing
//! is gone through.

use connector_core::Result;
use prost::Message;
use rusqlite::{Row, Statement, params_from_iter};

use super::Database;
use super::values::{
    complete_entitlement, complete_grant, damaged_row, decode, named, stub, text, value,
};
use crate::reader::listing::{self, Listing, Place, Walk};
use crate::reader::{GrantKey, RowAt};
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCES};
use crate::{fault, wire};

/// Beside the message and the row's number.
const GRANT_COLUMNS: &str = ", t.resource_type_id, t.resource_id, t.entitlement_id,
    t.principal_resource_type_id, t.principal_resource_id, t.expansion";

impl Database {
    /// The messages of a table's rows that `condition` selects. Only places are sorted, not the messages.
    pub(super) fn messages<'r, M: Message + Default + 'r>(
        &'r self,
        table: &'static str,
        columns: &str,
        (condition, params): (&str, &[&str]),
        complete: impl Fn(&RowAt, M, &Row<'_>) -> Result<M> + 'r,
    ) -> Result<Listing<'r, Place<M>>> {
        let order = order(table);
        // With a limit, the order of the inner query counts for the outer one.
        let sql = format!(
            "SELECT t.data, t.id{columns} FROM
                (SELECT rowid AS place FROM {table} WHERE {condition}
                 ORDER BY {order}, rowid LIMIT -1)
             CROSS JOIN {table} AS t ON t.rowid = place"
        );
        self.listing(&sql, params, move |row| {
            let number = row.get(1).map_err(|e| self.damaged(e))?;
            let at = RowAt::Table { table, row: number };
            let data = value(row, 0).map_err(|e| self.damaged(e))?;
            let message = decode(data).map_err(|why| damaged_row(&at, why));
            let message = message.and_then(|message| complete(&at, message, row));
            Ok((at, self.telling(message)?))
        })
    }

    pub(super) fn resources_where<'r>(
        &'r self,
        which: (&str, &[&str]),
    ) -> Result<Listing<'r, Place<wire::Resource>>> {
        self.messages(RESOURCES, "", which, |at, message, _| named(at, message))
    }

    pub(super) fn entitlements_where<'r>(
        &'r self,
        which: (&str, &[&str]),
    ) -> Result<Listing<'r, Place<wire::Entitlement>>> {
        let columns = ", t.resource_type_id, t.resource_id";
        let complete = |at: &RowAt, message: wire::Entitlement, row: &Row<'_>| {
            let id = |column| text(row, column).unwrap_or_default();
            complete_entitlement(at, message, || stub(id(2), id(3)))
        };
        self.messages(ENTITLEMENTS, columns, which, complete)
    }

    pub(super) fn grants_where<'r>(
        &'r self,
        which: (&str, &[&str]),
    ) -> Result<Listing<'r, Place<wire::Grant>>> {
        let complete = |at: &RowAt, mut grant: wire::Grant, row: &Row<'_>| {
            let id = |column| text(row, column).unwrap_or_default();
            let ids = || GrantKey {
                resource_type: id(2),
                resource_id: id(3),
                entitlement: id(4),
                principal_type: id(5),
                principal_id: id(6),
            };
            let expansion = value(row, 7).map_err(fault::foreign_database)?;
            complete_grant(at, &mut grant, ids, expansion)?;
            Ok(grant)
        };
        self.messages(GRANTS, GRANT_COLUMNS, which, complete)
    }

    /// What `read` makes of the answers of a statement.
    fn listing<'r, T: 'r>(
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

/// The order of a version 3 file's keys, in columns.
fn order(table: &str) -> String {
    match table {
        RESOURCES => "resource_type_id, external_id".to_owned(),
        ENTITLEMENTS => entitlement_order("external_id"),
        GRANTS => {
            let entitlement = entitlement_order("entitlement_id");
            format!("{entitlement}, principal_resource_type_id, principal_resource_id")
        }
        _ => "external_id".to_owned(),
    }
}

/// Ids that do not begin with their resource's come first, as in [`connector_pebble::entitlement_tail`].
fn entitlement_order(id: &str) -> String {
    let resource = "resource_type_id || ':' || resource_id || ':'";
    format!("resource_type_id, resource_id, substr({id}, 1, length({resource})) = {resource}, {id}")
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
