use secrecy::ExposeSecret;

use super::*;

const URL: Field<String> = Field::new("lake-url");
const TOKEN: Field<SecretString> = Field::new("lake-token");
const REGION: Field<Option<String>> = Field::new("lake-region");
const DEPTH: Field<i64> = Field::new("lake-depth").default(10);
const FROZEN: Field<bool> = Field::new("lake-frozen");
const BOATS: Field<Vec<String>> = Field::new("lake-boats");

#[test]
fn what_was_given_comes_before_the_default() {
    let mut settings = Settings::default();
    assert_eq!(settings.get(&DEPTH).unwrap(), 10);
    assert!(!settings.get(&FROZEN).unwrap());
    assert!(settings.get(&BOATS).unwrap().is_empty());
    assert_eq!(settings.get(&REGION).unwrap(), None);
    settings.set("lake-depth", Value::Int(3));
    settings.set("lake-region", Value::Text("north".to_owned()));
    settings.set("lake-token", Value::Secret("hunter2".into()));
    assert_eq!(settings.get(&DEPTH).unwrap(), 3);
    assert_eq!(settings.get(&REGION).unwrap().as_deref(), Some("north"));
    assert_eq!(settings.get(&TOKEN).unwrap().expose_secret(), "hunter2");
    assert_eq!(format!("{settings:?}"), "Settings { .. }");
}

#[test]
fn an_empty_text_hides_the_default_and_leaves_an_optional_setting_out() {
    const PATH: Field<String> = Field::new("lake-path").default("/boats");
    let mut settings = Settings::default();
    assert_eq!(settings.get(&PATH).unwrap(), "/boats");
    settings.set("lake-path", Value::Text(String::new()));
    settings.set("lake-region", Value::Text(String::new()));
    assert_eq!(settings.get(&PATH).unwrap(), "");
    assert_eq!(settings.get(&REGION).unwrap(), None);
    assert!(!settings.is_set("lake-region"));
}

#[test]
fn errors_name_flag_and_variable() {
    let mut settings = Settings::default();
    let missing = settings.get(&URL).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Usage);
    assert_eq!(
        missing.to_string(),
        "--lake-url (BATON_LAKE_URL): it is not set"
    );
    settings.set("lake-url", Value::Int(1));
    let wrong = settings.get(&URL).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Bug);
    assert!(
        wrong
            .to_string()
            .starts_with("--lake-url (BATON_LAKE_URL): ")
    );
}

#[test]
fn only_what_has_neither_default_nor_empty_value_is_required() {
    let required = [URL.spec(), TOKEN.spec()];
    let optional = [REGION.spec(), DEPTH.spec(), FROZEN.spec(), BOATS.spec()];
    assert!(required.iter().all(FieldSpec::is_required));
    assert!(!optional.iter().any(FieldSpec::is_required));
}
