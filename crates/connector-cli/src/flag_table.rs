//! The table of flags for the documentation.

use std::fmt::Write;

use connector_core::spec::{ConnectorSpec, FieldSpec};

use crate::command::shown_default;
use crate::defaults;

/// All flags of a program as a Markdown table, the connector's own first; hidden ones come last.
pub fn flag_table(spec: &ConnectorSpec) -> String {
    let mut out =
        String::from("| Flag | Variable | Type | Default | Meaning |\n|---|---|---|---|---|\n");
    let all = defaults::all_fields(spec);
    let (own, default): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|field| spec.fields.iter().any(|own| own.name() == field.name()));
    let (hidden, visible): (Vec<_>, Vec<_>) = own
        .into_iter()
        .chain(default)
        .partition(|f: &&FieldSpec| f.is_hidden());
    for field in visible.into_iter().chain(hidden) {
        row(&mut out, field);
    }
    out
}

fn row(out: &mut String, field: &FieldSpec) {
    let short = field.short();
    let short = short.map(|c| format!(", `-{c}`")).unwrap_or_default();
    let default = match shown_default(field) {
        _ if field.is_required() => "required".to_owned(),
        Some(default) => format!("`{default}`"),
        None => String::new(),
    };
    let secret = if field.is_secret() { " (secret)" } else { "" };
    let hidden = if field.is_hidden() {
        " (not in help)"
    } else {
        ""
    };
    let meaning = field.description().replace('|', "\\|");
    // Writing into a text cannot fail.
    let _ = writeln!(
        out,
        "| `--{}`{short} | `{}` | {} | {default} | {meaning}{secret}{hidden} |",
        field.name(),
        field.variable(),
        field.kind().as_str(),
    );
}
