//! `docs/service-matrix.md` and the tests speak of the same situations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::Item;

/// Where tests of situations are.
const PLACES: [&str; 4] = [
    "crates/connector-service/tests/matrix",
    "crates/connector-service/src",
    "connectors",
    "tests",
];

/// The situations of the protocol, by letter.
const SITUATIONS: [(char, u8); 8] = [
    ('A', 10),
    ('B', 11),
    ('C', 4),
    ('D', 7),
    ('E', 6),
    ('F', 6),
    ('G', 7),
    ('H', 4),
];

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("a parent").to_owned()
}

/// The names of all tests below a folder.
fn tests(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            tests(&path, names);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            let file = syn::parse_file(&text).expect("Rust");
            names.extend(file.items.iter().flat_map(test_names));
        }
    }
}

/// The functions among an item that carry `#[test]` or another attribute of that name, such as `#[tokio::test]`.
fn test_names(item: &Item) -> Vec<String> {
    let is_test = |attribute: &syn::Attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| segment.ident == "test")
    };
    match item {
        Item::Fn(function) if function.attrs.iter().any(is_test) => {
            vec![function.sig.ident.to_string()]
        }
        Item::Mod(module) => {
            let items = module.content.iter().flat_map(|(_, items)| items);
            items.flat_map(test_names).collect()
        }
        _ => Vec::new(),
    }
}

/// The tests of each situation, as the document says.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("docs/service-matrix.md")).expect("the table");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix("| ")?.split(" | ").collect();
        let tests = cells.last()?.split('`').skip(1).step_by(2);
        Some((cells[0].to_owned(), tests.map(str::to_owned).collect()))
    });
    rows.filter(|(id, _)| !id.is_empty() && !id.starts_with('|'))
        .collect()
}

/// The situations in front of a test's name: `e1_e4_an_upload` is about two.
fn situations(name: &str) -> Vec<String> {
    let is_one = |part: &&str| {
        let (letter, number) = part.split_at(part.len().min(1));
        matches!(letter, "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h")
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
    };
    let parts = name.split('_').take_while(is_one);
    parts.map(str::to_uppercase).collect()
}

#[test]
fn every_situation_has_a_test_and_every_test_a_row() {
    let table = table();
    let mut expected: Vec<_> = SITUATIONS
        .iter()
        .flat_map(|(letter, last)| (1..=*last).map(move |n| format!("{letter}{n}")))
        .collect();
    expected.sort_unstable();
    assert_eq!(table.keys().cloned().collect::<Vec<_>>(), expected);

    let mut names = BTreeSet::new();
    for place in PLACES {
        tests(&root().join(place), &mut names);
    }
    for (id, tests) in &table {
        assert!(!tests.is_empty(), "{id} has no test");
        for test in tests {
            assert!(names.contains(test), "{id}: there is no test {test}");
        }
    }
    for name in &names {
        for id in situations(name) {
            let row = table.get(&id);
            assert!(
                row.is_some_and(|row| row.contains(name)),
                "{id} lacks {name}"
            );
        }
    }
}
