use super::*;

#[test]
fn labels_are_short_and_tell_files_apart() {
    let file = |(path, part): (&str, Part)| FileRead {
        label: String::new(),
        path: path.to_owned(),
        part,
        sha256: String::new(),
        sync_id: String::new(),
        synced_at: None,
        identities: 0,
        evidence: None,
    };
    let mut files = [
        ("/data/new/hr.c1z", Part::Hr),
        ("/data/old/hr.c1z", Part::EarlierHr),
        ("okta/sync.c1z", Part::App),
        ("github/sync.c1z", Part::App),
        ("slack", Part::App),
        ("slack", Part::App),
    ]
    .map(file);
    label_files(&mut files);
    let expected = ["hr", "old/hr", "okta/sync", "github/sync", "slack", "slack"];
    assert_eq!(files.map(|file| file.label), expected);
}

#[test]
fn a_file_is_called_by_the_end_of_its_path() {
    let names = |path: &str| names_of_file(Path::new(path));
    assert_eq!(names("hr.c1z"), ["hr"]);
    assert_eq!(names("../okta/sync.c1z"), ["sync", "okta/sync"]);
    assert_eq!(
        names("/data/okta/sync"),
        ["sync", "okta/sync", "data/okta/sync"]
    );
}
