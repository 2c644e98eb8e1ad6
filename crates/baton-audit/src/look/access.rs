//! `access`: everything one person or account holds.

use std::sync::Arc;

use connector_c1z::wire;
use connector_core::Result;

use super::FileArgs;
use super::grant_line::{GrantLine, external_id};
use super::grants::ACCESS_COLUMNS;
use crate::console::{Console, Outcome, write_failed};
use crate::identity::{Shared, Status, display_name, find, read};
use crate::source::Source;
use crate::table::{Format, FormatArgs, Table, cells, headings, shown};

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

/// Runs the command.
pub(crate) fn access(args: &AccessArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    let holder = holder(&source, &args.who)?;
    let format = args.format.format();
    if format == Format::Table {
        let heading = shown(&holder.heading());
        writeln!(console.out, "{heading}\n").map_err(write_failed)?;
    }
    let mut table = Table::new(console, format, headings(ACCESS_COLUMNS));
    let named = (&*holder.name, holder.org_role.as_deref());
    GrantLine::for_each_of(&source, &holder.id, named, |line| {
        table.row(&cells(ACCESS_COLUMNS, &line))
    })?;
    table.finish()?;
    Ok(Outcome::Clean)
}

/// A person, account or group that can hold entitlements.
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
        id: identity.key.to_wire(),
        name: identity.name,
        status: Some(identity.status),
        org_role: identity.org_role,
    })
}
