use connector_core::entropy::SeededEntropy;
use proptest::prelude::*;

use super::Tokens;
use crate::key::RedactionKey;
use crate::rules::Keep;
use connector_core::privacy;

fn tokens(seed: u64) -> Tokens {
    Tokens::new(&RedactionKey::fleeting(&SeededEntropy::new(seed)))
}

#[test]
fn an_address_stays_one_however_it_is_written() {
    let tokens = tokens(1);
    let token = tokens.email("Anna.Berg@Acme.test").unwrap();
    assert_eq!(tokens.email(" anna.berg@acme.TEST ").unwrap(), token);
    assert_eq!(tokens.text("anna.berg@acme.test"), token);
    assert_eq!(tokens.id("anna.berg@acme.test"), token);
    let other = tokens.email("ben@acme.test").unwrap();
    let domain = |address: &str| address.split_once('@').unwrap().1.to_owned();
    assert_eq!(domain(&token), domain(&other));
    assert_ne!(token, other);
    assert_eq!(tokens.email("anna"), None);
    assert_eq!(tokens.kept(Keep::Email, ""), "");
}

#[test]
fn keys_give_tokens_of_their_own() {
    let (one, other) = (tokens(1), tokens(2));
    assert_ne!(one.email("a@b.test"), other.email("a@b.test"));
    assert_ne!(one.text("Anna"), other.text("Anna"));
    assert_ne!(one.key_id(), other.key_id());
}

#[test]
fn names_are_replaced_word_by_word() {
    let tokens = tokens(1);
    let (anna, berg) = (tokens.text("Anna"), tokens.text("Berg"));
    assert_eq!(tokens.text("  anna\tBERG "), format!("{anna} {berg}"));
    assert!(anna.starts_with(|c: char| c.is_ascii_uppercase()));
    assert!(anna.chars().all(|c| c.is_ascii_alphabetic()));
    assert_eq!(
        tokens.text("Research & Development").matches('&').count(),
        1
    );
}

#[test]
fn what_has_digits_keeps_its_shape() {
    let token = tokens(1).text("+49-170-5551234");
    assert_eq!(token.len(), "+49-170-5551234".len());
    assert!(token.starts_with('+') && token.matches('-').count() == 2);
    assert_ne!(token, "+49-170-5551234");
}

#[test]
fn ids_stay_when_they_say_nothing() {
    let tokens = tokens(1);
    for id in [
        "3332883884017713938",
        "3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21",
        "pRs0n4711000000000",
        "CC-100",
    ] {
        assert_eq!(tokens.id(id), id);
    }
    for id in [
        "anna.berg",
        "AnnaBerg1985",
        "anna-berg-1985",
        "anna",
        "1 2",
        "ä1234567890123",
    ] {
        assert!(tokens.id(id).starts_with('x'), "{id}");
    }
    assert_eq!(tokens.kept(Keep::IdOr("remote|home"), "remote"), "remote");
    assert_eq!(tokens.kept(Keep::IdOrText, "42"), "42");
    assert_eq!(tokens.kept(Keep::IdOrText, "Sales"), tokens.text("sales"));
}

#[test]
fn words_of_the_vendor_stay() {
    let tokens = tokens(1);
    for word in ["on_leave", "garden leave", "Leave of absence", "Full-time"] {
        assert_eq!(tokens.kept(Keep::Word, word), word);
        assert_ne!(tokens.kept(Keep::Text, word), word);
    }
    assert_ne!(
        tokens.kept(Keep::Word, "fired for theft"),
        "fired for theft"
    );
    assert_eq!(tokens.kept(Keep::Label, "Größe (cm)"), "Größe (cm)");
    assert_ne!(tokens.kept(Keep::Label, "0170 5551234"), "0170 5551234");
    let phrase = Keep::Phrase("not supported|gone");
    assert_eq!(
        tokens.kept(phrase, "Anna is not supported here"),
        "not supported"
    );
    assert_eq!(tokens.kept(phrase, "Anna"), "");
    assert_eq!(tokens.kept(Keep::Secret, "s3cr3t"), "replaced");
}

#[test]
fn cursors_are_the_same_in_links_and_alone() {
    let tokens = tokens(1);
    let cursor = tokens.kept(Keep::Cursor, "a+b=");
    let link = tokens.kept(
        Keep::Link("cursor"),
        "https://x.test/p?limit=5&cursor=a+b%3D#f",
    );
    assert_eq!(link, format!("https://vendor.example/?cursor={cursor}"));
    let link = tokens.kept(Keep::Link("page[cursor]"), "/p?page%5Bcursor%5D=a+b%3D");
    assert_eq!(
        link,
        format!("https://vendor.example/?page%5Bcursor%5D={cursor}")
    );
    assert_eq!(tokens.kept(Keep::Link("cursor"), "a+b="), cursor);
    assert_eq!(
        tokens.kept(Keep::Link("cursor"), "/p?x=1"),
        "https://vendor.example/"
    );
}

#[test]
fn dates_move_together_and_stay_dates() {
    let tokens = tokens(1);
    let moved = tokens.date("2026-11-01").unwrap();
    assert!(moved.as_str() < "2026-11-01");
    assert_eq!(
        tokens.date("2026-11-01T08:30:00Z").unwrap(),
        format!("{moved}T08:30:00Z")
    );
    let now: jiff::Timestamp = "2026-11-01T08:30:00Z".parse().unwrap();
    assert!(tokens.moment(now).to_string().starts_with(&moved));
    assert_eq!(tokens.date("9999-12-31").unwrap(), "9999-12-31");
    assert_eq!(tokens.date("0001-01-01").unwrap(), "0001-01-01");
    for text in ["", "Anna", "2026-13-01", "2026-11-01 Anna", "01.11.2026"] {
        assert_eq!(tokens.date(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn the_order_of_dates_stays(a in 0_i64..40_000, b in 0_i64..40_000) {
        let day = |days: i64| {
            let at = jiff::Timestamp::from_second(days * 86_400).unwrap();
            at.to_string()[..10].to_owned()
        };
        let tokens = tokens(3);
        let moved = |days| tokens.date(&day(days)).unwrap();
        prop_assert_eq!(moved(a).cmp(&moved(b)), day(a).cmp(&day(b)));
    }

    #[test]
    fn values_of_custom_attributes_are_kept_or_left_out_as_before(
        text in "[a-zA-Zß .,:/+€@-]{0,12}[0-9]{0,5}[a-z .]{0,4}|.{0,300}|[0-9]{1,2}(May|\\.12\\.| rue x|€)|DE89370400440532013000",
    ) {
        let tokens = tokens(5);
        let token = tokens.kept(Keep::Custom, &text);
        prop_assert_eq!(privacy::judge(&token), privacy::judge(&text), "{}", token);
        prop_assert_eq!(&token, &tokens.kept(Keep::Custom, &text));
    }

    #[test]
    fn numbers_of_custom_attributes_are_kept_or_left_out_as_before(number in -99_999_f64..99_999.0, places in 0..4_usize) {
        let text = format!("{number:.places$}");
        let token = tokens(5).custom_number(&text);
        let shown = |text: &str| serde_json::from_str::<serde_json::Number>(text).unwrap().to_string();
        prop_assert_eq!(privacy::judge(&shown(&token)), privacy::judge(&shown(&text)), "{} {}", token, text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        let tokens = tokens(4);
        for keep in [Keep::Id, Keep::IdOrText, Keep::Word, Keep::Label, Keep::Date, Keep::Email, Keep::Text, Keep::Cursor,
            Keep::Link("cursor"), Keep::Plain, Keep::Custom] {
            tokens.kept(keep, &text);
        }
    }
}
