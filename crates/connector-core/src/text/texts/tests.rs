use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn texts_come_back_as_they_were(all in prop::collection::vec(any_text(), 0..40)) {
        let mut texts = Texts::default();
        all.iter().for_each(|text| texts.push(text));
        prop_assert_eq!(texts.iter().collect::<Vec<_>>(), all);
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u64>().prop_map(|number| number.to_string()),
        "[0-9]{0,22}",
        "[+-]?0{0,2}[0-9]{1,3}",
        "\\PC{0,30}",
        "[a-z\u{e9}]{200,300}",
    ]
}

#[test]
fn a_number_takes_no_more_than_nine_bytes() {
    let mut texts = Texts::default();
    texts.push("3332883884017713238");
    texts.push("18446744073709551615");
    assert_eq!(texts.bytes.len(), 18);
}
