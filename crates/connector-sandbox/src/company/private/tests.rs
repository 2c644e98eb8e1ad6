use super::*;

#[test]
fn iban_has_the_check_digits_of_a_published_example() {
    assert_eq!(iban("370400440532013000"), "DE89370400440532013000");
}
