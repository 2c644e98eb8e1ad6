//! The resources of a file as fields by name, for tables of expected rows.

use std::collections::BTreeMap;

/// One resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `<type>:<id>`.
    pub id: String,
    fields: BTreeMap<String, String>,
}

impl Row {
    /// A field of the resource or of its profile; `-` when it is absent.
    pub fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("-", String::as_str)
    }

    /// Some fields in one line.
    pub fn line(&self, fields: &[&str]) -> String {
        let values: Vec<&str> = fields.iter().map(|field| self.get(field)).collect();
        values.join(" | ")
    }
}

/// The resources in the text form of a file, in its order.
pub fn parse(text: &str) -> Vec<Row> {
    let blocks = text.split("\nresource ").skip(1);
    let resources = blocks.filter(|block| !block.starts_with("type "));
    resources.map(row).collect()
}

fn row(block: &str) -> Row {
    let mut lines = block.lines();
    let id = lines.next().unwrap_or_default().to_owned();
    // What follows the resources is not indented.
    let own = lines.take_while(|line| line.starts_with(' '));
    let field = |line: &str| {
        let (field, value) = line.trim_start().split_once(": ")?;
        let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        Some((field.to_owned(), quoted.unwrap_or(value).to_owned()))
    };
    Row {
        id,
        fields: own.filter_map(field).collect(),
    }
}

#[cfg(test)]
mod tests;
