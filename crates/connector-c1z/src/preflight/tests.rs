use super::*;

#[test]
fn the_first_difference_of_two_fingerprints_is_the_reason() {
    let found = "baton-lake/1.2.3 settings credential";
    for (wanted, reason) in [
        (
            "baton-lake/1.2.4 settings credential",
            "it was written by another version of this program",
        ),
        (
            "baton-lake/1.2.4 others another",
            "it was written by another version of this program",
        ),
        (
            "baton-lake/1.2.3 others credential",
            "it belongs to a sync with other settings",
        ),
        (
            "baton-lake/1.2.3 settings another",
            "it was read with another credential",
        ),
    ] {
        assert_eq!(difference(found, wanted), reason, "{wanted}");
    }
}
