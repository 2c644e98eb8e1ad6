//! The tables of an export and their rows.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use clap::ValueEnum;
use connector_c1z::wire;
use connector_core::Result;
use prost_types::Struct;
use serde_json::Value as Json;

use crate::identity::{self, Status, display_name, facts, is_identity, user_types};
use crate::look::{
    GRANT_COLUMNS, GrantLine, Names, PERSON_COLUMNS, PeopleFilter, SYNC_COLUMNS, TYPE_COLUMNS,
    each_type, external_id, json_of, parent, person_cells, purpose, sync_cells, timestamp,
};
use crate::source::Source;
use crate::table::{Cell, Format, Heading, heading};

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Table {
    /// People and accounts with all facts of their profiles
    Users,
    /// Everything else that entitlements are on, or that hangs under people
    Resources,
    /// What can be held
    Entitlements,
    /// Who holds what
    Grants,
    /// The resource types
    #[value(name = "resource_types")]
    ResourceTypes,
    /// The syncs in the file
    Syncs,
}

impl Table {
    /// The table's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Resources => "resources",
            Self::Entitlements => "entitlements",
            Self::Grants => "grants",
            Self::ResourceTypes => "resource_types",
            Self::Syncs => "syncs",
        }
    }

    /// The name of the file that has it alone.
    pub(super) fn file(self, extension: &str) -> String {
        format!("{}.{extension}", self.name())
    }
}

const RESOURCE_COLUMNS: &[Heading<'_>] = &[
    heading("id", ""),
    heading("type", ""),
    heading("name", ""),
    heading("description", ""),
    heading("parent_id", ""),
    heading("status", ""),
    heading("state_word", ""),
    heading("created_at", ""),
    heading("row", ""),
];

const ENTITLEMENT_COLUMNS: &[Heading<'_>] = &[
    heading("id", ""),
    heading("name", ""),
    heading("slug", ""),
    heading("purpose", ""),
    heading("description", ""),
    heading("resource_id", ""),
    heading("resource_type", ""),
    heading("resource_name", ""),
    heading("grantable_to", ""),
    heading("row", ""),
];

/// What stands before a fact's name in a column of its own.
const PROFILE: &str = "profile.";

/// What is exported.
#[derive(Debug)]
pub(super) struct Content<'a> {
    /// Where it comes from.
    pub(super) source: &'a Source,
    filter: &'a PeopleFilter<'a>,
    types: HashSet<String>,
    /// The people chosen, when not everybody is: only their grants are exported.
    chosen: Option<HashSet<String>>,
    /// The columns for facts; `None` when facts are one object.
    facts: Option<FactColumns>,
}

/// A column for each fact that anybody has.
#[derive(Debug, Default)]
struct FactColumns {
    users: BTreeSet<String>,
    resources: BTreeSet<String>,
}

impl<'a> Content<'a> {
    /// Prepares the export of `tables`. `flat` makes each fact a column; all rows are read once for that.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(super) fn new(
        source: &'a Source,
        filter: &'a PeopleFilter<'a>,
        everybody: bool,
        tables: &[Table],
        flat: bool,
    ) -> Result<Self> {
        let mut content = Self {
            source,
            filter,
            types: user_types(source)?,
            chosen: None,
            facts: None,
        };
        if !everybody && tables.contains(&Table::Grants) {
            content.chosen = Some(content.choose()?);
        }
        if flat {
            let mut columns = FactColumns::default();
            if tables.contains(&Table::Users) {
                content.each_user(|_, resource| collect(resource, &mut columns.users))?;
            }
            if tables.contains(&Table::Resources) {
                content.each_other(|_, resource| collect(resource, &mut columns.resources))?;
            }
            content.facts = Some(columns);
        }
        Ok(content)
    }

    /// The columns of a table.
    pub(super) fn columns(&self, table: Table) -> Vec<Heading<'_>> {
        let fixed = match table {
            Table::Users => PERSON_COLUMNS,
            Table::Resources => RESOURCE_COLUMNS,
            Table::Entitlements => ENTITLEMENT_COLUMNS,
            Table::Grants => GRANT_COLUMNS,
            Table::ResourceTypes => TYPE_COLUMNS,
            Table::Syncs => SYNC_COLUMNS,
        };
        let mut columns = fixed.to_vec();
        match (table, &self.facts) {
            (Table::Users, Some(facts)) => {
                columns.extend(facts.users.iter().map(|c| heading(c, "")))
            }
            (Table::Resources, Some(facts)) => {
                columns.extend(facts.resources.iter().map(|c| heading(c, "")));
            }
            (Table::Users | Table::Resources, None) => columns.push(heading("profile", "")),
            _ => {}
        }
        columns
    }

    /// Calls `each` with the cells of every row of a table, in the order of [`Content::columns`].
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub(super) fn each_row(
        &self,
        table: Table,
        each: &mut dyn FnMut(&[Cell<'_>]) -> Result<()>,
    ) -> Result<()> {
        match table {
            Table::Users => self.each_user(|identity, resource| {
                let mut cells = person_cells(identity, self.filter.lifecycle(identity));
                let columns = self.facts.as_ref().map(|facts| &facts.users);
                let facts = facts(resource);
                extend(&mut cells, &facts, columns);
                each(&cells)
            }),
            Table::Resources => self.each_other(|row, resource| {
                let facts = facts(resource);
                let mut cells = resource_cells(row, resource);
                let columns = self.facts.as_ref().map(|facts| &facts.resources);
                extend(&mut cells, &facts, columns);
                each(&cells)
            }),
            Table::Entitlements => self.each_entitlement(each),
            Table::Grants => self.each_grant(each),
            Table::ResourceTypes => each_type(self.source, each),
            Table::Syncs => sync_cells(&self.source.reader, Format::Json, each),
        }
    }

    fn choose(&self) -> Result<HashSet<String>> {
        let mut chosen = HashSet::new();
        self.each_user(|identity, _| {
            chosen.insert(identity.key.to_string());
            Ok(())
        })?;
        Ok(chosen)
    }

    fn each_user(
        &self,
        mut each: impl FnMut(&identity::Identity, &wire::Resource) -> Result<()>,
    ) -> Result<()> {
        identity::for_each(self.source, |identity, resource| {
            match self.filter.fits(&identity) {
                true => each(&identity, resource),
                false => Ok(()),
            }
        })
    }

    fn each_other(&self, mut each: impl FnMut(i64, &wire::Resource) -> Result<()>) -> Result<()> {
        let sync_id = &self.source.sync.sync_id;
        self.source
            .reader
            .for_each_resource_row(sync_id, |row, resource| {
                match is_identity(&resource, &self.types) {
                    true => Ok(()),
                    false => each(row, &resource),
                }
            })
    }

    fn each_entitlement(&self, each: &mut dyn FnMut(&[Cell<'_>]) -> Result<()>) -> Result<()> {
        let mut names = Names::new(self.source);
        let sync_id = &self.source.sync.sync_id;
        self.source
            .reader
            .for_each_entitlement_row(sync_id, |row, entitlement| {
                let resource = entitlement.resource.unwrap_or_default();
                let name = names.resource(&resource)?;
                let id = resource.id.unwrap_or_default();
                let types = entitlement.grantable_to.iter();
                each(&[
                    entitlement.id.as_str().into(),
                    entitlement.display_name.as_str().into(),
                    entitlement.slug.as_str().into(),
                    Cell::some(purpose(entitlement.purpose)),
                    entitlement.description.as_str().into(),
                    external_id(&id).into(),
                    id.resource_type.as_str().into(),
                    Cell::from(&*name),
                    Cell::List(types.map(|kind| Cow::Borrowed(kind.id.as_str())).collect()),
                    row.unsigned_abs().into(),
                ])
            })
    }

    fn each_grant(&self, each: &mut dyn FnMut(&[Cell<'_>]) -> Result<()>) -> Result<()> {
        let mut names = Names::new(self.source);
        let sync_id = &self.source.sync.sync_id;
        self.source
            .reader
            .for_each_grant_row(sync_id, |row, grant| {
                let holder = || grant.principal.as_ref().map(wire::Resource::external_id);
                let is_chosen =
                    |chosen: &HashSet<String>| holder().is_some_and(|id| chosen.contains(&id));
                match self.chosen.as_ref().is_none_or(is_chosen) {
                    true => each(&GrantLine::new(row, grant, &mut names)?.cells()),
                    false => Ok(()),
                }
            })
    }
}

fn resource_cells(row: i64, resource: &wire::Resource) -> Vec<Cell<'static>> {
    let id = resource.id.clone().unwrap_or_default();
    let status = resource.status.as_ref();
    let created = resource.created_at.and_then(timestamp);
    vec![
        external_id(&id).into(),
        id.resource_type.into(),
        display_name(resource).into(),
        resource.description.clone().into(),
        parent(resource).into(),
        status.map_or(Cell::Absent, |s| {
            Status::from_number(Some(s.status)).as_str().into()
        }),
        status.map_or(Cell::Absent, |s| s.details.clone().into()),
        created.map_or(Cell::Absent, |time| time.to_string().into()),
        row.unsigned_abs().into(),
    ]
}

fn collect(resource: &wire::Resource, columns: &mut BTreeSet<String>) -> Result<()> {
    for name in facts(resource).fields.keys() {
        let column = format!("{PROFILE}{name}");
        if !columns.contains(&column) {
            columns.insert(column);
        }
    }
    Ok(())
}

/// Adds the facts: one object, or a cell for each column.
fn extend<'f>(cells: &mut Vec<Cell<'f>>, facts: &'f Struct, columns: Option<&BTreeSet<String>>) {
    match columns {
        None => {
            let object = facts.fields.iter().map(|(k, v)| (k.clone(), json_of(v)));
            cells.push(Cell::Json(Json::Object(object.collect())));
        }
        Some(columns) => {
            let names = columns
                .iter()
                .filter_map(|column| column.strip_prefix(PROFILE));
            let value = |name| {
                facts
                    .fields
                    .get(name)
                    .map_or(Cell::Absent, |v| flat(json_of(v)))
            };
            cells.extend(names.map(value));
        }
    }
}

/// A fact as one cell.
fn flat(value: Json) -> Cell<'static> {
    match value {
        Json::Null => Cell::Absent,
        Json::String(text) => text.into(),
        Json::Bool(yes) => yes.into(),
        Json::Array(items) if items.iter().all(Json::is_string) => {
            let texts = items.iter().filter_map(Json::as_str);
            Cell::List(texts.map(|text| Cow::Owned(text.to_owned())).collect())
        }
        other => Cell::Json(other),
    }
}
