use super::*;

#[test]
fn logins_are_made_of_the_first_and_the_last_word() {
    assert_eq!(
        logins_of("José Luis D’Angelo"),
        [
            "dangeloj",
            "dangelojose",
            "jdangelo",
            "josed",
            "josedangelo"
        ]
    );
    assert!(logins_of("Jörg Müller").contains(&"joergmueller".to_owned()));
    assert!(logins_of("Jörg Müller").contains(&"jmuller".to_owned()));
    assert_eq!(logins_of("Madonna"), [""; 0]);
    assert_eq!(logins_of(&format!("A {}", "b".repeat(41))), [""; 0]);
}

#[test]
fn names_are_the_same_in_any_order_and_writing() {
    assert_eq!(name_key("Ångström, Łucja"), name_key("lucja  ANGSTROM"));
    assert_eq!(name_key("Łucja"), None);
    assert_ne!(name_key("山田 太郎"), name_key("山田 花子"));
    assert_eq!(login_key("Ada.Love-lace_1"), "adalovelace1");
}
