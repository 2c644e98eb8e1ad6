use connector_c1z::wire::{Resource, ResourceId};

use super::super::{Shared, read};
use super::*;

fn person(id: &str, name: &str, email: &str, number: &str) -> Identity {
    let resource = Resource {
        id: Some(ResourceId {
            resource_type: "user".to_owned(),
            resource: id.to_owned(),
        }),
        display_name: name.to_owned(),
        ..Resource::default()
    };
    let mut person = read(
        connector_c1z::RowAt::Key(Box::default()),
        &resource,
        &mut Shared::default(),
    )
    .unwrap();
    person.emails = vec![email.to_owned()];
    person.employee_ids = vec![number.to_owned()];
    person
}

fn search(who: &str) -> std::result::Result<String, String> {
    let mut search = Search::new(who);
    for one in [
        person("1", "Maja Lind", "maja@example.com", "7"),
        person("2", "Lind Maja Berg", "Berg@Example.com", "8"),
        person("7", "Noor Haddad", "noor@example.com", "9"),
        person("8:9", "noor  HADDAD", "n2@example.com", "10"),
    ] {
        search.see(&one);
    }
    let found = search.found();
    found
        .map(|p| p.key.to_string())
        .map_err(|e| e.hint_text().unwrap_or_default().to_owned())
}

#[test]
fn the_best_fit_is_found_or_none() {
    for (who, key) in [
        ("user:7", "user:7"),
        ("2", "user:2"),
        ("user:8:9", "user:8:9"),
        ("8:9", "user:8:9"),
        (" berg@EXAMPLE.com ", "user:2"),
        ("10", "user:8:9"),
        ("maja lind", "user:1"),
        ("Berg", "user:2"),
    ] {
        assert_eq!(search(who).as_deref(), Ok(key), "{who}");
    }
    let none = "give an id, a work e-mail address, an employee number or a full name";
    for who in ["user:9", "Maj", "", "User:7"] {
        assert_eq!(search(who).unwrap_err(), none, "{who:?}");
    }
}

#[test]
fn two_equal_fits_are_an_error() {
    // An id of one is the employee number of another: neither is right.
    for (who, candidates) in [
        ("7", "user:1 (Maja Lind), user:7 (Noor Haddad)"),
        (
            "noor haddad",
            "user:7 (Noor Haddad), user:8:9 (noor  HADDAD)",
        ),
        ("Maja", "user:1 (Maja Lind), user:2 (Lind Maja Berg)"),
    ] {
        let expected = format!("give the id of one of: {candidates}");
        assert_eq!(search(who).unwrap_err(), expected);
    }
}
