//! Named lists: departments as a tree, titles and other flat ones.

use serde_json::{Map, Value, json};

use super::Tenant;
use super::options::{ItemsKey, ListOptions, ListsEnvelope};
use connector_sandbox::company::Department;

/// Lists that are the same for every company, by name.
const FIXED: &[(&str, &[&str])] = &[
    ("employmentType", &["Permanent", "Fixed term", "Contractor"]),
    ("internalStatus", &["Active", "Inactive"]),
    (
        "terminationreason",
        &["Resigned", "End of contract", "Other"],
    ),
];

/// `GET /company/named-lists`.
pub(crate) fn all(tenant: &Tenant, include_archived: bool) -> Value {
    let options = &tenant.options;
    let mut names = vec![&options.lists.department_list, "title", "site"];
    names.extend(FIXED.iter().map(|(name, _)| *name));
    let lists = names
        .iter()
        .filter_map(|name| one(tenant, name, include_archived));
    match options.lists.envelope {
        ListsEnvelope::Array => lists.collect(),
        ListsEnvelope::Wrapped => json!({"lists": lists.collect::<Value>()}),
        ListsEnvelope::Map => {
            let named = names.iter().map(|name| (*name).to_owned());
            Value::Object(named.zip(lists).collect())
        }
    }
}

/// `GET /company/named-lists/{name}`; the name must be exact.
pub(crate) fn one(tenant: &Tenant, name: &str, include_archived: bool) -> Option<Value> {
    let options = &tenant.options.lists;
    let items = if name == options.department_list {
        match &options.raw_departments {
            Some(raw) => raw.clone(),
            None => {
                let tree = Tree {
                    departments: &tenant.company.departments,
                    options,
                    include_archived,
                };
                tree.below(None)
            }
        }
    } else if name == "title" {
        let titles = tenant.company.titles.iter();
        titles.map(|t| leaf(options, &t.id, &t.name)).collect()
    } else if name == "site" {
        let sites = tenant.company.sites.iter();
        sites
            .map(|s| leaf(options, &s.id.to_string(), &s.name))
            .collect()
    } else {
        let (_, values) = FIXED.iter().find(|(known, _)| *known == name)?;
        values.iter().map(|v| leaf(options, v, v)).collect()
    };
    let mut list = Map::new();
    list.insert("name".to_owned(), name.into());
    if options.items != ItemsKey::Items {
        list.insert("values".to_owned(), items.clone());
    }
    if options.items != ItemsKey::Values {
        list.insert("items".to_owned(), items);
    }
    Some(list.into())
}

fn leaf(options: &ListOptions, id: &str, name: &str) -> Value {
    item(options, id, name, false, Vec::new())
}

fn item(
    options: &ListOptions,
    id: &str,
    name: &str,
    archived: bool,
    children: Vec<Value>,
) -> Value {
    let number = id.parse::<u64>().ok().filter(|_| options.numeric_ids);
    let id = number.map_or_else(|| id.into(), Value::from);
    let children = if children.is_empty() && options.null_children {
        Value::Null
    } else {
        children.into()
    };
    json!({"id": id, "value": name, "name": name, "archived": archived, "children": children})
}

/// The department list being built.
struct Tree<'a> {
    departments: &'a [Department],
    options: &'a ListOptions,
    include_archived: bool,
}

impl Tree<'_> {
    /// The items below `parent`; those of an archived item that is left out may come in its place.
    fn below(&self, parent: Option<&str>) -> Value {
        self.items(parent).into()
    }

    fn items(&self, parent: Option<&str>) -> Vec<Value> {
        let mut out = Vec::new();
        for department in self
            .departments
            .iter()
            .filter(|d| d.parent.as_deref() == parent)
        {
            let shown = self.include_archived || !department.archived;
            if shown || !self.options.archived_parent_hides_children {
                let children = self.items(Some(&department.id));
                if shown {
                    let (id, name) = (&department.id, &department.name);
                    out.push(item(self.options, id, name, department.archived, children));
                } else {
                    out.extend(children);
                }
            }
        }
        out
    }
}
