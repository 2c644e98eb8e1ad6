//! `config`: the schema of the connector's settings, which other programs read.
//!
//! It is the proto3-JSON form of a message of the ecosystem, so key order is field-number order, unset keys are left out
//! and 64-bit numbers are strings.

use connector_core::spec::{
    ConnectorSpec, Constraint, DefaultValue, Export, FieldSpec, Kind, Rule,
};

use crate::defaults;
use crate::json::{self, Json, Object};

/// The output of `config`: two-space indent, no final line break, `&`, `<` and `>` escaped.
pub fn config_json(spec: &ConnectorSpec) -> String {
    let exported: Vec<_> = defaults::all_fields(spec)
        .into_iter()
        .filter(|f| f.export() != Export::None)
        .collect();
    let shown = |name: &str| exported.iter().any(|f| f.name() == name);
    let constraints: Vec<_> = spec
        .constraints
        .iter()
        .filter_map(|c| constraint(c, &shown))
        .collect();
    let mut out = Object::new();
    out.list("fields", exported.iter().map(field).collect());
    out.list("constraints", constraints);
    out.text("displayName", spec.display_name);
    out.text("helpUrl", spec.help_url.unwrap_or_default());
    json::escape_html(&out.pretty())
}

fn field(field: &FieldSpec) -> Json {
    let mut out = Object::new();
    out.text("name", field.name());
    out.text("displayName", field.display_name());
    out.text("description", field.description());
    out.text("placeholder", field.placeholder());
    out.flag("isRequired", field.is_required());
    out.flag("isOps", field.export() == Export::Ops);
    out.flag("isSecret", field.is_secret());
    let typed = match field.kind() {
        Kind::Text | Kind::Secret => "stringField",
        Kind::Int => "intField",
        Kind::Bool => "boolField",
        Kind::List => "stringSliceField",
    };
    out.put(typed, typed_part(field));
    out.into()
}

fn typed_part(field: &FieldSpec) -> Object {
    let mut out = Object::new();
    match field.default_value() {
        _ if field.is_secret() => {}
        None => {}
        Some(DefaultValue::Text(text)) => out.text("defaultValue", text),
        Some(DefaultValue::Bool(on)) => out.flag("defaultValue", on),
        Some(DefaultValue::Int(0)) => {}
        Some(DefaultValue::Int(number)) => out.text("defaultValue", &number.to_string()),
        Some(DefaultValue::List(items)) => {
            out.list(
                "defaultValue",
                items.iter().map(|&i| Json::from(i)).collect(),
            );
        }
    }
    let mut rules = match field.kind() {
        Kind::List => item_rules(field),
        Kind::Bool => Object::new(),
        Kind::Text | Kind::Secret | Kind::Int => value_rules(field),
    };
    // Yes-or-no settings have no such rule in the schema.
    rules.flag(
        "isRequired",
        field.is_required() && field.kind() != Kind::Bool,
    );
    if !rules.is_empty() {
        out.put("rules", rules);
    }
    out
}

fn item_rules(field: &FieldSpec) -> Object {
    let mut out = Object::new();
    let items = value_rules(field);
    if !items.is_empty() {
        out.put("itemRules", items);
    }
    out
}

fn value_rules(field: &FieldSpec) -> Object {
    // In field-number order of the schema's messages, whatever the order of declaration.
    let number = |rule: &Rule| match rule {
        Rule::MinLen(_) => 2,
        Rule::AtMost(_) | Rule::MaxLen(_) => 3,
        Rule::AtLeast(_) => 5,
        Rule::Prefix(_) => 7,
        Rule::OneOf(_) => 10,
        Rule::Uri | Rule::Uuid => 12,
        Rule::File => u32::MAX,
    };
    let mut rules = field.rules().to_vec();
    rules.sort_by_key(number);
    let mut out = Object::new();
    for rule in rules {
        match rule {
            Rule::MinLen(n) => out.text("minLen", &n.to_string()),
            Rule::MaxLen(n) => out.text("maxLen", &n.to_string()),
            Rule::AtMost(n) => out.text("lte", &n.to_string()),
            Rule::AtLeast(n) => out.text("gte", &n.to_string()),
            Rule::Prefix(prefix) => out.text("prefix", prefix),
            Rule::OneOf(words) => out.list("in", words.iter().map(|&w| Json::from(w)).collect()),
            Rule::Uri => out.text("wellKnown", "WELL_KNOWN_STRING_URI"),
            Rule::Uuid => out.text("wellKnown", "WELL_KNOWN_STRING_UUID"),
            Rule::File => {}
        }
    }
    out
}

/// A constraint, unless it touches a field that is not shown.
fn constraint(constraint: &Constraint, shown: &dyn Fn(&str) -> bool) -> Option<Json> {
    let (kind, fields, secondary) = match constraint {
        Constraint::Together(fields) => ("CONSTRAINT_KIND_REQUIRED_TOGETHER", fields, None),
        Constraint::AtLeastOne(fields) => ("CONSTRAINT_KIND_AT_LEAST_ONE", fields, None),
        Constraint::Exclusive(fields) => ("CONSTRAINT_KIND_MUTUALLY_EXCLUSIVE", fields, None),
        Constraint::Dependent { fields, on } => ("CONSTRAINT_KIND_DEPENDENT_ON", fields, Some(on)),
    };
    let all = fields.iter().chain(secondary.into_iter().flatten());
    if !all.into_iter().all(|name| shown(name)) {
        return None;
    }
    let names = |names: &[&'static str]| names.iter().map(|&n| Json::from(n)).collect();
    let mut out = Object::new();
    out.text("kind", kind);
    out.list("fieldNames", names(fields));
    if let Some(on) = secondary {
        out.list("secondaryFieldNames", names(on));
    }
    Some(out.into())
}
