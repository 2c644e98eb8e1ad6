use super::*;

#[test]
fn a_trait_without_a_word_is_shown_by_its_number() {
    assert_eq!(trait_word(0), "unspecified");
    assert_eq!(trait_word(1), "user");
    assert_eq!(trait_word(99), "trait 99");
}
