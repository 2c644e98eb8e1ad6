//! The workbooks of a review: the facts of every access, and two columns that the reviewer fills.
//!
//! The same rows are written as XLSX and as CSV. In XLSX the facts are locked, without a password, and decisions are
//! chosen from a list; texts are stored as texts, which no spreadsheet runs. A row is recognised by its last column,
//! so rows and columns may be moved.

use std::io::Write;
use std::path::Path;

use connector_core::text::printable;
use connector_core::{Result, text};
use jiff::Timestamp;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    ProtectionOptions, Workbook as Xlsx, Worksheet, XlsxError,
};

use super::manifest::{FileDigest, Manifest, Row};
use crate::export::{broken, fitting, unbroken};
use crate::table::{self, Cell, Column, Table, cells, column, headings};

/// What a reviewer may decide.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub(super) enum Decision {
    /// The access stays.
    Keep,
    /// The access is taken away.
    Remove,
    /// The access becomes another one, which the comment names.
    Change,
    /// Somebody else has to decide.
    NotMine,
}

impl Decision {
    /// All, in the order of the list.
    pub(super) const ALL: [Self; 4] = [Self::Keep, Self::Remove, Self::Change, Self::NotMine];

    /// The word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::Change => "change",
            Self::NotMine => "not mine",
        }
    }

    /// The decision that a cell means, whatever its case and however many blanks are in it.
    pub(super) fn from_cell(cell: &str) -> Option<Self> {
        let words: Vec<String> = cell.split_whitespace().map(str::to_lowercase).collect();
        let word = words.join(" ");
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// A row of a workbook.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'r> {
    /// What the review calls the app.
    pub(super) app: &'r str,
    pub(super) row: &'r Row,
}

/// Column of the id that identifies a row.
pub(super) const ROW: &str = "row";
/// Column of the account's id.
pub(super) const ACCOUNT_ID: &str = "account_id";
/// Column of what is held.
pub(super) const ACCESS: &str = "access";
/// Column of the decision.
pub(super) const DECISION: &str = "decision";
/// Column of the comment.
pub(super) const COMMENT: &str = "comment";

/// The columns of a workbook, in order.
pub(super) fn columns<'r>() -> Vec<Column<Line<'r>>> {
    vec![
        column("app", "App", |it: &Line<'_>| it.app.into()),
        column("account", "Account", |it| it.row.account.as_str().into()),
        column(ACCOUNT_ID, "Account id", |it| {
            it.row.account_id.to_string().into()
        }),
        column("status", "Status", |it| it.row.status.as_str().into()),
        column("owner", "Owner", |it| it.row.owner.as_str().into()),
        column("title", "Title", |it| Cell::some(it.row.title.as_deref())),
        column("department", "Department", |it| {
            Cell::some(it.row.department.as_deref())
        }),
        column("manager", "Manager", |it| {
            Cell::some(it.row.manager.as_deref())
        }),
        column(ACCESS, "Access", |it| it.row.access.as_str().into()),
        column("way", "Way", |it| it.row.way.as_str().into()),
        column("last_login", "Last login", |it| {
            Cell::Time(it.row.last_login, "")
        }),
        column("findings", "Findings", |it| it.row.findings_text().into()),
        column(DECISION, "Decision", |_| Cell::Absent),
        column(COMMENT, "Comment", |_| Cell::Absent),
        column(ROW, "Row", |it| it.row.row.as_str().into()),
    ]
}

/// Widths of the columns in an XLSX workbook, in characters.
const WIDTHS: [u8; 15] = [14, 24, 24, 10, 24, 22, 18, 22, 32, 30, 18, 44, 12, 40, 24];

impl Row {
    /// The open findings as one text.
    fn findings_text(&self) -> String {
        let one = self.findings.iter();
        let one = one.map(|finding| format!("{}: {}", finding.check, finding.message));
        one.collect::<Vec<_>>().join("; ")
    }
}

/// The rows of the workbook at a position.
fn lines(manifest: &Manifest, at: usize) -> impl Iterator<Item = Line<'_>> {
    let review = &manifest.review;
    // A review's rows are in order of workbooks.
    let from = review.rows.partition_point(|row| row.workbook < at);
    let rows = review.rows[from..].iter();
    let rows = rows.take_while(move |row| row.workbook == at);
    rows.map(|row| Line {
        app: &review.basis.apps[row.app].label,
        row,
    })
}

/// Writes a workbook as CSV.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_csv(manifest: &Manifest, at: usize, out: &mut dyn Write) -> Result<()> {
    let columns = columns();
    let format = table::Format::Csv { bom: true };
    let mut table = Table::to(out, format, headings(&columns));
    for line in lines(manifest, at) {
        table.row(&cells(&columns, &line))?;
    }
    table.finish().map(drop)
}

/// Writes a workbook as XLSX.
///
/// # Errors
/// [`connector_core::ErrorKind::Precondition`] when it cannot be written.
pub(super) fn write_xlsx(
    manifest: &Manifest,
    at: usize,
    temp_dir: Option<&Path>,
    out: &mut dyn Write,
) -> Result<()> {
    unbroken(|| {
        let mut book = sheets(manifest, at, temp_dir).map_err(broken)?;
        let bytes = book.save_to_buffer().map_err(broken)?;
        out.write_all(&bytes).map_err(crate::console::write_failed)
    })
}

fn sheets(
    manifest: &Manifest,
    at: usize,
    temp_dir: Option<&Path>,
) -> std::result::Result<Xlsx, XlsxError> {
    let mut book = Xlsx::new();
    if let Some(dir) = temp_dir {
        book.set_tempdir(dir)?;
    }
    // The time of the data: the same files give the same workbook.
    let seen = manifest
        .review
        .basis
        .apps
        .iter()
        .filter_map(|app| app.synced_at);
    let made = seen.max().unwrap_or(Timestamp::UNIX_EPOCH);
    let made = ExcelDateTime::from_timestamp(made.as_second())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("review")?;
    write_rows(sheet, manifest, at)?;
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("about")?.set_column_width(0, 100)?;
    for (row, line) in (0..).zip(about(manifest, at)) {
        sheet.write_string(row, 0, line)?;
    }
    sheet.protect();
    Ok(book)
}

fn write_rows(
    sheet: &mut Worksheet,
    manifest: &Manifest,
    at: usize,
) -> std::result::Result<(), XlsxError> {
    let columns = columns();
    let (header, fact) = (
        Format::new().set_bold(),
        Format::new().set_align(FormatAlign::Top),
    );
    let open = Format::new()
        .set_unlocked()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(0x00FF_F8DC);
    sheet.set_freeze_panes(1, 0)?;
    let is_open = |key: &str| key == DECISION || key == COMMENT;
    for ((at, column), width) in (0..).zip(&columns).zip(WIDTHS) {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(0, at, column.heading.title, &header)?;
    }
    let mut last = 0;
    for line in lines(manifest, at) {
        last += 1;
        let cells = cells(&columns, &line);
        for ((at, column), cell) in (0..).zip(&columns).zip(&cells) {
            if is_open(column.heading.key) {
                sheet.write_blank(last, at, &open)?;
                continue;
            }
            let plain = printable(&cell.plain(), text::MAX_VALUE_BYTES);
            let (plain, _) = fitting(&plain);
            sheet.write_string_with_format(last, at, plain, &fact)?;
        }
    }
    let end = u16::try_from(columns.len() - 1).unwrap_or_default();
    sheet.autofilter(0, 0, last, end)?;
    let decided = columns.iter().position(|it| it.heading.key == DECISION);
    let decided = u16::try_from(decided.unwrap_or_default()).unwrap_or_default();
    let list = DataValidation::new()
        .allow_list_strings(&Decision::ALL.map(Decision::as_str))?
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("No such decision")?
        .set_error_message("Choose keep, remove, change or not mine.")?;
    sheet.add_data_validation(1, decided, last.max(1), decided, &list)?;
    sheet.protect_with_options(&ProtectionOptions {
        sort: true,
        use_autofilter: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::default()
    });
    Ok(())
}

/// What the reviewer should know, line by line.
fn about(manifest: &Manifest, at: usize) -> Vec<String> {
    let review = &manifest.review;
    let (basis, book) = (&review.basis, &review.workbooks[at]);
    let count = lines(manifest, at).count();
    let mut about = vec![
        format!("Access review of {} by {}", basis.as_of, book.reviewer),
        format!(
            "{} to decide",
            text::counted_as(count, "access", "accesses")
        ),
        String::new(),
        "For each row choose a decision:".to_owned(),
        "keep: the access is needed.".to_owned(),
        "remove: the access is taken away.".to_owned(),
        "change: the comment says what it becomes; without a comment the row counts as undecided."
            .to_owned(),
        "not mine: somebody else has to decide; the row is given to another reviewer.".to_owned(),
        "Leave the column Row as it is: decisions are recognised by it.".to_owned(),
        "The sheet is protected without a password, so that facts are not changed by accident."
            .to_owned(),
        String::new(),
        format!("Review {}", manifest.digest),
    ];
    let file = |file: &FileDigest| format!("{} sha256 {}", file.label, file.sha256);
    let files = basis.hr.iter().chain(&basis.apps).chain(&basis.settings);
    about.extend(files.map(file));
    about
        .iter()
        .map(|line| printable(line, text::MAX_VALUE_BYTES))
        .collect()
}
