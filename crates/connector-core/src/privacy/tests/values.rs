//! Values by their shape.

use serde_json::{Value, json};

use super::*;
use crate::privacy::values::personal;

#[test]
fn values_by_rule() {
    for said in [
        // Bank accounts.
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "iban: gb29nwbk60161331926819",
        "FR1420041010050500013M02606",
        // Telephone numbers.
        "+49 151 2345678",
        "0049-30-123456",
        "(030) 12 34 56",
        "+1 23",
        "tel. 110",
        // Dates.
        "1990-04-02",
        "02.04.1990",
        "4/2/90",
        "2. April 1990",
        "2. April",
        "May 2nd",
        "24.12.",
        "3/4",
        "le 3 août",
        "2 de mayo",
        // Identifiers.
        "65 170839 J 003",
        "123-45-6789",
        "QQ 12 34 56 C",
        "RSSMRA85T10A562S",
        "12345678Z",
        "X-1234",
        "４７１１",
        "²⁰²⁴",
        // Amounts of money.
        "65000",
        "65.000,00 EUR",
        "€ 850",
        "850 €",
        "65k",
        "65 k",
        "70 TEUR",
        "9,50",
        "12.75",
        "3 Tsd.",
        "900 brutto",
        "CHF 900",
        // Ways to contact a person.
        "private.1@home.test",
        "https://example.com/x",
        "www.example.com",
        "Hauptstraße 7",
        "12 Planted Lane",
        "7 rue Bleue",
        "Lindenweg 3, weg 3",
    ] {
        assert!(personal(said), "{said}");
    }
    for said in [
        "green",
        "L",
        "B2",
        "Floor 3",
        "0.8",
        "38.5",
        "100",
        "Level 12",
        "Team Nord",
        "May",
        "Marketing 2",
        "English, Deutsch",
        "Mayor of the 3rd floor",
        "Q3",
        "1.5",
        "A/B",
        "Rust & SQL",
        "Street food",
        "10 %",
        "v1.2.3",
    ] {
        assert!(!personal(said), "{said}");
    }
}

#[test]
fn values_of_every_kind() {
    let keep = |value: Value| {
        let filter = unlisted();
        kept(&filter, json!({"global_id": "badge", "value": value})).map(|(_, value)| value)
    };
    let text = |t: &str| Some(ProfileValue::Text(t.into()));
    assert_eq!(keep(json!(" green\u{0} ")), text("green"));
    assert_eq!(keep(json!(3)), text("3"));
    assert_eq!(keep(json!(-0.5)), text("-0.5"));
    assert_eq!(keep(json!(false)), Some(ProfileValue::Bool(false)));
    let list = ProfileValue::List(vec!["a".into(), "2".into(), "true".into()]);
    assert_eq!(keep(json!(["a", 2, true, null, " "])), Some(list));
    assert_eq!(keep(json!("x".repeat(256))), text(&"x".repeat(256)));
    for left_out in [
        json!(null),
        json!("  "),
        json!([]),
        json!([null]),
        json!("x".repeat(257)),
        json!({"a": 1}),
        json!([{"a": 1}]),
        json!([["a"]]),
        json!(vec!["a"; 21]),
        json!(65_000),
        json!(639_014_400),
        json!(1e9),
        json!(["a", "+49 151 2345678"]),
        json!(["19", "90"]),
    ] {
        assert_eq!(keep(left_out.clone()), None, "{left_out}");
    }
}
