use super::*;

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
    Departments::new(serde_json::from_str(list).unwrap())
}

fn placed(value: &str, label: Option<&str>) -> String {
    let tree = tree();
    match tree.place(value, label) {
        Placement::In(index) => tree.id(index).to_owned(),
        Placement::Ambiguous(paths) => paths.join(" | "),
        Placement::Unknown => "unknown".to_owned(),
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

#[test]
fn odd_lists() {
    let tree = tree();
    assert_eq!(tree.duplicates, ["700101"]);
    let below = tree.by_id["700600"];
    assert_eq!(tree.path(below), "Below again");
    assert_eq!(tree.name(tree.by_id["700700"]), "700700");
}

#[test]
fn unicode_forms_are_equal() {
    let tree =
        Departments::new(serde_json::from_str(r#"[{"id":"1","name":"Ro\u0308ntgen"}]"#).unwrap());
    assert_eq!(tree.place("RÖNTGEN", None), Placement::In(0));
}
