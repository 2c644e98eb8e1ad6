use super::*;

fn read(json: &str) -> Option<Departments> {
    Departments::read(serde_json::from_str(json).unwrap())
}

fn tree() -> Departments {
    let list = r#"[
      {"id":"700100","name":"Engineering","children":[
         {"id":"700101","name":"Platform","children":[]},{"id":"700102","value":"Operations","children":null}]},
      {"id":700200,"name":"Operations"},
      {"id":"Marketing","name":"Marketing"},
      {"id":"700300","name":"Skunkworks","archived":true,"children":[{"id":"700301","name":"Lab"}]},
      {"id":"700400","name":"lab","archived":true},
      {"id":"700500","name":"700100"},
      {"id":"700101","name":"Again","children":[{"id":"700600","name":"Below again"}]},
      {"id":"700700","name":"  "}]"#;
    read(list).unwrap()
}

fn placed(value: &str, label: Option<&str>) -> String {
    let tree = tree();
    match tree.place(value, label) {
        Ok(index) => tree.get(index).id.clone(),
        Err(paths) if paths.is_empty() => "unknown".to_owned(),
        Err(paths) => paths.join(" | "),
    }
}

#[test]
fn ids_come_before_names() {
    assert_eq!(placed("700101", Some("Marketing")), "700101");
    assert_eq!(
        placed("700100", None),
        "700100",
        "not the department that is named 700100"
    );
    assert_eq!(placed("Marketing", None), "Marketing");
    assert_eq!(placed("999", Some("Platform")), "700101");
    assert_eq!(placed("999", None), "unknown");
}

#[test]
fn names_are_exact_then_folded_and_live_before_archived() {
    assert_eq!(placed("Platform", None), "700101");
    assert_eq!(placed(" pLATFORM ", None), "700101");
    assert_eq!(placed("Lab", None), "700301");
    assert_eq!(placed("LAB", None), "700301", "the archived one is dropped");
    assert_eq!(
        placed("lab", None),
        "700400",
        "exact spelling, though archived"
    );
    assert_eq!(
        placed("Operations", None),
        "Engineering / Operations | Operations"
    );
}

/// Code, count and examples of each warning.
fn warnings(tree: &Departments) -> Vec<(&str, u64, Vec<&str>)> {
    let mut found = Vec::new();
    for w in tree.warnings.iter() {
        let examples = w.examples.iter().map(String::as_str).collect();
        found.push((w.code.as_str(), w.count, examples));
    }
    found
}

/// `id under parent` of each department.
fn shape(tree: &Departments) -> Vec<String> {
    let parent = |d: &Department| d.parent.map_or("-", |p| tree.get(p).id.as_str());
    let line = |d: &Department| format!("{} {} under {}", d.id, d.name, parent(d));
    tree.all.iter().map(line).collect()
}

#[test]
fn an_odd_item_costs_itself_alone() {
    let tree = read(
        r#"{"name":"department","items":[null, 7, [], {"name":"No id","children":[{"id":"1","name":"A"}]},
            {"id":"2","name":"\ud800","value":"B","archived":"yes","children":{"id":"x"}},
            {"id":"3","name":{"a":1},"children":[{"id":"4","children":[null,{"id":"5","name":" "}]}]},
            {"id":"3","name":"Again","children":[{"id":"6"}]}, {"id":"7","id":"8"}]}"#,
    )
    .unwrap();
    assert_eq!(
        shape(&tree),
        [
            "1 A under -",
            "2 B under -",
            "3 3 under -",
            "4 4 under 3",
            "5 5 under 4",
            "6 6 under -",
            "8 8 under -"
        ]
    );
    assert!(!tree.get(1).archived);
    assert_eq!(
        warnings(&tree),
        [
            ("department-without-id", 5, vec![]),
            ("departments-unreadable", 1, vec![]),
            ("duplicate-department", 1, vec!["3"])
        ]
    );
}

#[test]
fn a_cycle_ends_at_the_id_that_comes_again() {
    let tree = read(
        r#"[{"id":"1","children":[{"id":"2","children":[{"id":"1","children":[{"id":"3","children":[{"id":"2"}]}]}]}]}]"#,
    )
    .unwrap();
    assert_eq!(shape(&tree), ["1 1 under -", "2 2 under 1", "3 3 under 2"]);
    assert_eq!(
        warnings(&tree),
        [("duplicate-department", 2, vec!["1", "2"])]
    );
}

#[test]
fn depth_is_read_to_a_limit_and_counted_beyond() {
    let nested = |depth: usize| {
        let open: String = (1..=depth)
            .map(|d| format!(r#"[{{"id":{d},"children":"#))
            .collect();
        read(&(open + "[]" + &"}]".repeat(depth))).unwrap()
    };
    let deep = nested(MAX_DEPTH);
    assert_eq!((deep.all.len(), warnings(&deep)), (MAX_DEPTH, vec![]));
    assert_eq!(deep.chain(127).count(), MAX_DEPTH);
    let deeper = nested(MAX_DEPTH + 50);
    assert_eq!(deeper.all.len(), MAX_DEPTH);
    assert_eq!(warnings(&deeper), [("departments-too-deep", 1, vec![])]);
}

#[test]
fn every_envelope_of_a_list() {
    for (json, found) in [
        (
            r#"{"name":"department","items":[{"id":1,"value":"A","children":null}]}"#,
            1,
        ),
        (
            r#"{"name":"department","values":[{"id":"1","name":"A"}]}"#,
            1,
        ),
        (r#"{"items":[],"values":[{"id":"1"}]}"#, 1),
        (r#"{"items":null,"values":[]}"#, 0),
        (r#"[{"id":"1"}]"#, 1),
    ] {
        assert_eq!(read(json).unwrap().all.len(), found, "{json}");
    }
    for json in ["{}", "null", "7", r#"{"items":{}}"#, r#"{"error":"no"}"#] {
        assert!(read(json).is_none(), "{json}");
    }
}

#[test]
fn odd_names_and_duplicates() {
    let tree = tree();
    let path = |id: &str| tree.path(tree.by_id[id]);
    assert_eq!(
        (path("700600").as_str(), path("700700").as_str()),
        ("Below again", "700700")
    );
    assert_eq!(
        warnings(&tree),
        [("duplicate-department", 1, vec!["700101"])]
    );
}

#[test]
fn unicode_forms_are_equal() {
    let tree = read(r#"[{"id":"1","name":"Ro\u0308ntgen"}]"#).unwrap();
    assert_eq!(tree.place("RÖNTGEN", None), Ok(0));
}
