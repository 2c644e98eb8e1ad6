use super::*;

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
