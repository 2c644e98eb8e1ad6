use std::io::Cursor;

use zip::ZipArchive;

use super::*;
use crate::table::heading;

#[test]
fn a_table_goes_on_in_another_sheet_with_its_header() {
    let columns = [heading("n", "")];
    let mut book = Book::new(Timestamp::UNIX_EPOCH, None, 3).unwrap();
    book.begin("grants", &columns).unwrap();
    for n in 1..=5_u64 {
        book.row(&columns, &[n.into()]).unwrap();
    }
    assert_eq!((book.rows, book.parts), (5, 3));
    book.begin("syncs", &columns).unwrap();
    assert_eq!((book.rows, book.parts), (0, 1));
    let bytes = book.workbook.save_to_buffer().unwrap();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = |name: &str| std::io::read_to_string(zip.by_name(name).unwrap()).unwrap();
    let workbook = text("xl/workbook.xml");
    for name in ["grants", "grants 2", "grants 3", "syncs"] {
        assert!(workbook.contains(&format!("name=\"{name}\"")), "{name}");
    }
    let last = text("xl/worksheets/sheet3.xml");
    assert!(
        last.contains(">n</t>") && last.contains("<v>5</v>"),
        "{last}"
    );
    assert!(!last.contains("<v>4</v>"), "{last}");
}

#[test]
fn a_writer_that_breaks_off_is_an_error() {
    assert_eq!(unbroken(|| Ok(1)).unwrap(), 1);
    let error = unbroken::<()>(|| panic!("no room")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(
        error.to_string(),
        "the workbook could not be written to its end"
    );
}

#[test]
fn texts_end_where_a_cell_does() {
    assert_eq!(fitting("short"), ("short", false));
    let long = "\u{1f469}".repeat(CELL_UNITS);
    let (text, cut) = fitting(&long);
    assert_eq!((text.chars().count(), cut), (CELL_UNITS / 2, true));
}

#[test]
fn more_columns_than_a_sheet_has_are_refused() {
    let columns = vec![heading("c", ""); SHEET_COLUMNS + 1];
    let mut book = Book::new(Timestamp::UNIX_EPOCH, None, 3).unwrap();
    let error = book.begin("users", &columns).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(
        error.to_string(),
        "users has 16385 columns and a sheet holds 16384"
    );
}
