//! `--format xlsx`: what is inside the workbook.

use std::fs::{self, File};
use std::io::read_to_string;

use connector_c1z::wire;
use roxmltree::{Document, Node};
use zip::ZipArchive;

use super::export;
use crate::company::Company;
use crate::support::{edit, edit_row};

/// A part of the workbook.
fn part(company: &Company, name: &str) -> String {
    let file = File::open(company.files.path("out/sync.xlsx")).unwrap();
    let mut zip = ZipArchive::new(file).unwrap();
    read_to_string(zip.by_name(name).unwrap()).unwrap()
}

/// The cells of a sheet: where, type, value.
fn cells(company: &Company, sheet: usize) -> Vec<(String, String, String)> {
    let xml = part(company, &format!("xl/worksheets/sheet{sheet}.xml"));
    let document = Document::parse(&xml).unwrap();
    let of_cell = |cell: Node<'_, '_>| {
        assert!(!cell.children().any(|n| n.has_tag_name("f")), "a formula");
        let attribute = |name| cell.attribute(name).unwrap_or("n").to_owned();
        let texts = cell.descendants().filter(Node::is_text);
        let value = texts.filter_map(|n| n.text()).collect();
        (attribute("r"), attribute("t"), value)
    };
    let cells = document.descendants();
    let cells = cells.filter(|n| n.tag_name().name() == "c");
    cells.map(of_cell).collect()
}

fn at(cells: &[(String, String, String)], place: &str) -> (String, String) {
    let found = cells.iter().find(|(r, _, _)| r == place).unwrap();
    (found.1.clone(), found.2.clone())
}

fn text(text: &str) -> (String, String) {
    ("inlineStr".to_owned(), text.to_owned())
}

#[test]
fn a_sheet_per_table_with_texts_that_do_not_run() {
    let company = Company::new();
    let ran = export(&company, "xlsx", &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out, @"
    File       Table           Rows
    sync.xlsx  users           6
    sync.xlsx  resources       3
    sync.xlsx  entitlements    3
    sync.xlsx  grants          4
    sync.xlsx  resource_types  4
    sync.xlsx  syncs           1
    ");
    let workbook = part(&company, "xl/workbook.xml");
    let workbook = Document::parse(&workbook).unwrap();
    let sheets: Vec<_> = workbook
        .descendants()
        .filter(|n| n.tag_name().name() == "sheet")
        .filter_map(|n| n.attribute("name"))
        .collect();
    let tables = [
        "users",
        "resources",
        "entitlements",
        "grants",
        "resource_types",
        "syncs",
    ];
    assert_eq!(sheets, tables);
    let users = cells(&company, 1);
    assert_eq!(at(&users, "A1"), text("id"));
    assert_eq!(
        at(&users, "C2"),
        text("=HYPERLINK(\"http://evil.test\",\"Maja\")")
    );
    assert_eq!(at(&users, "C4"), text("Zoë \u{202e}dniL 👩‍💻"));
    assert_eq!(at(&users, "L4"), text("@SUM(1)"));
    assert_eq!(at(&users, "AA4"), ("n".to_owned(), "3".to_owned()));
    assert!(!users.iter().any(|(r, _, _)| r == "Q2"), "nothing is known");
    let control = at(&users, "C6").1;
    assert!(control.starts_with("山田_x001B_[31m"), "{control}");
    let grants = cells(&company, 4);
    assert_eq!(at(&grants, "D4"), text("-Ops"));
    assert_eq!(at(&grants, "F4"), text("group:eng:member"));
    let syncs = cells(&company, 6);
    assert_eq!(at(&syncs, "H2"), ("b".to_owned(), "1".to_owned()));
}

#[test]
fn the_same_file_gives_the_same_workbook() {
    let company = Company::new();
    assert_eq!(export(&company, "xlsx", &[]).code, 0);
    let first = fs::read(company.files.path("out/sync.xlsx")).unwrap();
    assert_eq!(export(&company, "xlsx", &["--force"]).code, 0);
    let second = fs::read(company.files.path("out/sync.xlsx")).unwrap();
    assert!(first == second);
    let core = part(&company, "docProps/core.xml");
    assert!(core.contains(">2026-03-01T08:00:00Z<"), "{core}");
}

#[test]
fn a_text_too_long_for_a_cell_is_cut_and_told() {
    let company = Company::new();
    edit(&company.path, |db| {
        edit_row(db, "v1_resources", "user:2", |row: &mut wire::Resource| {
            row.display_name = "n".repeat(40_000);
        });
    });
    let ran = export(&company, "xlsx", &["--table", "users"]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.err, @"note: texts cut to the 32767 characters that a cell holds: 1");
    assert_eq!(at(&cells(&company, 1), "C3").1.len(), 32_767);
}
