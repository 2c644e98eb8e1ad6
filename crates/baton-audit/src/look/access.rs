//! `access`: everything one person or account holds.

use std::borrow::Cow;
use std::sync::Arc;

use connector_c1z::wire;
use connector_core::{Result, text};

use super::FileArgs;
use super::grants::{GrantLine, external_id};
use super::names::Names;
use super::words::purpose;
use crate::console::{Console, Outcome, write_failed};
use crate::identity::{Shared, Status, display_name, find, read};
use crate::source::Source;
use crate::table::{Cell, Format, FormatArgs, Heading, Table, heading};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct AccessArgs {
    #[command(flatten)]
    file: FileArgs,

    /// Id (user:1 or 1), e-mail address, employee number or name; a group by its id with the type
    #[arg(value_name = "WHO")]
    who: String,

    #[command(flatten)]
    format: FormatArgs,
}

const COLUMNS: &[Heading<'_>] = &[
    heading("resource_name", "On"),
    heading("resource_id", "Id"),
    heading("slug", "Holds"),
    heading("how", "How"),
    heading("via", "Via"),
    heading("resource_type", ""),
    heading("entitlement_id", ""),
    heading("entitlement_name", ""),
    heading("purpose", ""),
    heading("principal_id", ""),
    heading("principal_name", ""),
    heading("grant_id", ""),
    heading("row", "Row"),
];

/// Runs the command.
pub(crate) fn access(args: &AccessArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    let holder = holder(&source, &args.who)?;
    let format = args.format.format();
    if format == Format::Table {
        let heading = text::printable(&holder.heading(), text::MAX_VALUE_BYTES);
        writeln!(console.out, "{heading}\n").map_err(write_failed)?;
    }
    let mut names = Names::new(&source);
    let mut table = Table::new(console, format, COLUMNS.to_vec());
    if let Some(role) = &holder.org_role {
        table.row(&holder.role_cells(role))?;
    }
    let sync_id = &source.sync.sync_id;
    source
        .reader
        .for_each_grant_of(sync_id, &holder.id, |row, grant| {
            let line = GrantLine::new(row, grant, &mut names)?;
            table.row(&[
                Cell::from(&*line.resource_name),
                external_id(&line.resource).into(),
                line.held().into(),
                line.how().into(),
                Cell::List(
                    line.via
                        .iter()
                        .map(|id| Cow::Borrowed(id.as_str()))
                        .collect(),
                ),
                line.resource.resource_type.as_str().into(),
                line.entitlement_id.as_str().into(),
                Cell::from(&*line.entitlement.name),
                Cell::some(purpose(line.entitlement.purpose)),
                external_id(&line.principal).into(),
                Cell::from(&*line.principal_name),
                line.id.as_str().into(),
                line.row.unsigned_abs().into(),
            ])
        })?;
    table.finish()?;
    Ok(Outcome::Clean)
}

/// Somebody or something that can hold entitlements.
#[derive(Debug)]
pub(crate) struct Holder {
    /// Type and vendor id.
    pub(crate) id: wire::ResourceId,
    name: String,
    /// The state, for people and accounts.
    status: Option<Status>,
    /// The role in the whole organisation that its profile names; some apps have this instead of grants.
    org_role: Option<Arc<str>>,
}

impl Holder {
    /// The role in the whole organisation as a row of what is held.
    fn role_cells<'a>(&'a self, role: &'a str) -> [Cell<'a>; COLUMNS.len()] {
        let mut cells = std::array::from_fn(|_| Cell::Absent);
        for (cell, column) in cells.iter_mut().zip(COLUMNS) {
            *cell = match column.key {
                "resource_name" => "(organisation)".into(),
                "slug" => role.into(),
                "how" => "org_role".into(),
                "principal_id" => external_id(&self.id).into(),
                "principal_name" => self.name.as_str().into(),
                _ => Cell::Absent,
            };
        }
        cells
    }

    fn heading(&self) -> String {
        let id = external_id(&self.id);
        match self.status {
            Some(status) => format!("{} ({id}), {}", self.name, status.as_str()),
            None => format!("{} ({id})", self.name),
        }
    }
}

/// The resource with the id `who`, else the person or account that it means.
///
/// # Errors
/// As [`find`].
pub(crate) fn holder(source: &Source, who: &str) -> Result<Holder> {
    if let Some((row, resource)) = source.reader.resource(&source.sync.sync_id, who)? {
        let identity = resource
            .user_trait()
            .and_then(|_| read(row, &resource, &mut Shared::default()));
        return Ok(Holder {
            name: display_name(&resource),
            id: resource.id.unwrap_or_default(),
            status: identity.as_ref().map(|it| it.status),
            org_role: identity.and_then(|it| it.org_role),
        });
    }
    let identity = find(source, who)?;
    Ok(Holder {
        id: wire::ResourceId {
            resource_type: identity.key.resource_type.to_string(),
            resource: identity.key.id,
        },
        name: identity.name,
        status: Some(identity.status),
        org_role: identity.org_role,
    })
}
