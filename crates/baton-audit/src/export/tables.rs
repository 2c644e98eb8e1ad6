//! The tables of an export and their rows. Where a listing shows the same, its columns are the table's.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use clap::ValueEnum;
use connector_c1z::{RowAt, wire};
use connector_core::Result;
use serde_json::Value as Json;

use crate::expansion::Expansion;
use crate::identity::{self, Status, display_name, facts, is_identity, read_time, user_types};
use crate::look::{
    GRANT_COLUMNS, GrantLine, Names, NumberedNames, PERSON_COLUMNS, PeopleFilter, PersonLine,
    SYNC_COLUMNS, TYPE_COLUMNS, external_id, for_each_sync, for_each_type, json_of, parent,
    purpose,
};
use crate::source::Source;
use crate::table::{Cell, Column, Heading, cells, detail, heading, headings};

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Table {
    /// People and accounts with all facts of their profiles
    Users,
    /// Everything else that entitlements are on, or that hangs under people
    Resources,
    /// What can be held
    Entitlements,
    /// Who holds what, also through groups in groups
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

/// A resource that is not a person or an account.
struct ResourceLine<'a> {
    row: RowAt,
    resource: &'a wire::Resource,
}

fn resource_columns<'a>() -> [Column<ResourceLine<'a>>; 9] {
    [
        detail("id", |line| line.resource.external_id().into()),
        detail("type", |line| match &line.resource.id {
            Some(id) => id.resource_type.as_str().into(),
            None => Cell::Absent,
        }),
        detail("name", |line| display_name(line.resource).into()),
        detail("description", |line| {
            line.resource.description.as_str().into()
        }),
        detail("parent_id", |line| parent(line.resource).into()),
        detail("status", |line| match &line.resource.status {
            Some(status) => Status::from_number(Some(status.status)).as_str().into(),
            None => Cell::Absent,
        }),
        detail("state_word", |line| match &line.resource.status {
            Some(status) => status.details.as_str().into(),
            None => Cell::Absent,
        }),
        detail("created_at", |line| {
            let created = line.resource.created_at.and_then(read_time);
            created.map_or(Cell::Absent, |time| time.to_string().into())
        }),
        detail("row", |line| Cell::row(&line.row)),
    ]
}

/// An entitlement and the name of what it is on.
struct EntitlementLine {
    row: RowAt,
    entitlement: wire::Entitlement,
    resource: wire::ResourceId,
    resource_name: Rc<str>,
}

const ENTITLEMENT_COLUMNS: &[Column<EntitlementLine>] = &[
    detail("id", |line| line.entitlement.id.as_str().into()),
    detail("name", |line| line.entitlement.display_name.as_str().into()),
    detail("slug", |line| line.entitlement.slug.as_str().into()),
    detail("purpose", |line| {
        Cell::some(purpose(line.entitlement.purpose))
    }),
    detail("description", |line| {
        line.entitlement.description.as_str().into()
    }),
    detail("resource_id", |line| external_id(&line.resource).into()),
    detail("resource_type", |line| {
        line.resource.resource_type.as_str().into()
    }),
    detail("resource_name", |line| (&*line.resource_name).into()),
    detail("grantable_to", |line| {
        let types = line.entitlement.grantable_to.iter();
        Cell::List(types.map(|kind| Cow::Borrowed(kind.id.as_str())).collect())
    }),
    detail("row", |line| Cell::row(&line.row)),
];

/// The prefix of a fact's name in a column of its own.
const PROFILE: &str = "profile.";

/// What is exported.
#[derive(Debug)]
pub(super) struct Content<'a> {
    /// Where it comes from.
    pub(super) source: &'a Source,
    filter: &'a PeopleFilter<'a>,
    types: HashSet<String>,
    /// The people chosen, when not all are: only their grants are exported.
    chosen: Option<HashSet<String>>,
    /// The columns for facts; `None` when facts are one object.
    facts: Option<FactColumns>,
}

/// A column for each fact that any row has.
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
        if !filter.chooses_all() && tables.contains(&Table::Grants) {
            let mut chosen = HashSet::new();
            content.for_each_user(|line, _| {
                chosen.insert(line.identity.key.to_string());
                Ok(())
            })?;
            content.chosen = Some(chosen);
        }
        if flat {
            let mut columns = FactColumns::default();
            if tables.contains(&Table::Users) {
                content.for_each_user(|_, resource| collect(resource, &mut columns.users))?;
            }
            if tables.contains(&Table::Resources) {
                content.for_each_other(|line| collect(line.resource, &mut columns.resources))?;
            }
            content.facts = Some(columns);
        }
        Ok(content)
    }

    /// The columns of a table.
    pub(super) fn headings(&self, table: Table) -> Vec<Heading<'_>> {
        let (mut columns, facts) = match table {
            Table::Users => (
                headings(PERSON_COLUMNS),
                self.facts.as_ref().map(|f| &f.users),
            ),
            Table::Resources => (
                headings(&resource_columns()),
                self.facts.as_ref().map(|f| &f.resources),
            ),
            Table::Entitlements => return headings(ENTITLEMENT_COLUMNS),
            Table::Grants => return headings(GRANT_COLUMNS),
            Table::ResourceTypes => return headings(TYPE_COLUMNS),
            Table::Syncs => return headings(SYNC_COLUMNS),
        };
        match facts {
            Some(facts) => columns.extend(facts.iter().map(|key| heading(key, ""))),
            None => columns.push(heading("profile", "")),
        }
        columns
    }

    /// Calls `each` with the cells of every row of a table, in the order of [`Content::headings`].
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub(super) fn for_each_row(
        &self,
        table: Table,
        each: &mut dyn FnMut(&[Cell<'_>]) -> Result<()>,
    ) -> Result<()> {
        match table {
            Table::Users => self.for_each_user(|line, resource| {
                let mut row = cells(PERSON_COLUMNS, line);
                let columns = self.facts.as_ref().map(|facts| &facts.users);
                row.extend(fact_cells(resource, columns));
                each(&row)
            }),
            Table::Resources => {
                let columns = self.facts.as_ref().map(|facts| &facts.resources);
                self.for_each_other(|line| {
                    let mut row = cells(&resource_columns(), line);
                    row.extend(fact_cells(line.resource, columns));
                    each(&row)
                })
            }
            Table::Entitlements => {
                self.for_each_entitlement(|line| each(&cells(ENTITLEMENT_COLUMNS, line)))
            }
            Table::Grants => self.for_each_grant(|line| each(&cells(GRANT_COLUMNS, line))),
            Table::ResourceTypes => {
                for_each_type(self.source, |line| each(&cells(TYPE_COLUMNS, line)))
            }
            Table::Syncs => {
                for_each_sync(&self.source.reader, |line| each(&cells(SYNC_COLUMNS, line)))
            }
        }
    }

    fn for_each_user(
        &self,
        mut each: impl FnMut(&PersonLine, &wire::Resource) -> Result<()>,
    ) -> Result<()> {
        identity::for_each(self.source, |identity, resource| {
            match self.filter.line(identity) {
                Some(line) => each(&line, resource),
                None => Ok(()),
            }
        })
    }

    fn for_each_other(
        &self,
        mut each: impl for<'r> FnMut(&ResourceLine<'r>) -> Result<()>,
    ) -> Result<()> {
        let (reader, sync_id) = (&self.source.reader, &self.source.sync.sync_id);
        reader.for_each_resource_row(sync_id, |row, resource| {
            match is_identity(&resource, &self.types) {
                true => Ok(()),
                false => each(&ResourceLine {
                    row,
                    resource: &resource,
                }),
            }
        })
    }

    fn for_each_entitlement(
        &self,
        mut each: impl FnMut(&EntitlementLine) -> Result<()>,
    ) -> Result<()> {
        let mut names = Names::new(self.source);
        let (reader, sync_id) = (&self.source.reader, &self.source.sync.sync_id);
        reader.for_each_entitlement_row(sync_id, |row, mut entitlement| {
            let resource = entitlement.resource.take().unwrap_or_default();
            each(&EntitlementLine {
                row,
                entitlement,
                resource_name: names.resource(&resource)?,
                resource: resource.id.unwrap_or_default(),
            })
        })
    }

    fn for_each_grant(&self, mut each: impl FnMut(&GrantLine) -> Result<()>) -> Result<()> {
        let mut names = Names::new(self.source);
        let (reader, sync_id) = (&self.source.reader, &self.source.sync.sync_id);
        let is_chosen = |holder: Option<&wire::ResourceId>| {
            let chosen = self.chosen.as_ref();
            chosen.is_none_or(|all| holder.is_some_and(|id| all.contains(&external_id(id))))
        };
        let mut expansion = Expansion::default();
        let mut numbered = NumberedNames::new(&mut names);
        reader.for_each_numbered_grant(sync_id, |it| {
            expansion.edges_of(it.at, it.message)?;
            let holder = it.message.principal.as_ref();
            match is_chosen(holder.and_then(|holder| holder.id.as_ref())) {
                true => each(&GrantLine::numbered(it, &mut numbered)?),
                false => Ok(()),
            }
        })?;
        expansion.read_holders(self.source)?;
        expansion.for_each(|holder, derived| match is_chosen(Some(holder)) {
            true => each(&GrantLine::derived(holder, derived, &mut names)?),
            false => Ok(()),
        })
    }
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

/// The facts of a profile: one object, or a cell for each column.
fn fact_cells(resource: &wire::Resource, columns: Option<&BTreeSet<String>>) -> Vec<Cell<'static>> {
    let facts = facts(resource).fields;
    let Some(columns) = columns else {
        let object = facts.iter().map(|(k, v)| (k.clone(), json_of(v)));
        return vec![Cell::Json(Json::Object(object.collect()))];
    };
    let names = columns.iter().filter_map(|key| key.strip_prefix(PROFILE));
    let cell = |name| facts.get(name).map_or(Cell::Absent, |v| flat(json_of(v)));
    names.map(cell).collect()
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
