use super::*;

const HEADINGS: [Heading<'_>; 3] = [
    heading("name", "Name"),
    heading("age", "Age"),
    heading("tags", "Tags"),
];

fn shown(format: Format, width: Option<usize>, rows: &[[Cell<'_>; 3]]) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        width,
    };
    let mut table = Table::new(&mut console, format, HEADINGS.to_vec());
    for row in rows {
        table.row(row).unwrap();
    }
    assert_eq!(table.finish().unwrap(), rows.len() as u64);
    String::from_utf8(out).unwrap()
}

fn rows() -> [[Cell<'static>; 3]; 2] {
    [
        [
            "=Ada \"Ω\" of the very long name".into(),
            36.into(),
            Cell::List(vec!["a".into(), "b".into()]),
        ],
        ["山田\u{202e}\u{1b}[1m".into(), Cell::Absent, true.into()],
    ]
}

#[test]
fn tables_fit_the_terminal() {
    insta::assert_snapshot!(shown(Format::Table, Some(26), &rows()), @r#"
        Name             Age  Tags
        =Ada "Ω" of th…  36   a, b
        山田[1m               yes
        "#);
    insta::assert_snapshot!(shown(Format::Table, None, &[]), @"Name  Age  Tags");
}

#[test]
fn json_keeps_types_and_is_an_array_even_when_empty() {
    let parsed: serde_json::Value =
        serde_json::from_str(&shown(Format::Json, None, &rows())).unwrap();
    assert_eq!(parsed[0]["age"], 36);
    assert_eq!(parsed[0]["tags"], serde_json::json!(["a", "b"]));
    assert_eq!(parsed[1]["age"], serde_json::Value::Null);
    assert_eq!(shown(Format::Json, None, &[]), "[]\n");
}

#[test]
fn a_detail_is_left_out_of_tables_alone() {
    const WIDE: [Heading<'_>; 3] = [
        heading("id", "Id"),
        heading("row", ""),
        heading("name", "Name"),
    ];
    let printed = |format| {
        let mut out = Vec::new();
        let mut table = Table::to(&mut out, format, WIDE.to_vec());
        table.row(&["a".into(), 7.into(), "b".into()]).unwrap();
        table.finish().unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(printed(Format::Table), "Id  Name\na   b\n");
    assert_eq!(printed(Format::Csv { bom: false }), "id,row,name\na,7,b\n");
    assert_eq!(
        printed(Format::Json),
        "[\n  {\"id\": \"a\", \"row\": 7, \"name\": \"b\"}\n]\n"
    );
}

#[test]
fn csv_is_quoted_and_does_not_run() {
    insta::assert_snapshot!(shown(Format::Csv { bom: false }, Some(10), &rows()[..1]), @r#"
        name,age,tags
        "'=Ada ""Ω"" of the very long name",36,"a, b"
        "#);
    assert_eq!(
        shown(Format::Csv { bom: false }, None, &[]),
        "name,age,tags\n"
    );
    for text in ["=1", "+1", "-1", "@x", "\t=1", " =1", "\rx", "＝1"] {
        assert!(defused(text).starts_with('\''), "{text:?}");
    }
    assert_eq!(defused("a=1"), "a=1");
}

#[test]
fn a_long_listing_streams_with_the_widths_of_its_first_rows() {
    let mut many = vec![["x".into(), 1.into(), Cell::Absent]; SETTLING_ROWS];
    many.push(["longer than the rest".into(), 1.into(), Cell::Absent]);
    let text = shown(Format::Table, Some(80), &many);
    assert_eq!(text.lines().count(), SETTLING_ROWS + 2);
    assert_eq!(text.lines().last(), Some("lon…  1"));
}

/// A name in a file may have megabytes; a cell shows its beginning and says that there is more, also of what is stripped.
#[test]
fn long_texts_are_cut() {
    for text in ["é".repeat(1 << 20), "\u{202e}".repeat(1 << 20)] {
        let row = [text.into(), 36.into(), Cell::Absent];
        let table = shown(Format::Table, None, &[row]);
        assert!(table.len() < 8 << 10, "{} bytes", table.len());
        assert_eq!(table.matches('…').count(), 1, "{table}");
    }
    let text = "x".repeat(1 << 20);
    let csv = shown(
        Format::Csv { bom: false },
        None,
        &[[text.as_str().into(), 36.into(), Cell::Absent]],
    );
    assert!(csv.contains(&text), "CSV has all of it");
}
