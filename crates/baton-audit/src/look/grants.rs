//! `grants`: who holds what.

use std::borrow::Cow;
use std::rc::Rc;

use connector_c1z::wire;
use connector_core::Result;

use super::filter::known_types;
use super::names::{Named, Names};
use super::words::purpose;
use super::{FileArgs, access};
use crate::console::{Console, Outcome};
use crate::identity::fold_text;
use crate::table::{Cell, FormatArgs, Heading, Table, heading};

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

    #[command(flatten)]
    format: FormatArgs,
}

/// The columns of grants.
pub(crate) const GRANT_COLUMNS: &[Heading<'_>] = &[
    heading("principal_name", "Who"),
    heading("principal_id", "Id"),
    heading("slug", "Holds"),
    heading("resource_name", "On"),
    heading("how", "How"),
    heading("via", ""),
    heading("resource_id", ""),
    heading("resource_type", ""),
    heading("entitlement_id", ""),
    heading("entitlement_name", ""),
    heading("purpose", ""),
    heading("grant_id", ""),
    heading("row", ""),
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
    let mut names = Names::new(&source);
    let mut table = Table::new(console, args.format.format(), GRANT_COLUMNS.to_vec());
    let each = |row, grant| {
        let line = GrantLine::new(row, grant, &mut names)?;
        match args.fits(&line) && search.as_ref().is_none_or(|text| line.has_text(text)) {
            true => table.row(&line.cells()),
            false => Ok(()),
        }
    };
    let sync_id = &source.sync.sync_id;
    match &holder {
        Some(holder) => source.reader.for_each_grant_of(sync_id, &holder.id, each),
        None => source.reader.for_each_grant_row(sync_id, each),
    }?;
    table.finish()?;
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

/// A grant with the names of what it refers to.
#[derive(Debug)]
pub(crate) struct GrantLine {
    /// Row in the file's table of grants.
    pub(crate) row: i64,
    /// The grant's own id.
    pub(crate) id: String,
    /// Who holds it.
    pub(crate) principal: wire::ResourceId,
    /// The holder's name; empty when the file has none.
    pub(crate) principal_name: Rc<str>,
    /// What is held.
    pub(crate) entitlement_id: String,
    /// Its name.
    pub(crate) entitlement: Rc<Named>,
    /// What it is held on.
    pub(crate) resource: wire::ResourceId,
    /// The name of that; empty when the file has none.
    pub(crate) resource_name: Rc<str>,
    /// Whether the principal was given it itself.
    pub(crate) direct: bool,
    /// Other entitlements it follows from, by id.
    pub(crate) via: Vec<String>,
}

impl GrantLine {
    /// Looks up the names of a grant.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn new(row: i64, grant: wire::Grant, names: &mut Names<'_>) -> Result<Self> {
        let principal = grant.principal.unwrap_or_default();
        let entitlement = grant.entitlement.unwrap_or_default();
        let resource = entitlement.resource.clone().unwrap_or_default();
        let mut via: Vec<_> = grant
            .sources
            .map(|sources| sources.sources.into_keys().collect())
            .unwrap_or_default();
        // An own entry among the sources says that the principal also holds it itself; no sources say only that.
        let direct = via.is_empty() || via.contains(&entitlement.id);
        via.retain(|source| *source != entitlement.id);
        Ok(Self {
            row,
            id: grant.id,
            principal_name: names.resource(&principal)?,
            principal: principal.id.unwrap_or_default(),
            entitlement: names.entitlement(&entitlement)?,
            entitlement_id: entitlement.id,
            resource_name: names.resource(&resource)?,
            resource: resource.id.unwrap_or_default(),
            direct,
            via,
        })
    }

    /// `direct`, `derived`, or `both`.
    pub(crate) fn how(&self) -> &'static str {
        match (self.direct, self.via.is_empty()) {
            (true, true) => "direct",
            (true, false) => "both",
            (false, _) => "derived",
        }
    }

    /// What is held in the shortest form the file has: short name, name or id.
    pub(crate) fn held(&self) -> &str {
        let texts = [&*self.entitlement.slug, &*self.entitlement.name];
        let first = texts.into_iter().find(|text| !text.is_empty());
        first.unwrap_or(&self.entitlement_id)
    }

    /// The cells, in the order of [`GRANT_COLUMNS`].
    pub(crate) fn cells(&self) -> [Cell<'_>; 13] {
        [
            Cell::from(&*self.principal_name),
            external_id(&self.principal).into(),
            self.held().into(),
            Cell::from(&*self.resource_name),
            self.how().into(),
            Cell::List(
                self.via
                    .iter()
                    .map(|id| Cow::Borrowed(id.as_str()))
                    .collect(),
            ),
            external_id(&self.resource).into(),
            self.resource.resource_type.as_str().into(),
            self.entitlement_id.as_str().into(),
            Cell::from(&*self.entitlement.name),
            Cell::some(purpose(self.entitlement.purpose)),
            self.id.as_str().into(),
            self.row.unsigned_abs().into(),
        ]
    }

    fn has_text(&self, folded: &str) -> bool {
        let texts = [
            &*self.principal_name,
            &self.principal.resource,
            &self.entitlement_id,
            &self.entitlement.name,
            &self.resource_name,
        ];
        texts
            .into_iter()
            .any(|text| fold_text(text).contains(folded))
    }
}

/// `<type>:<id>`, as other rows refer to a resource.
pub(crate) fn external_id(id: &wire::ResourceId) -> String {
    format!("{}:{}", id.resource_type, id.resource)
}
