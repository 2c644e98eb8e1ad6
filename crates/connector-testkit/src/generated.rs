//! Committed files that are made from the program: compared with what it prints now, or written with `UPDATE=1`.

use std::path::Path;

use connector_core::spec::{App, ConnectorSpec};

/// Compares `baton_capabilities.json` and `config_schema.json` in a connector's folder, and the flag table in its
/// page, with what the program generates.
#[track_caller]
pub fn check<A: App>(folder: &Path, page: &Path) {
    let spec = A::spec();
    file(
        &folder.join("baton_capabilities.json"),
        &format!("{}\n", connector_cli::capabilities_json(&spec)),
    );
    file(
        &folder.join("config_schema.json"),
        &format!("{}\n", connector_cli::config_json(&spec)),
    );
    section(page, "flags", &own_flags(&spec));
    section(
        page,
        "help",
        &format!(
            "```text\n{}\n```",
            connector_cli::help_text(&spec).trim_end()
        ),
    );
}

/// The table's head and the rows of the connector's own settings; those that all connectors share have a page of
/// their own.
fn own_flags(spec: &ConnectorSpec) -> String {
    let own = |line: &&str| {
        spec.fields
            .iter()
            .any(|f| line.starts_with(&format!("| `--{}`", f.name())))
    };
    let table = connector_cli::flag_table(spec);
    let head = table.lines().take(2);
    let rows = table.lines().skip(2).filter(own);
    head.chain(rows).collect::<Vec<_>>().join("\n")
}

/// Compares the table of the flags that all connectors share with what stands in `page`.
#[track_caller]
pub fn check_shared_flags(page: &Path) {
    let spec = ConnectorSpec::default();
    section(page, "flags", &connector_cli::flag_table(&spec));
}

/// Compares a whole file.
#[track_caller]
pub fn file(path: &Path, wanted: &str) {
    let found = std::fs::read_to_string(path).unwrap_or_default();
    settle(path, &found, wanted);
}

/// Compares what stands between `<!-- name:begin -->` and `<!-- name:end -->`.
#[track_caller]
pub fn section(path: &Path, name: &str, wanted: &str) {
    let found = std::fs::read_to_string(path).unwrap_or_default();
    let (begin, end) = (
        format!("<!-- {name}:begin -->\n"),
        format!("<!-- {name}:end -->"),
    );
    let (Some(from), Some(to)) = (found.find(&begin), found.find(&end)) else {
        panic!("{} has no section {name}", path.display());
    };
    let wanted = format!(
        "{}{}\n{}",
        &found[..from + begin.len()],
        wanted.trim_end(),
        &found[to..]
    );
    settle(path, &found, &wanted);
}

#[track_caller]
fn settle(path: &Path, found: &str, wanted: &str) {
    if found == wanted {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, wanted).expect("a writable file");
        return;
    }
    panic!(
        "{} is out of date; run the tests with UPDATE=1 and commit it",
        path.display()
    );
}
