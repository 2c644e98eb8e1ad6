//! Committed files that are made from the program: compared with what it prints now, or written with `UPDATE=1`.

use std::path::Path;

use connector_cli::App;

/// Compares `baton_capabilities.json` and `config_schema.json` in a connector's folder, and the flag table in its
/// page, with what the program says.
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
    section(page, "flags", &connector_cli::flag_table(&spec));
    section(
        page,
        "help",
        &format!(
            "```text\n{}\n```",
            connector_cli::help_text(&spec).trim_end()
        ),
    );
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
