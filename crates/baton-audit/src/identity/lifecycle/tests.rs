use super::*;

#[test]
fn word_and_state_together() {
    let cases = [
        (Some("employed"), Status::Enabled, "active"),
        (Some("Garden Leave"), Status::Enabled, "leave"),
        (Some("newHire"), Status::Enabled, "prehire"),
        (Some("ONBOARDING"), Status::Enabled, "onboarding"),
        (Some("parental leave"), Status::Disabled, "leave"),
        (Some("active"), Status::Disabled, "terminated"),
        (Some("terminated"), Status::Unspecified, "terminated"),
        (Some("Sabbatical 2027"), Status::Enabled, "unknown"),
        (Some("Ausgeschieden"), Status::Disabled, "terminated"),
        (None, Status::Enabled, "active"),
        (Some("Sabbatical 2027"), Status::Unspecified, "unknown"),
        (None, Status::Disabled, "terminated"),
        (None, Status::Unspecified, "unknown"),
    ];
    for (word, status, expected) in cases {
        let found = Lifecycle::from_words(word, status).as_str();
        assert_eq!(found, expected, "{word:?} {status:?}");
    }
}
