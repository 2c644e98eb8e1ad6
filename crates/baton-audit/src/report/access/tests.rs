use super::harmless;

#[test]
fn nothing_in_the_data_ends_its_element() {
    let text = "</script><!--<script>&amp;\u{2028}";
    let json = serde_json::to_string(&[text]).unwrap();
    let shown = harmless(&json);
    assert_eq!(
        shown,
        "[\"\\u003c/script\\u003e\\u003c!--\\u003cscript\\u003e\\u0026amp;\\u2028\"]"
    );
    let back: Vec<String> = serde_json::from_str(&shown).unwrap();
    assert_eq!(back, [text]);
}
