use super::*;

fn limits(text: &str) -> Result<ShrinkLimits> {
    let people = MaxShrink::read(&Value::Text(text.to_owned()))?;
    let grants = MaxShrink::Off;
    Ok(ShrinkLimits { people, grants })
}

#[test]
fn more_than_the_share_and_at_least_twenty() {
    let cases = [
        ("20%", 19, 95, false),
        ("20%", 20, 95, true),
        ("20%", 20, 99, true),
        ("20%", 20, 100, false),
        ("20%", 21, 100, true),
        ("20%", 20, 101, false),
        ("20%", 21, 101, true),
        ("20%", 19, 19, false),
        ("20%", 20, 20, true),
        ("0", 19, 1_000, false),
        ("0", 20, 1_000, true),
        ("100%", 500, 500, false),
        ("12.5 %", 125, 1_000, false),
        ("12.5 %", 126, 1_000, true),
        ("off", 1_000, 1_000, false),
    ];
    for (limit, gone, before, over) in cases {
        let loss = Loss::over(limits(limit).unwrap(), Compared::People, gone, before);
        assert_eq!(loss.is_some(), over, "{gone} of {before} at {limit}");
        let other = Loss::over(limits(limit).unwrap(), Compared::Grants, gone, before);
        assert_eq!(other, None, "grants are off");
    }
}

#[test]
fn a_limit_is_a_share_or_off() {
    for wrong in ["", "no", "-1%", "101%", "20%%x", "1.234"] {
        let error = limits(wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting);
        assert_eq!(
            error.message(),
            "the value must be 'off' or a number from 0 to 100 with at most two digits behind the point",
            "{wrong}"
        );
    }
    assert_eq!(limits(" off ").unwrap().people, MaxShrink::Off);
    assert_eq!(limits("20%").unwrap().people, MaxShrink::default());
}

#[test]
fn a_loss_says_counts_and_first_ids_on_one_line() {
    let mut loss = Loss::over(ShrinkLimits::default(), Compared::People, 1_200, 4_000).unwrap();
    loss.after = 2_805;
    loss.first = vec!["user:1\n2".to_owned(), format!("user:{}", "x".repeat(100))];
    let long = "x".repeat(ID_BYTES - "user:".len());
    let shown = loss.to_string();
    assert!(
        shown.starts_with(
            "1,200 of 4,000 enabled people would be gone or disabled (more than 20%; the new sync has 2,805): user:1 2, user:xxx"
        ),
        "{shown}"
    );
    assert!(!shown.contains(&format!("{long}x")), "{shown}");
}
