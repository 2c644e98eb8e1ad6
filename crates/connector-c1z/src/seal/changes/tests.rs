use super::*;
use crate::encode::field;

#[test]
fn one_field_is_cut_out() {
    let mut message = Vec::new();
    field::text(&mut message, 1, "a");
    field::text(&mut message, 2, "gone");
    field::number(&mut message, 11, 300);
    let mut expected = Vec::new();
    field::text(&mut expected, 1, "a");
    field::number(&mut expected, 11, 300);
    assert_eq!(without_field(&message, 2), expected);
    assert_eq!(without_field(&expected, 2), expected);
}
