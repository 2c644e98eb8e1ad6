use super::*;

/// What a probe of these people finds.
fn probed(people: &[&str]) -> Probe {
    let mut probe = Probe::default();
    for person in people {
        probe.look_at(&serde_json::from_str(person).unwrap());
    }
    probe
}

#[test]
fn one_of_two_fields_is_enough_for_what_they_say() {
    let lost = |json: &str| -> Vec<_> {
        let probe = probed(&[json]);
        let facts = probe.losses().map(|(_, loss)| match *loss {
            Loss::Everything(word)
            | Loss::Fact(word)
            | Loss::Unread(word, _)
            | Loss::Warning(word, _) => word,
        });
        facts.collect()
    };
    let all = lost("{}");
    assert_eq!(all.len(), LOSSES.len());
    let without = |gone: &[&str]| -> Vec<_> {
        all.iter()
            .copied()
            .filter(|word| !gone.contains(word))
            .collect()
    };
    assert_eq!(lost(r#"{"work":{"manager":null}}"#), without(&["manager"]));
    assert_eq!(
        lost(r#"{"employment":{"type":null}}"#),
        without(&["Employment", "employment type"])
    );
    let category = r#"{"payroll":{"employment":{"activeEffectiveDate":null}}}"#;
    assert_eq!(lost(category), without(&["Employment"]));
}

#[test]
fn an_audience_is_judged_when_its_status_can_be_read() {
    let warned = |people: &[&str]| {
        let mut probe = probed(people);
        probe.present = u32::MAX;
        let warnings = probe.verdict(&FieldList::Bare(Vec::new())).unwrap();
        warnings.into_iter().map(|w| w.code).collect::<Vec<_>>()
    };
    let active = r#"{"internal":{"status":"Active","lifecycleStatus":"employed"}}"#;
    let hired = r#"{"internal":{"status":"Inactive","lifecycleStatus":"hired"}}"#;
    let left = r#"{"internal":{"lifecycleStatus":"terminated"}}"#;
    let gone = r#"{"internal":{"status":"inactive"}}"#;
    for people in [&[active][..], &[active, hired]] {
        assert_eq!(warned(people), ["no-former-employee"], "{people:?}");
    }
    for people in [&["{}"][..], &[active, left], &[gone]] {
        assert_eq!(warned(people), [""; 0], "{people:?}");
    }
}
