//! Workbooks as a spreadsheet program saves them: shared texts, columns moved, rows in another order, a sheet more.

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::company::{COLUMNS, Company};

/// A workbook with these rows in reverse and the columns moved, in which `decide` has said something about each.
pub(crate) fn sheet_with(
    rows: &[Vec<String>],
    decide: impl Fn(&[String]) -> (&'static str, &'static str),
) -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Sheet of mine").unwrap();
    let moved = (0..COLUMNS.len()).map(|at| (at * 4 + 3) % COLUMNS.len());
    let moved: Vec<usize> = moved.collect();
    for (column, &at) in (0..).zip(&moved) {
        sheet
            .write_string(0, column, COLUMNS[at].replace('_', " "))
            .unwrap();
    }
    for (line, row) in (1..).zip(rows.iter().rev()) {
        let (decision, comment) = decide(row);
        for (column, &at) in (0..).zip(&moved) {
            let text = match at {
                12 => decision,
                13 => comment,
                _ => row[at].strip_prefix('\'').unwrap_or(&row[at]),
            };
            sheet.write_string(line, column, text).unwrap();
        }
    }
    let notes = book.add_worksheet();
    notes.write_string(0, 0, "asked Ines about Jo").unwrap();
    book
}

/// What `review status` counts: `workbook keep remove open`.
pub(crate) fn decisions(company: &Company) -> Vec<String> {
    let ran = company.review(&["status", "@review", "--json"]);
    assert!(ran.code < 2, "{}", ran.err);
    let counts: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let line = |it: &Value| {
        let open = it["undecided"].as_u64().unwrap() + it["contradicting"].as_u64().unwrap();
        let (keep, remove) = (&it["keep"], &it["remove"]);
        let workbook = it["workbook"].as_str().unwrap();
        format!("{workbook} {keep} keep {remove} remove {open} open")
    };
    counts.iter().map(line).collect()
}

#[test]
fn a_workbook_that_was_edited_is_read_beside_the_one_in_csv() {
    let company = Company::new();
    company.start();
    for name in ["ines-vidal", "tomás-rey", "unassigned"] {
        let rows = company.rows(name);
        sheet_with(&rows, |_| ("REMOVE ", "no need"))
            .save(company.in_review(&format!("{name}.xlsx")))
            .unwrap();
    }
    // The CSV files are still blank, which says nothing against the workbooks.
    assert_eq!(
        decisions(&company),
        [
            "ines-vidal 0 keep 1 remove 0 open",
            "tomás-rey 0 keep 6 remove 0 open",
            "unassigned 0 keep 2 remove 0 open",
        ]
    );
}
