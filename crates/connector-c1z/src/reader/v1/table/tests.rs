use std::io::{Seek, Write};

use rusqlite::Connection;

use super::*;

/// A database of its own that both read.
fn database(sql: &str) -> (tempfile::NamedTempFile, Connection, File) {
    let place = tempfile::NamedTempFile::new().unwrap();
    let db = Connection::open(place.path()).unwrap();
    db.execute_batch(sql).unwrap();
    let file = File::options()
        .read(true)
        .write(true)
        .open(place.path())
        .unwrap();
    (place, db, file)
}

/// All rows: their numbers and what `read` makes of them.
fn all<T>(
    (_, db, file): &(tempfile::NamedTempFile, Connection, File),
    wanted: &[&str],
    read: impl Fn(&Row<'_>) -> T,
) -> Result<Vec<T>> {
    let table = Table::open(db, file, "t", wanted)?;
    let mut rows = table.rows()?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(&row));
    }
    Ok(all)
}

const MANY: &str = "CREATE TABLE t (id integer primary key, n, text text, data blob);
    WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000)
    INSERT INTO t SELECT n * 3, n - 1500, 'text ' || n, zeroblob((n * n) % 9973) FROM c;";

#[test]
fn all_rows_are_read_as_sqlite_has_them() {
    for page in [512, 4096, 65536] {
        let database = database(&format!("PRAGMA page_size = {page}; {MANY}"));
        let rows = all(&database, &["data", "n", "text", "id"], |row| {
            let bytes = row.get(0).bytes().len();
            let text = row.get(2).text().into_owned();
            (
                row.number,
                bytes,
                row.get(1).number(),
                text,
                row.get(3).number(),
            )
        });
        let expected = (1..=3000).map(|n: i64| {
            let bytes = (n * n) as usize % 9973;
            (
                n * 3,
                bytes,
                Some(n - 1500),
                format!("text {n}"),
                Some(n * 3),
            )
        });
        assert_eq!(rows.unwrap(), expected.collect::<Vec<_>>(), "{page}");
    }
}

#[test]
fn every_kind_of_value_is_read() {
    let database = database(
        "CREATE TABLE t (a, b);
         INSERT INTO t VALUES (NULL, 'ü'), (1.5, x'00ff'), (-129, 9223372036854775807), (8388608, -1), (0, 1);
         ALTER TABLE t ADD COLUMN later text not null default 'it''s';
         ALTER TABLE t ADD COLUMN number integer;",
    );
    let rows = all(&database, &["a", "b", "later", "number"], |row| {
        let later = row.get(2).text().into_owned();
        assert_eq!((later.as_str(), row.get(3)), ("it's", Value::Null));
        [0, 1].map(|column| format!("{:?}", row.get(column)))
    });
    let expected = [
        ["Null", "Text([195, 188])"],
        ["Real(1.5)", "Blob([0, 255])"],
        ["Integer(-129)", "Integer(9223372036854775807)"],
        ["Integer(8388608)", "Integer(-1)"],
        ["Integer(0)", "Integer(1)"],
    ];
    assert_eq!(rows.unwrap(), expected);
}

#[test]
fn a_table_without_rows_or_without_a_column() {
    let database = database("CREATE TABLE t (a)");
    assert_eq!(all(&database, &["a"], |_| ()).unwrap(), []);
    let error = all(&database, &["b"], |_| ()).unwrap_err();
    assert_eq!(error.message(), "the file is damaged");
}

/// A page of an index that is its own child, or the child of two.
#[test]
fn an_index_that_does_not_end_is_damage() {
    let indexed = format!("PRAGMA page_size = 512; {MANY} CREATE INDEX i ON t (text);");
    let (_place, db, file) = database(&indexed);
    check_indexes(&db, &file).unwrap();
    let sql = "SELECT rootpage FROM sqlite_master WHERE name = 'i'";
    let root: u32 = db.query_row(sql, [], |row| row.get(0)).unwrap();
    let head = u64::from(root - 1) * 512;
    let (mut own, mut file) = (root, file);
    for _ in 0..2 {
        // The pointer to the last child.
        file.seek(std::io::SeekFrom::Start(head + 8)).unwrap();
        file.write_all(&own.to_be_bytes()).unwrap();
        let error = check_indexes(&db, &file).unwrap_err();
        assert_eq!(error.message(), "the file is damaged");
        own = {
            let mut pages = Pages::open(&file).unwrap();
            let page = pages.take(root).unwrap();
            let bytes = pages.of(page);
            let first = usize::from(u16_at(bytes, 12).unwrap());
            u32_at(bytes, first).unwrap()
        };
    }
}

/// Whatever a byte is changed to, the walk ends, and passes on only rows in order.
#[test]
fn changed_bytes_end_in_an_error_or_in_rows() {
    let few = "DELETE FROM t WHERE id > 90; VACUUM;";
    let whole = database(&format!("PRAGMA page_size = 512; {MANY} {few}"));
    let bytes = std::fs::read(whole.0.path()).unwrap();
    for at in (0..bytes.len()).step_by(37) {
        let mut file = tempfile::tempfile().unwrap();
        let mut changed = bytes.clone();
        for value in [0x00, 0xff, bytes[at] ^ 0x01, bytes[at] ^ 0x80] {
            changed[at] = value;
            file.rewind().unwrap();
            file.write_all(&changed).unwrap();
            let table = Table::open(&whole.1, &file, "t", &["id", "data"]).unwrap();
            let Ok(mut rows) = table.rows() else { continue };
            let mut count = 0;
            while let Ok(Some(row)) = rows.next() {
                count += row.get(1).bytes().len().min(1) + 1;
            }
            assert!(count <= 2 * bytes.len());
        }
    }
}

/// The length of a row is changed where it stands; the file is as long as the row would need, with nothing in it.
#[test]
fn a_row_that_is_too_long_is_refused_by_name() {
    let (place, db, mut file) = database("CREATE TABLE t (a); INSERT INTO t VALUES ('x')");
    let sql = "SELECT rootpage FROM sqlite_master WHERE name = 't'";
    let root: u32 = db.query_row(sql, [], |row| row.get(0)).unwrap();
    let page = u64::from(root - 1) * 4096;
    let mut refused = |size: usize, file_bytes: u64| {
        // A cell in the free space of the page: its length in five bytes, then the row's number.
        let seven = |at: usize| (size >> (7 * at)) as u8 & 0x7f;
        let cell = [4, 3, 2, 1].map(|at| seven(at) | 0x80);
        file.seek(std::io::SeekFrom::Start(page + 100)).unwrap();
        file.write_all(&[&cell[..], &[seven(0), 1]].concat())
            .unwrap();
        file.seek(std::io::SeekFrom::Start(page + 8)).unwrap();
        file.write_all(&100_u16.to_be_bytes()).unwrap();
        file.set_len(file_bytes).unwrap();
        let table = Table::open(&db, &file, "t", &["a"]).unwrap();
        let error = table.rows().unwrap().next().map(drop).unwrap_err();
        Error::from(error).message().to_owned()
    };
    let long = MAX_ROW as u64 + 4096 * 100;
    assert_eq!(
        refused(MAX_ROW + 1, long),
        "row 1 of t has 1,000,000,001 bytes, and rows of more than 1,000,000,000 are not read"
    );
    // What the file cannot hold is no row of it.
    assert_eq!(refused(MAX_ROW + 1, 4096 * 2), "the file is damaged");
    drop(place);
}

#[test]
fn computed_columns_are_passed_over_and_never_taken_for_others() {
    let database = database(
        "CREATE TABLE t (
             id integer primary key,
             up text generated always as (upper(a)) virtual,
             a text,
             kept text generated always as (a || '!') stored,
             twice integer as (b * 2),
             b integer);
         INSERT INTO t (a, b) VALUES ('x', 4), ('y', 5);",
    );
    let rows = all(&database, &["b", "kept", "a", "id"], |row| {
        let text = |column| row.get(column).text().into_owned();
        (text(0), text(1), text(2), row.get(3).number())
    });
    let expected = [("4", "x!", "x", Some(1)), ("5", "y!", "y", Some(2))];
    let expected = expected.map(|(b, kept, a, id)| (b.into(), kept.into(), a.into(), id));
    assert_eq!(rows.unwrap(), expected);
}
