mod planted;
mod values;

use serde_json::{Value, json};

use super::names::{Name, key};
use super::*;

const SETTING: &str = "BATON_EXAMPLE_CUSTOM_ATTRIBUTES";

fn unlisted() -> AttributeFilter {
    AttributeFilter::new(&[], SETTING)
}

fn attribute(json: Value) -> CustomAttribute {
    serde_json::from_value(json).unwrap()
}

fn kept(filter: &AttributeFilter, json: Value) -> Option<(String, ProfileValue)> {
    filter.filter(vec![attribute(json)]).facts.pop()
}

fn name(global_id: &str) -> Name {
    Name::of(Some("dynamic_1"), Some(global_id), None)
}

#[test]
fn names_are_denied_in_each_language() {
    for (topic, names) in [
        (
            "address",
            "Home address|Strasse|Straße und Hausnummer|PLZ|Wohnort|Code postal|Dirección|Indirizzo|Woonplaats|city",
        ),
        (
            "contact",
            "Mobile phone|Telefon privat|Handy|Rufnummer|teléfono móvil|cellulare|E-Mail (privat)|personalEmail|fax",
        ),
        (
            "birth",
            "date_of_birth|DateOfBirth|Geburtsdatum|Date de naissance|Fecha de nacimiento|Data di nascita|geboortedatum|DOB|Alter|age",
        ),
        (
            "gender",
            "Gender|Geschlecht|genre sexe|Género|genere|geslacht|pronouns|Anrede|Sexo",
        ),
        (
            "family",
            "Marital status|Familienstand|verheiratet|Anzahl Kinder|number of children|état civil|estado civil|kids",
        ),
        (
            "origin",
            "Nationality|Staatsangehörigkeit|Nationalität|nacionalidad|nazionalità|ethnicity|citizenship",
        ),
        (
            "identity",
            "SSN|Sozialversicherungsnummer|national_id|Passport no.|Reisepassnummer|Personalausweis|Führerschein|BSN|codice fiscale|DNI|work permit|Aufenthaltstitel",
        ),
        (
            "tax",
            "Tax ID|taxClass|Steuer-ID|Lohnsteuerklasse|numéro fiscal|impuesto|belastingnummer|VAT",
        ),
        (
            "bank",
            "IBAN|Kontonummer|Bankverbindung|account number|BIC|compte banque|cuenta banco|rekeningnummer",
        ),
        (
            "pay",
            "Salary|Gehalt|Jahreslohn|Grundgehalt|Vergütung|Bonus 2025|rémunération|salaire|sueldo|stipendio|pay grade|hourlyRate|Zulage|vwl|pension",
        ),
        ("belief", "Religion|Konfession|Kirchensteuer|church|Partei"),
        (
            "health",
            "Krankenkasse|Health insurance|Schwerbehinderung|disability|blood type|Blutgruppe|allergies|handicap|invalidité",
        ),
        (
            "emergency",
            "Emergency contact|Notfallkontakt|next of kin|contact d'urgence",
        ),
        ("union", "Trade union|union|Gewerkschaft|syndicat"),
        (
            "leaving",
            "Kündigungsgrund|termination_reason|Reason for leaving|Austrittsgrund|exit",
        ),
        ("biometrics", "Photo|profilePicture|Unterschrift"),
        ("secrets", "Password|door PIN|API key"),
        ("free text", "Notes|Kommentar|Bemerkungen|remarks"),
    ] {
        assert!(names::DENIED.iter().any(|t| t.name == topic), "{topic}");
        for denied in names.split('|') {
            for spelled in [
                denied.to_owned(),
                denied.to_uppercase(),
                denied.replace(' ', "_"),
            ] {
                assert_eq!(name(&spelled), Name::Denied, "{topic}: {spelled}");
            }
            assert_eq!(
                Name::of(None, Some("badge"), Some(denied)),
                Name::Denied,
                "as label: {denied}"
            );
            assert_eq!(
                Name::of(Some(denied), Some("badge"), None),
                Name::Denied,
                "as id: {denied}"
            );
        }
    }
    for topic in names::DENIED.iter() {
        assert!(!topic.name.is_empty());
    }
}

#[test]
fn the_deny_list_is_written_as_its_head_describes() {
    let lines = include_str!("denied_names.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let topic = line.starts_with('[') && line.ends_with(']');
        let entries = line.starts_with("part ") || line.starts_with("word ");
        assert!(topic || entries, "{line}");
    }
    assert_eq!(names::DENIED.len(), 18);
    for topic in names::DENIED.iter() {
        assert!(!topic.parts.is_empty(), "{}", topic.name);
        // A name is compared in lower case without accents, so an entry written otherwise would never match.
        for entry in topic.parts.iter().chain(&topic.words) {
            let folded = entry.bytes().all(|b| b.is_ascii_lowercase());
            assert!(folded && entry.len() > 1, "{}: {entry:?}", topic.name);
        }
    }
}

#[test]
fn attributes_show_nothing_of_their_value() {
    let json = json!({"id": "x", "label": "secret-label", "value": "secret-value"});
    assert!(!format!("{:?}", attribute(json)).contains("secret"));
}

#[test]
fn harmless_names_become_keys() {
    for (given, expected) in [
        ("badge_color", "badge_color"),
        ("Badge color", "badge_color"),
        ("BadgeColor", "badgecolor"),
        ("Bürostandort", "buerostandort"),
        ("Équipe n° 2", "equipe_n_2"),
        ("  T-shirt size!  ", "t_shirt_size"),
        ("Desk Floor", "desk_floor"),
        ("support level", "support_level"),
        ("capacity", "capacity"),
        ("stage", "stage"),
        ("Łódź crew", "lodz_crew"),
    ] {
        assert_eq!(name(given), Name::Readable(expected.to_owned()), "{given}");
    }
    assert_eq!(key(&"x y ".repeat(60)).len(), 63);
    assert!(
        key("\u{1b}]0;a\u{0}b")
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_')
    );
}

#[test]
fn names_that_say_nothing_are_unreadable() {
    for opaque in [
        "dynamic_305",
        "dynamic_4f2a9c.8812",
        "dynamic",
        "8813",
        "6a0d6f0e-8d0b-4d5e-9a57-0c3f3d1f9e11",
        "custom_field_7",
        "---",
        "部署",
        "Отдел",
        "τμήμα",
    ] {
        assert_eq!(name(opaque), Name::Unreadable, "{opaque}");
    }
    assert_eq!(
        Name::of(Some("badge"), None, None),
        Name::Unreadable,
        "an id is not a name"
    );
    assert_eq!(
        Name::of(None, Some("badge"), Some("生年月日")),
        Name::Unreadable
    );
    let labelled = Name::of(Some("dynamic_1"), Some("dynamic_1"), Some("Badge"));
    assert_eq!(labelled, Name::Readable("badge".to_owned()));
}

#[test]
fn opaque_attributes_need_to_be_listed_and_listing_lifts_no_other_rule() {
    let listed = AttributeFilter::new(
        &["dynamic_8814".to_owned(), " dynamic_8815 ".to_owned()],
        SETTING,
    );
    let opaque = json!({"id": "dynamic_8814", "type": "string", "value": "Nord"});
    assert_eq!(kept(&unlisted(), opaque.clone()), None);
    let expected = (
        "custom_dynamic_8814".to_owned(),
        ProfileValue::Text("Nord".into()),
    );
    assert_eq!(kept(&listed, opaque), Some(expected));
    for denied in [
        json!({"id": "dynamic_8814", "value": "1990-04-02"}),
        json!({"id": "dynamic_8814", "label": "Gender", "value": "x"}),
        json!({"id": "dynamic_8815", "global_id": "religion", "value": "x"}),
        json!({"id": "dynamic_8816", "value": "Nord"}),
    ] {
        assert_eq!(kept(&listed, denied.clone()), None, "{denied}");
    }
}

#[test]
fn a_cost_centre_is_kept_although_its_value_is_a_number() {
    let code = |name: &str, value: Value| {
        let attribute = json!({"id": "dynamic_1", "global_id": name, "value": value});
        kept(&unlisted(), attribute)
    };
    let expected = |value: &str| {
        let value = ProfileValue::Text(value.into());
        Some((COST_CENTER.to_owned(), value))
    };
    for name in [
        "Kostenstelle",
        "cost_center",
        "Cost Centre",
        "centre de coûts",
        "Centro de coste",
        "centro de costos",
        "Centro di costo",
        "Centro de Custo",
        "Kostenplaats",
    ] {
        assert_eq!(code(name, json!("4711")), expected("4711"), "{name}");
    }
    assert_eq!(code("Kostenstelle", json!(471_100)), expected("471100"));
    assert_eq!(
        code("Kostenstelle", json!("4711 Sales")),
        expected("4711 Sales")
    );
    // What is no code, and what a denied word beside it speaks of, is left out.
    for value in [
        json!(null),
        json!(""),
        json!(["4711"]),
        json!("a@example.com"),
        json!("x".repeat(65)),
    ] {
        assert_eq!(code("Kostenstelle", value), None);
    }
    assert_eq!(code("Kostenstelle", json!("DE89370400440532013000")), None);
    assert_eq!(code("Kostenstelle Telefon", json!("4711")), None);
    assert_eq!(code("Kosten", json!("4711")), None);
}

#[test]
fn what_is_left_out_is_counted_by_reason() {
    let mut all: Vec<Value> = (0..60)
        .map(|n| json!({"id": format!("dynamic_{n}"), "global_id": format!("flag {n}"), "value": true}))
        .collect();
    all.push(json!({"id": "dynamic_60", "global_id": "Flag_1", "value": "again"}));
    all.push(json!({"id": "dynamic_61", "global_id": "salary", "value": "x"}));
    all.push(json!({"id": "dynamic_62", "value": "x"}));
    all.push(json!({"id": "dynamic_63", "global_id": "badge", "value": "1990-04-02"}));
    all.push(json!({"id": "dynamic_64", "global_id": "badge", "value": {"a": 1}}));
    all.push(json!({"id": "dynamic_65", "global_id": "nothing", "value": null}));
    let result = unlisted().filter(all.into_iter().map(attribute).collect());
    assert_eq!(result.facts.len(), 50);
    let surplus: Vec<String> = (50..=60).map(|n| format!("dynamic_{n}")).collect();
    let surplus = surplus.join(",");
    let counted: Vec<_> = result
        .warnings
        .iter()
        .map(|w| (w.code.as_str(), w.count, w.examples.join(",")))
        .collect();
    assert_eq!(
        counted,
        [
            ("custom-attribute-name-denied", 1, "dynamic_61".to_owned()),
            ("custom-attribute-unnamed", 1, "dynamic_62".to_owned()),
            ("custom-attribute-value-denied", 1, "dynamic_63".to_owned()),
            (
                "custom-attribute-value-unusable",
                1,
                "dynamic_64".to_owned()
            ),
            ("custom-attribute-surplus", 11, surplus),
        ]
    );
}
