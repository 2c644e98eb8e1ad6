use super::*;

#[test]
fn variables_are_named_after_flags() {
    let field: Field<String> = Field::new("c1z-temp-dir");
    assert_eq!(field.spec().variable(), "BATON_C1Z_TEMP_DIR");
}
