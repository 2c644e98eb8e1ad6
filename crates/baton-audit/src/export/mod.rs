//! Writes what a sync holds in other formats: CSV or JSON with a file per table, an XLSX workbook with a sheet per
//! table, or SCIM bulk requests that create its people.
//!
//! Everything is written beside its place and moved there when all of it is complete. Nothing that is there already
//! is replaced without `--force`, and a sync file never is. Rows are written while they are read.

mod folder;
mod scim;
mod tables;
mod xlsx;

use clap::ValueEnum;
use connector_core::{Context, Error, ErrorKind, Result};

use crate::console::{Console, Outcome};
use crate::look::{FileArgs, PeopleArgs, PeopleFilter};
use crate::outfile::Place;
use crate::source::DayArgs;
use crate::table::{self, Column, Table as Listing, column};
use folder::{Folder, Written};
use tables::{Content, Table};

pub(crate) use xlsx::{broken, fitting, unbroken};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    #[command(flatten)]
    file: FileArgs,

    /// What to write
    #[arg(long, value_enum)]
    format: Format,

    /// Directory to write into; it is made when it is not there
    #[arg(long, value_name = "DIR")]
    out: Place,

    /// Only this table (scim has people alone)
    #[arg(long, value_enum, value_name = "TABLE")]
    table: Vec<Table>,

    /// What scim writes of people of whom the file does not say whether they are active; refused without it when there
    /// are any
    #[arg(long, value_enum, value_name = "STATE")]
    unknown_state: Option<scim::UnknownState>,

    /// Begin CSV files with a byte order mark, by which a spreadsheet knows that they are UTF-8
    #[arg(long)]
    bom: bool,

    /// Replace the files of an earlier export
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    day: DayArgs,

    #[command(flatten, next_help_heading = "People to export, and their grants")]
    people: PeopleArgs,
}

/// A format of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A CSV file per table; cells that a spreadsheet would run are defused, but it reads 007 as 7
    Csv,
    /// A JSON file per table: an array with an object on each line
    Json,
    /// One workbook with a sheet per table; ids and numbers of employees are texts
    Xlsx,
    /// SCIM 2.0 bulk requests that create people as enterprise users, 50 in each file
    Scim,
}

/// The workbook's name.
const WORKBOOK: &str = "sync.xlsx";

/// Runs the command.
pub(crate) fn export(args: &ExportArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let tables = match args.table.is_empty() {
        true => Table::value_variants().to_vec(),
        false => Table::value_variants()
            .iter()
            .copied()
            .filter(|t| args.table.contains(t))
            .collect(),
    };
    if args.format == Format::Scim && tables != [Table::Users] && !args.table.is_empty() {
        let message = "scim has people alone, so --table can only be users";
        return Err(Error::new(ErrorKind::Usage, message));
    }
    if args.format != Format::Scim && args.unknown_state.is_some() {
        let message = "--unknown-state is for scim alone";
        return Err(Error::new(ErrorKind::Usage, message));
    }
    if args.format != Format::Csv && args.bom {
        let message = "--bom is for csv alone";
        return Err(Error::new(ErrorKind::Usage, message));
    }
    let source = args.file.source_on(&args.day)?;
    let filter = PeopleFilter::new(&args.people, &source, args.day.day(&source))?;
    let names = |extension: &str| -> Vec<String> {
        tables.iter().map(|table| table.file(extension)).collect()
    };
    let own: Box<dyn Fn(&str) -> bool> = match args.format {
        Format::Csv => one_of(names("csv")),
        Format::Json => one_of(names("json")),
        Format::Xlsx => one_of(vec![WORKBOOK.to_owned()]),
        Format::Scim => Box::new(scim::is_part),
    };
    let mut folder = Folder::open(&args.out, args.force, own)?;
    let mut notes = Vec::new();
    if args.format == Format::Scim {
        notes.extend(scim::write(
            &source,
            &filter,
            args.unknown_state,
            &mut folder,
        )?);
    } else {
        let flat = args.format != Format::Json;
        let content = Content::new(&source, &filter, &tables, flat)?;
        match args.format {
            Format::Xlsx => {
                let temp_dir = args.file.sync.open.c1z_temp_dir.as_deref();
                notes.extend(xlsx::write(&content, &tables, &mut folder, temp_dir)?);
            }
            Format::Json => files(&content, &tables, "json", table::Format::Json, &mut folder)?,
            _ => {
                let csv = table::Format::Csv { bom: args.bom };
                files(&content, &tables, "csv", csv, &mut folder)?;
            }
        }
    }
    let written = folder.publish()?;
    table::list(console, table::Format::Table, WRITTEN, &written)?;
    for note in notes {
        console.note(&note)?;
    }
    Ok(Outcome::Clean)
}

const WRITTEN: &[Column<Written>] = &[
    column("file", "File", |part| part.file.as_str().into()),
    column("table", "Table", |part| part.table.into()),
    column("rows", "Rows", |part| part.rows.into()),
];

fn one_of(names: Vec<String>) -> Box<dyn Fn(&str) -> bool> {
    Box::new(move |name| names.iter().any(|n| n == name))
}

/// A file per table.
fn files(
    content: &Content<'_>,
    tables: &[Table],
    extension: &str,
    format: table::Format,
    folder: &mut Folder,
) -> Result<()> {
    for &table in tables {
        let name = table.file(extension);
        let mut draft = folder.draft(name.clone())?;
        let mut listing = Listing::to(&mut draft, format, content.headings(table));
        content
            .for_each_row(table, &mut |cells| listing.row(cells))
            .and_then(|()| listing.finish())
            .during(format!("writing {name}"))
            .and_then(|rows| folder.keep(draft, &[(table.name(), rows)]))?;
    }
    Ok(())
}
