use super::*;

fn render(format: Format) -> String {
    let mut fields = Object::new();
    fields.put("resource_type_id", "user");
    fields.put("count", 3u64);
    fields.put("error", "cut\u{1b}[31m\noff \u{202e}");
    let caller = Caller {
        file: "crates/connector-core/src/engine/driver.rs",
        line: 12,
    };
    let now = Timestamp::from_microsecond(1_795_191_277_261_149).unwrap();
    Entry::new(now, Level::INFO, caller, "Synced resources", &fields, &[]).line(format)
}

#[test]
fn json() {
    insta::assert_snapshot!(render(Format::Json), @r#"{"level":"info","ts":1795191277.261149,"caller":"engine/driver.rs:12","msg":"Synced resources","resource_type_id":"user","count":3,"error":"cut[31m off"}"#);
}

#[test]
fn console() {
    insta::assert_snapshot!(render(Format::Console), @r#"2026-11-20T16:14:37.261Z	INFO	engine/driver.rs:12	Synced resources	{"resource_type_id": "user", "count": 3, "error": "cut[31m off"}"#);
}

#[test]
fn a_secret_is_never_shown() {
    let secrets = ["hunter2-hunter2", "abc"].map(SecretString::from);
    let shown = |text| without(&secrets, text).into_owned();
    assert_eq!(
        shown("token hunter2-hunter2, again hunter2-hunter2"),
        "token [secret], again [secret]"
    );
    assert_eq!(
        shown("abc is no secret worth the name"),
        "abc is no secret worth the name"
    );
}

#[test]
fn a_file_directly_in_a_crate_is_shown_with_the_crate() {
    let of = |file| short(Caller { file, line: 7 });
    assert_eq!(
        of("crates/connector-c1z/src/store.rs"),
        "connector-c1z/store.rs:7"
    );
    assert_eq!(of(r"crates\connector-c1z\src\seal\mod.rs"), "seal/mod.rs:7");
    assert_eq!(of("main.rs"), "main.rs:7");
}
