//! `grants`: which principals hold what.

use connector_core::Result;
use connector_core::text::counted_as;

use super::filter::known_types;
use super::grant_line::{GrantLine, external_id, purpose};
use super::names::{Names, NumberedNames};
use super::{FileArgs, access};
use crate::console::{Console, Outcome};
use crate::expansion::Expansion;
use crate::identity::fold_text;
use crate::table::{Cell, Column, FormatArgs, Table, cells, detail, headings};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct GrantsArgs {
    #[command(flatten)]
    file: FileArgs,

    /// Only what is held on resources of this type
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,

    /// Only what this person or account holds: an id, an e-mail address, an employee number or a name
    #[arg(long, value_name = "WHO")]
    principal: Option<String>,

    /// Only this entitlement, by id or short name
    #[arg(long, value_name = "ID")]
    entitlement: Vec<String>,

    /// Only grants with this text in a name or an id
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    /// List also what follows from groups in groups and the file has no grant for, behind the grants of the file; the way
    /// is in the column `via`
    #[arg(long)]
    expanded: bool,

    #[command(flatten)]
    format: FormatArgs,
}

const PRINCIPAL_NAME: Column<GrantLine> =
    detail("principal_name", |line| (&*line.principal_name).into());
const PRINCIPAL_ID: Column<GrantLine> =
    detail("principal_id", |line| external_id(&line.principal).into());
const SLUG: Column<GrantLine> = detail("slug", |line| line.held().into());
const RESOURCE_NAME: Column<GrantLine> =
    detail("resource_name", |line| (&*line.resource_name).into());
const RESOURCE_ID: Column<GrantLine> =
    detail("resource_id", |line| external_id(&line.resource).into());
const RESOURCE_TYPE: Column<GrantLine> = detail("resource_type", |line| {
    line.resource.resource_type.as_str().into()
});
const HOW: Column<GrantLine> = detail("how", |line| line.how.into());
const VIA: Column<GrantLine> = detail("via", |line| Cell::list(&line.via));
const ENTITLEMENT_ID: Column<GrantLine> =
    detail("entitlement_id", |line| line.entitlement_id.as_str().into());
const ENTITLEMENT_NAME: Column<GrantLine> =
    detail("entitlement_name", |line| (&*line.entitlement.name).into());
const PURPOSE: Column<GrantLine> = detail("purpose", |line| {
    Cell::some(purpose(line.entitlement.purpose))
});
const GRANT_ID: Column<GrantLine> = detail("grant_id", |line| line.id.as_str().into());
const ROW: Column<GrantLine> = detail("row", |line| {
    line.row.as_ref().map_or(Cell::Absent, Cell::row)
});

/// Columns of grants of many principals.
pub(crate) const GRANT_COLUMNS: &[Column<GrantLine>] = &[
    PRINCIPAL_NAME.titled("Who"),
    PRINCIPAL_ID.titled("Id"),
    SLUG.titled("Holds"),
    RESOURCE_NAME.titled("On"),
    HOW.titled("How"),
    VIA,
    RESOURCE_ID,
    RESOURCE_TYPE,
    ENTITLEMENT_ID,
    ENTITLEMENT_NAME,
    PURPOSE,
    GRANT_ID,
    ROW,
];

/// Columns of everything that one principal holds.
pub(super) const ACCESS_COLUMNS: &[Column<GrantLine>] = &[
    RESOURCE_NAME.titled("On"),
    RESOURCE_ID.titled("Id"),
    SLUG.titled("Holds"),
    HOW.titled("How"),
    VIA.titled("Via"),
    RESOURCE_TYPE,
    ENTITLEMENT_ID,
    ENTITLEMENT_NAME,
    PURPOSE,
    PRINCIPAL_ID,
    PRINCIPAL_NAME,
    GRANT_ID,
    ROW.titled("Row"),
];

/// Columns of what a person holds, on the page about that person.
pub(super) const HELD_COLUMNS: &[Column<GrantLine>] = &[
    RESOURCE_NAME.titled("On"),
    RESOURCE_ID.titled("Id"),
    SLUG.titled("Holds"),
    HOW.titled("How"),
    VIA.titled("Via"),
    ROW.titled("Row"),
];

/// The same in the JSON about that person.
pub(super) const HELD_DETAILS: &[Column<GrantLine>] = &[
    ENTITLEMENT_ID,
    ENTITLEMENT_NAME,
    RESOURCE_ID,
    RESOURCE_NAME,
    HOW,
    VIA,
    ROW,
];

/// Runs the command.
pub(crate) fn grants(args: &GrantsArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    known_types(&args.types, &source)?;
    let holder = match &args.principal {
        Some(who) => Some(access::holder(&source, who)?),
        None => None,
    };
    let search = args.search.as_deref().map(fold_text);
    let fits = |line: &GrantLine| {
        args.fits(line) && search.as_ref().is_none_or(|text| line.has_text(text))
    };
    let (reader, sync_id) = (&source.reader, &source.sync.sync_id);
    let mut names = Names::new(&source);
    let mut table = Table::new(console, args.format.format(), headings(GRANT_COLUMNS));
    let mut expansion = Expansion::default();
    let mut put = |line: &GrantLine| match fits(line) {
        true => table.row(&cells(GRANT_COLUMNS, line)),
        false => Ok(()),
    };
    match &holder {
        Some(holder) => {
            expansion = Expansion::load(&source)?;
            expansion.read_holder(&source, &holder.id)?;
            reader.for_each_grant_of(sync_id, &holder.id, |row, grant| {
                put(&GrantLine::new(row, grant, &mut names)?)
            })?;
        }
        None => {
            let mut names = NumberedNames::new(&mut names);
            reader.for_each_numbered_grant(sync_id, |it| {
                expansion.edges_of(it.at, it.message)?;
                put(&GrantLine::numbered(it, &mut names)?)
            })?;
            expansion.read_holders(&source)?;
        }
    }
    let mut more = 0_u64;
    expansion.for_each(|holder, derived| {
        let line = GrantLine::derived(holder, derived, &mut names)?;
        match (fits(&line), args.expanded) {
            (true, true) => table.row(&cells(GRANT_COLUMNS, &line)),
            (fits, _) => {
                more += u64::from(fits);
                Ok(())
            }
        }
    })?;
    table.finish()?;
    if more > 0 {
        let more = counted_as(more, "more follows", "more follow");
        let note = format!(
            "{more} from groups in groups, without grants in the file; --expanded lists them"
        );
        console.note(&note)?;
    }
    Ok(Outcome::Clean)
}

impl GrantsArgs {
    fn fits(&self, line: &GrantLine) -> bool {
        let of_type = self.types.is_empty() || self.types.contains(&line.resource.resource_type);
        let named =
            |wanted: &String| *wanted == line.entitlement_id || **wanted == *line.entitlement.slug;
        of_type && (self.entitlement.is_empty() || self.entitlement.iter().any(named))
    }
}
