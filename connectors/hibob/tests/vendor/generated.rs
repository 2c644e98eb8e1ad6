//! Committed files that are made from the program.

use std::path::Path;

use baton_hibob::HiBob;

#[test]
fn committed_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    connector_testkit::generated::check::<HiBob>(
        folder,
        &folder.join("../../docs/connectors/hibob.md"),
    );
}
