//! Files that are made from the program.

use std::path::Path;

#[test]
fn committed_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = folder.join("../../docs/connectors/circleci.md");
    connector_testkit::generated::check::<baton_circleci::CircleCi>(folder, &page);
}
