//! The committed files that are made from the program.

use std::path::Path;

use baton_personio::Personio;

#[test]
fn committed_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = folder.join("../../docs/connectors/personio.md");
    connector_testkit::generated::check::<Personio>(folder, &page);
}
