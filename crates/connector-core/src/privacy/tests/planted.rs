//! Whatever is planted as personal data, under whatever name, does not get through.

use proptest::prelude::*;

use super::*;

/// Digits with the signs people put between them.
fn spaced(digits: &str, sign: &str, every: usize) -> String {
    let chars: Vec<char> = digits.chars().collect();
    let groups = chars
        .chunks(every.max(1))
        .map(|g| g.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(sign)
}

fn sign() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", " ", "-", ".", "/", "\u{a0}"])
}

fn iban() -> impl Strategy<Value = String> {
    let country = prop::sample::select(vec!["DE", "AT", "CH", "ES", "IT", "nl", "GB", "FR", "MT"]);
    (country, 0..97u32, "[0-9]{11,27}", sign(), 2..6usize).prop_map(
        |(country, check, account, sign, every)| {
            spaced(&format!("{country}{check:02}{account}"), sign, every)
        },
    )
}

fn phone() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec!["+49", "0049", "0", "+1", "(030)", "tel:+999"]);
    (prefix, "[0-9]{5,11}", sign(), 2..5usize).prop_map(|(prefix, number, sign, every)| {
        format!("{prefix}{sign}{}", spaced(&number, sign, every))
    })
}

fn birthday() -> impl Strategy<Value = String> {
    let months = prop::sample::select(vec![
        "January", "Februar", "mars", "abril", "maggio", "juni", "Aug",
    ]);
    (1930..2010u32, 1..=12u32, 1..=28u32, months, 0..7).prop_map(
        |(y, m, d, month, form)| match form {
            0 => format!("{y}-{m:02}-{d:02}"),
            1 => format!("{d:02}.{m:02}.{y}"),
            2 => format!("{m}/{d}/{}", y % 100),
            3 => format!("{d}. {month} {y}"),
            4 => format!("{month} {d}"),
            5 => format!("{y}-{m:02}-{d:02}T00:00:00Z"),
            _ => format!("{d}.{m}."),
        },
    )
}

fn national_id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{11}",
        "[0-9]{2} [0-9]{6} [A-Z] [0-9]{3}",
        "[0-9]{3}-[0-9]{2}-[0-9]{4}",
        "[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
        "[0-9]{8}[A-Z]",
        "[XYZ][0-9]{7}[A-Z]",
        "[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]",
        "NID-[0-9]{6}-[0-9]{1,4}",
        "756\\.[0-9]{4}\\.[0-9]{4}\\.[0-9]{2}",
    ]
}

fn salary() -> impl Strategy<Value = String> {
    (1_000..400_000u32, 0..100u32, 0..8).prop_map(|(amount, cents, form)| match form {
        0 => amount.to_string(),
        1 => format!("{amount}.{cents:02}"),
        2 => format!("€ {}.{:03}", amount / 1_000, amount % 1_000),
        3 => format!("{}k", amount / 1_000),
        4 => format!("{},{:03}.{cents:02} USD", amount / 1_000, amount % 1_000),
        5 => format!("{} TEUR", amount / 1_000),
        6 => format!("{amount} brutto"),
        _ => format!("{}'{:03} CHF", amount / 1_000, amount % 1_000),
    })
}

fn planted() -> impl Strategy<Value = String> {
    prop_oneof![iban(), phone(), birthday(), national_id(), salary()]
}

/// A harmless name, no name, or any name at all.
fn named() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["badge_color", "reference", "Level", "Cost object"])
            .prop_map(Value::from),
        "[a-zA-Z_ ]{0,12}".prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::Null),
    ]
}

proptest! {
    /// Whatever it is called, however it is written and whether or not it is listed, it is not kept.
    #[test]
    fn nothing_planted_gets_through(
        planted in planted(),
        global_id in named(),
        label in named(),
        around in prop_oneof![Just(""), Just("see "), Just("[")],
        form in 0..4,
        upper in any::<bool>(),
    ) {
        let said = format!("{around}{planted}");
        let value = match form {
            0 => json!(said),
            1 => json!(["fine", said]),
            2 => match said.parse::<f64>() {
                Ok(number) => json!(number),
                Err(_) => json!(said),
            },
            _ => json!(spaced(&said, "\u{200b}", 3)),
        };
        let kind = if upper { "STRING" } else { "string" };
        let json = json!({"id": "dynamic_1", "global_id": global_id, "label": label, "type": kind, "value": value});
        let listed = AttributeFilter::new(&["dynamic_1".to_owned()], SETTING);
        let result = listed.filter(vec![attribute(json)]);
        prop_assert!(result.facts.is_empty(), "{planted:?} got through: {:?}", result.facts);
        for warning in &result.warnings {
            prop_assert!(!warning.to_string().contains(&planted));
        }
    }

    /// The filter takes anything, and what it keeps is short and has a tame name.
    #[test]
    fn whatever_comes_is_judged(id in ".{0,20}", global_id in ".{0,30}", label in ".{0,30}", value in ".{0,400}") {
        let json = json!({"id": id, "global_id": global_id, "label": label, "value": value});
        for (key, value) in unlisted().filter(vec![attribute(json)]).facts {
            prop_assert!(key.starts_with("custom_") && key.len() <= 71);
            prop_assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
            prop_assert!(matches!(value, ProfileValue::Text(text) if text.len() <= 256));
        }
    }
}
