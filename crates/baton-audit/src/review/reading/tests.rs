use std::io::{Cursor, Write};

use connector_core::ErrorKind;
use proptest::prelude::*;
use rust_xlsxwriter::{Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const HEADER: &str = "row,account_id,access,decision,comment";

fn returned(line: u64, decision: &str, comment: &str) -> Returned {
    Returned {
        line,
        row: "r-1".to_owned(),
        account_id: "user:1".to_owned(),
        access: "Ops".to_owned(),
        decision: decision.to_owned(),
        is_formula: false,
        comment: comment.to_owned(),
    }
}

fn csv_error(text: &str) -> String {
    let error = csv::read("a.csv", text.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    error.to_string()
}

/// A container with these parts.
fn container(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// A sheet whose first line names the columns.
fn sheet(rows: &str) -> String {
    let names = HEADER.split(',').zip("ABCDE".chars());
    let names = names.map(|(name, column)| {
        format!(r#"<c r="{column}1" t="inlineStr"><is><t>{name}</t></is></c>"#)
    });
    let names: String = names.collect();
    format!("<worksheet><sheetData><row r=\"1\">{names}</row>{rows}</sheetData></worksheet>")
}

fn xlsx_error(parts: &[(&str, &str)]) -> String {
    let error = xlsx::read("a.xlsx", &container(parts)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    error.to_string()
}

#[test]
fn csv_as_programs_write_it() {
    let row = [returned(2, "keep", "ok; fine")];
    let comma = format!("{HEADER}\r\nr-1,user:1,Ops,keep,ok; fine\r\n,,,,\r\n");
    let semicolon = format!(
        "\u{feff}{}\nr-1;user:1;Ops;keep;\"ok; fine\"\n",
        HEADER.replace(',', ";")
    );
    let tab = format!(
        "{}\nr-1\tuser:1\tOps\tkeep\tok; fine\n",
        HEADER.replace(',', "\t")
    );
    for text in [comma, semicolon, tab] {
        assert_eq!(csv::read("a.csv", text.as_bytes()).unwrap(), row, "{text}");
    }
    let named = format!(
        "sep=;\n{}\nr-1;user:1;Ops;Keep ;x\n",
        HEADER.replace(',', ";")
    );
    let rows = csv::read("a.csv", named.as_bytes()).unwrap();
    assert_eq!(rows, [returned(3, "Keep", "x")]);
    // Columns moved, titles instead of keys, one column more, and bytes that are not UTF-8.
    let latin = b"Comment,Decision,New,Access,Account ID,ROW\nna\xefve,REMOVE,1,Ops,user:1,r-1\n";
    assert_eq!(
        csv::read("a.csv", latin).unwrap(),
        [returned(2, "REMOVE", "na\u{ef}ve")]
    );
    let formula = format!("{HEADER}\nr-1,user:1,Ops,=keep,\n");
    assert!(csv::read("a.csv", formula.as_bytes()).unwrap()[0].is_formula);
}

#[test]
fn a_column_that_is_missing_is_named() {
    assert_eq!(
        csv_error("row,account_id,access,verdict,comment\n"),
        "a.csv has no column decision; it has row, account_id, access, verdict, comment"
    );
    assert_eq!(
        csv_error("row,account_id,access,decision,comment,Decision\n"),
        "a.csv has the column decision twice"
    );
    assert_eq!(csv_error(""), "a.csv is empty");
    let other = sheet("").replace("decision", "verdict");
    assert_eq!(
        xlsx_error(&[(SHEET, &other)]),
        "a.xlsx has no column decision; it has row, account_id, access, verdict, comment"
    );
}

#[test]
fn xlsx_with_shared_texts_formulas_and_a_sheet_of_the_reviewer() {
    let mut book = Workbook::new();
    let notes = book.add_worksheet();
    notes.set_name("my notes").unwrap();
    notes.write_string(0, 0, "ask Ines").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("renamed").unwrap();
    for (column, name) in (0..).zip(["Decision", "Row", "Access", "Comment", "Account id"]) {
        sheet.write_string(2, column, name).unwrap();
    }
    for (column, text) in (0..).zip(["keep", "r-1", "Ops", "<ok> & fine", "user:1"]) {
        sheet.write_string(4, column, text).unwrap();
        sheet.write_string(5, column, text).unwrap();
    }
    let formula = Formula::new("=A5").set_result("keep");
    sheet.write_formula(5, 0, formula).unwrap();
    sheet.write_boolean(5, 3, true).unwrap();
    let rows = xlsx::read("a.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    let second = Returned {
        is_formula: true,
        ..returned(6, "keep", "TRUE")
    };
    assert_eq!(rows, [returned(5, "keep", "<ok> & fine"), second]);
}

#[test]
fn cells_without_places_and_rich_texts() {
    let shared = "<sst uniqueCount=\"4294967295\"><si><r><t>ke</t></r><r><t>ep</t></r><rPh><t>no</t></rPh></si></sst>";
    let row = sheet(
        r#"<row><c t="inlineStr"><is><t>r-1</t></is></c><c t="inlineStr"><is><t>user:1</t></is></c><c t="str"><v>Ops</v></c><c t="s"><v>0</v></c><c><v>45000.5</v></c></row>"#,
    );
    let parts = [(SHEET, row.as_str()), ("xl/sharedStrings.xml", shared)];
    let rows = xlsx::read("a.xlsx", &container(&parts)).unwrap();
    assert_eq!(rows, [returned(2, "keep", "45000.5")]);
}

#[test]
fn hostile_workbooks_are_refused_before_they_are_held() {
    let far = sheet(r#"<row r="2"><c r="XFD2"><v>1</v></c><c r="ZZZZZZZZZ2"><v>1</v></c></row>"#);
    assert_eq!(
        xlsx::read("a.xlsx", &container(&[(SHEET, &far)])).unwrap(),
        []
    );
    let bomb = sheet(&" ".repeat(1 << 20));
    let bomb = container(&[(SHEET, &bomb)]);
    assert!(bomb.len() < 10_000);
    assert_eq!(
        xlsx::read_within("a.xlsx", &bomb, 1 << 16)
            .unwrap_err()
            .to_string(),
        "a.xlsx is too large when it is decompressed"
    );
    let entities = format!(
        "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>{}",
        sheet(r#"<row><c t="inlineStr"><is><t>&a;</t></is></c></row>"#)
    );
    let damaged = "a.xlsx is damaged: it is no well-formed workbook";
    assert_eq!(xlsx_error(&[(SHEET, &entities)]), damaged);
    assert_eq!(
        xlsx_error(&[(SHEET, "<worksheet><row></c></row>")]),
        damaged
    );
    assert_eq!(
        xlsx_error(&[("xl/other.xml", "")]),
        "a.xlsx is no XLSX workbook"
    );
    let text = xlsx::read("a.xlsx", b"decision,row\n").unwrap_err();
    assert_eq!(text.to_string(), "a.xlsx is no XLSX workbook");
    assert_eq!(
        text.hint_text(),
        Some("save it as an Excel workbook (.xlsx) without a password, or as CSV")
    );
}

proptest! {
    /// What a reviewer writes comes back from both formats as it is shown.
    #[test]
    fn comments_come_back(comment in "[\\PC\\n\\r]{0,40}", decision in "[a-z ]{1,9}") {
        let expected = Returned {
            is_formula: false,
            decision: shown(&decision),
            ..returned(2, "", &shown(&comment))
        };
        let cells = ["r-1", "user:1", "Ops", &decision, &comment];
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for ((column, name), text) in (0..).zip(HEADER.split(',')).zip(cells) {
            sheet.write_string(0, column, name).unwrap();
            sheet.write_string(1, column, text).unwrap();
        }
        let rows = xlsx::read("a.xlsx", &book.save_to_buffer().unwrap()).unwrap();
        prop_assert_eq!(&rows[..], std::slice::from_ref(&expected));
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(HEADER.split(',')).unwrap();
        writer.write_record(cells).unwrap();
        let rows = csv::read("a.csv", &writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(&rows[..], std::slice::from_ref(&expected));
    }
}
