use super::*;

#[test]
fn every_key_has_one_number() {
    let mut numbers = Interner::<2>::new();
    let texts: Vec<String> = (0..1000).map(|n| format!("id-{n}")).collect();
    for _ in 0..2 {
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(numbers.number([b"user", text.as_bytes()]), at as u32);
        }
    }
    assert_eq!(numbers.len(), 1000);
    assert_eq!(numbers.key(0), [&b"user"[..], b"id-0"]);
    assert_eq!(numbers.key(999), [&b"user"[..], b"id-999"]);
    assert_eq!(numbers.known([b"user", b"id-7"]), Some(7));
    assert_eq!(numbers.known([b"useri", b"d-7"]), None);
}
