use super::{Keep, Rules};

#[test]
fn lines_are_kinds_and_places() {
    let rules =
        Rules::of_answers("# people\nid(remote) a.{b,c}.id\n\nphrase(not found|gone) message\n");
    let root = rules.root();
    let of = |keys: &[&str]| keys.iter().fold(root, |at, key| rules.below(at, key));
    assert_eq!(of(&["a", "b", "id"]).keep, Some(Keep::IdOr("remote")));
    assert_eq!(of(&["a", "c", "id"]).keep, Some(Keep::IdOr("remote")));
    assert_eq!(of(&["a", "d", "id"]).keep, None);
    assert!(of(&["a", "b"]).open && !of(&["a", "d"]).open);
    assert_eq!(of(&["message"]).keep, Some(Keep::Phrase("not found|gone")));
}

#[test]
fn a_place_anywhere_needs_its_way() {
    let rules = Rules::of_answers("text *.name\ninside *.user\nword *.role.name");
    let of = |keys: &[&str]| {
        keys.iter()
            .fold(rules.root(), |at, key| rules.below(at, key))
    };
    assert_eq!(of(&["user", "name"]).keep, Some(Keep::Text));
    assert_eq!(of(&["user", "role", "name"]).keep, Some(Keep::Word));
    assert!(of(&["user"]).open && of(&["user", "role"]).open);
    assert!(!of(&["other"]).open);
}

#[test]
fn requests_have_places_of_their_own() {
    let readable = "word !fields ?status\ncursor ?cursor";
    let rules = Rules::of_requests(readable);
    assert_eq!(rules.query("status"), Keep::Word);
    assert_eq!(rules.query("cursor"), Keep::Cursor);
    assert_eq!(rules.query("other"), Keep::Id);
    assert_eq!(rules.below(rules.root(), "fields").keep, Some(Keep::Word));
    let answers = Rules::of_answers(readable);
    assert_eq!(answers.below(answers.root(), "fields").keep, None);
}

#[test]
fn a_line_that_cannot_be_read_is_found() {
    assert_eq!(Rules::problem("id a\nname b"), Some("name b"));
    assert_eq!(Rules::problem("link a"), Some("link a"));
    assert_eq!(Rules::problem("word(x) a"), Some("word(x) a"));
    assert_eq!(Rules::problem("# id\nid a ?b !c"), None);
}
