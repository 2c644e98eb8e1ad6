//! The company's lists and field metadata, in every envelope the vendor is known to send.

use connector_core::lenient::{Object, Word};
use serde::Deserialize;

/// An item of the department list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DepartmentItem {
    pub(crate) id: Word,
    pub(crate) name: Word,
    pub(crate) value: Word,
    pub(crate) archived: Option<bool>,
    pub(crate) children: Option<Vec<Self>>,
}

/// The department list in whichever envelope it came.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum DepartmentList {
    Items { items: Vec<DepartmentItem> },
    Values { values: Vec<DepartmentItem> },
    Keyed { department: Box<Self> },
    Lists { lists: Vec<NamedList> },
    Bare(Vec<DepartmentItem>),
}

/// A list within the answer that holds several.
#[derive(Debug, Deserialize)]
pub(crate) struct NamedList {
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    list: Option<DepartmentList>,
}

impl DepartmentList {
    pub(crate) fn into_items(self) -> Vec<DepartmentItem> {
        match self {
            Self::Items { items: list } | Self::Values { values: list } | Self::Bare(list) => list,
            Self::Keyed { department } => department.into_items(),
            Self::Lists { lists } => {
                let department = lists.into_iter().find(|l| l.name == "department");
                department
                    .and_then(|l| l.list)
                    .map(Self::into_items)
                    .unwrap_or_default()
            }
        }
    }
}

/// Field metadata: a bare list or wrapped in `fields`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum FieldList {
    Wrapped { fields: Vec<FieldInfo> },
    Bare(Vec<FieldInfo>),
}

/// What the metadata says of one field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldInfo {
    pub(crate) id: Word,
    #[serde(rename = "categoryId")]
    pub(crate) category_id: Word,
    #[serde(rename = "categoryDisplayName")]
    pub(crate) category: Word,
    #[serde(rename = "typeData")]
    type_data: Object<TypeData>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct TypeData {
    #[serde(rename = "listId")]
    list_id: Word,
}

impl FieldList {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &FieldInfo> {
        match self {
            Self::Wrapped { fields } | Self::Bare(fields) => fields.iter(),
        }
    }

    /// The named list whose items a field holds.
    pub(crate) fn list_of(&self, field: &str) -> Option<String> {
        self.iter()
            .find(|f| f.id.get() == Some(field))
            .and_then(|f| f.type_data.0.list_id.clone().into_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_envelope_of_a_list() {
        for json in [
            r#"{"name":"department","items":[{"id":1,"value":"A","children":null}]}"#,
            r#"{"name":"department","values":[{"id":"1","name":"A"}]}"#,
            r#"{"department":{"name":"department","items":[{"id":"1"}]}}"#,
            r#"{"lists":[{"name":"site","items":[]},{"name":"department","items":[{"id":"1"}]}]}"#,
            r#"[{"id":"1"}]"#,
        ] {
            let items = serde_json::from_str::<DepartmentList>(json)
                .unwrap()
                .into_items();
            assert_eq!(
                items.iter().map(|i| i.id.get()).collect::<Vec<_>>(),
                [Some("1")],
                "{json}"
            );
        }
    }
}
