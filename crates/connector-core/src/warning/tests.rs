use super::*;

#[test]
fn notes_are_no_warnings() {
    let mut all = Warnings::default();
    all.add(Warning::note("source", "rows come from there"));
    assert!(all.is_empty() && all.iter().count() == 1);
    all.add(Warning::new("gap", "a value is missing"));
    assert_eq!((all.len(), all.iter().count()), (1, 2));
}

#[test]
fn equal_codes_are_counted_with_a_few_examples() {
    let mut all = Warnings::default();
    for n in 0..9 {
        all.add(Warning::new("gap", "a value is missing").example(format!("user {n}")));
    }
    assert_eq!(all.len(), 1);
    let text = all.iter().next().map(ToString::to_string);
    assert_eq!(
        text.as_deref(),
        Some("a value is missing (9 times, for example user 0, user 1, user 2)")
    );
}
