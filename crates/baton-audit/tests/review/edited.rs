//! Workbooks as a spreadsheet program saves them: shared texts, columns moved, rows in another order, a sheet more.

use std::fs;
use std::io::Write;

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

/// A workbook as openpyxl saves it: texts within the cells or shared, no places for rows, the columns that are needed
/// alone, a row that was emptied, and one that was deleted.
#[test]
fn a_workbook_that_a_script_made_of_it_is_read() {
    let company = Company::new();
    company.start();
    let rows = company.rows("tomás-rey");
    let text = |text: &str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let line = |cells: [&str; 5]| format!("<row>{}</row>", cells.map(text).concat());
    let mut lines = vec![line([
        "DECISION",
        "Row",
        "account_ID",
        " Access ",
        "Comment",
    ])];
    lines.push("<row/>".to_owned());
    for (row, decision) in rows
        .iter()
        .skip(1)
        .rev()
        .zip(["kEEp", "KEEP", "Remove", " remove "])
    {
        lines.push(line([decision, &row[14], &row[2], &row[8], ""]));
    }
    // A number beside a decision of shared texts.
    let last = &rows[1];
    lines.push(format!(
        r#"<row><c t="s"><v>0</v></c>{}<c t="n"><v>42</v></c></row>"#,
        [&last[14], &last[2], &last[8]].map(|it| text(it)).concat()
    ));
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packed = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}"><sheets><sheet xmlns:r="{office}" name="Review" sheetId="1" state="visible" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{packed}"><Relationship Type="{office}/worksheet" Target="/xl/worksheets/sheet1.xml" Id="rId1"/><Relationship Type="{office}/sharedStrings" Target="sharedStrings.xml" Id="rId2"/></Relationships>"#
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(r#"<sst xmlns="{main}" uniqueCount="1"><si><t>Remove</t></si></sst>"#),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<worksheet xmlns="{main}"><sheetData>{}</sheetData></worksheet>"#,
                lines.concat()
            ),
        ),
    ];
    for name in ["tomás-rey.csv", "tomás-rey.xlsx"] {
        fs::remove_file(company.in_review(name)).unwrap();
    }
    let file = fs::File::create(company.in_review("Copy of tomás-rey.XLSX")).unwrap();
    let mut zip = zip::ZipWriter::new(file);
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    assert_eq!(
        decisions(&company),
        [
            "ines-vidal 0 keep 0 remove 1 open",
            "tomás-rey 2 keep 3 remove 1 open",
            "unassigned 0 keep 0 remove 2 open",
        ]
    );
}
