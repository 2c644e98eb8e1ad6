//! The promises, one function each. [`conformance!`](crate::conformance!) turns them into tests.

mod endless;
mod evidence;
mod faults;
mod keeping;
mod leaks;
mod recordings;
mod rows;
mod stops;
mod telemetry;

use connector_sandbox::server::Fake;
use rusqlite::Connection;

pub use endless::*;
pub use evidence::*;
pub use faults::*;
pub use keeping::*;
pub use leaks::*;
pub use recordings::*;
pub use rows::*;
pub use stops::*;
pub use telemetry::*;

use crate::Subject;
use crate::run::{Bench, decoded};

/// The file's directory holds the file and nothing else.
fn assert_nothing_left<S: Subject>(bench: &Bench<S>) {
    let entries = std::fs::read_dir(bench.dir()).expect("the directory");
    let left: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|e| e.file_name())
        .filter(|n| n != "sync.c1z")
        .collect();
    assert!(left.is_empty(), "{} left {left:?}", bench.fake.vendor());
}

/// The first column of a query over the file's newest database.
fn column<S: Subject, C: FromIterator<String>>(bench: &Bench<S>, query: &str) -> C {
    let database = bench.dir().join("look.db");
    std::fs::write(&database, decoded(&bench.file())).expect("a database");
    let rows = {
        let connection = Connection::open(&database).expect("a database");
        let mut statement = connection.prepare(query).expect("a query");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<rusqlite::Result<C>>().expect("text")
    };
    std::fs::remove_file(database).expect("removed");
    rows
}
