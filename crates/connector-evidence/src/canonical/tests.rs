use serde_json::json;

use super::bytes;

#[test]
fn members_are_in_the_order_of_their_names_and_nothing_is_between_them() {
    let value = json!({
        "b": [1, true, null, "é\u{1}\n\"\\/"],
        "a": {"z": 0, "\u{e9}": 1, "A": 2},
        "c": [], "d": {},
    });
    let text = String::from_utf8(bytes(&value)).unwrap();
    assert_eq!(
        text,
        "{\"a\":{\"A\":2,\"z\":0,\"é\":1},\"b\":[1,true,null,\"é\\u0001\\n\\\"\\\\/\"],\"c\":[],\"d\":{}}"
    );
}
