//! Checks of the framer against whole documents.

use super::*;
use crate::decode::decode;
use crate::elements::Elements;
use proptest::prelude::*;
use serde_json::Value;

/// The elements of a document that arrives as `pieces`.
fn cut(at: ArrayAt, pieces: &[&[u8]]) -> Result<Vec<Vec<u8>>, FrameError> {
    let mut framer = Framer::new(at, 1 << 20);
    let mut elements = Vec::new();
    for piece in pieces {
        let mut pos = 0;
        while let Some(element) = framer.next(piece, &mut pos)? {
            elements.push(element.to_vec());
        }
        assert_eq!(
            pos,
            piece.len(),
            "a piece is used up before the next one is read"
        );
    }
    framer.finish()?;
    Ok(elements)
}

/// What the elements decode to when those that lie in one piece are decoded before their end is known.
fn read(at: ArrayAt, pieces: &[&[u8]]) -> Result<Vec<Option<Value>>, FrameError> {
    let mut elements = Elements::new(at, 1 << 20);
    let mut values = Vec::new();
    for piece in pieces {
        elements.fill(bytes::Bytes::copy_from_slice(piece));
        while let Some(element) = elements.next()? {
            values.push(element.ok());
        }
    }
    elements.finish()?;
    Ok(values)
}

/// What elements decode to that were cut out first.
fn read_cut(at: ArrayAt, pieces: &[&[u8]]) -> Result<Vec<Option<Value>>, FrameError> {
    let value = |element: &Vec<u8>| decode(element).ok();
    cut(at, pieces).map(|elements| elements.iter().map(value).collect())
}

fn texts(at: ArrayAt, document: &str) -> Result<Vec<String>, FrameError> {
    let whole = cut(at, &[document.as_bytes()]);
    let bytes: Vec<&[u8]> = document.as_bytes().chunks(1).collect();
    assert_eq!(whole, cut(at, &bytes), "byte by byte: {document}");
    let text = |e: Vec<u8>| String::from_utf8(e).unwrap().trim_end().to_owned();
    whole.map(|elements| elements.into_iter().map(text).collect())
}

const ROWS: ArrayAt = ArrayAt::Key("rows");

#[test]
fn elements_of_all_kinds() {
    let document = r#" {"a":{"rows":[9]},"b":"]}\"","rows": [ {"x":"},{\\"} , [1,[2]],"s\"]", 3 ,null ] ,"z":[{}]} "#;
    assert_eq!(
        texts(ROWS, document).unwrap(),
        [r#"{"x":"},{\\"}"#, "[1,[2]]", r#""s\"]""#, "3", "null"]
    );
    assert_eq!(texts(ArrayAt::Root, "[1,2]\n").unwrap(), ["1", "2"]);
    assert!(texts(ArrayAt::Root, " [ ] ").unwrap().is_empty());
    assert!(texts(ROWS, r#"{"rows":[]}"#).unwrap().is_empty());
    assert_eq!(
        texts(ROWS, r#"{"r\u006fws":[7]}"#).unwrap(),
        ["7"],
        "an escaped key"
    );
}

#[test]
fn documents_that_are_refused() {
    use FrameError::*;
    for (at, document, expected) in [
        (ROWS, "", BreaksOff),
        (ROWS, r#"{"rows":[1"#, BreaksOff),
        (ROWS, r#"{"rows":[1]"#, BreaksOff),
        (ROWS, r#"{"rows":[1],"z":"}"#, BreaksOff),
        (ROWS, r#"{"rows":[{"a":"]}"#, BreaksOff),
        (ArrayAt::Root, "[1,2", BreaksOff),
        (ROWS, r#"{"rows":[1]}x"#, Trailing),
        (ArrayAt::Root, "[][]", Trailing),
        (ArrayAt::Root, "{}", WrongRoot),
        (ROWS, "[]", WrongRoot),
        (ROWS, "{}", Missing),
        (ROWS, r#"{"row":[1],"x":{"rows":[]}}"#, Missing),
        (ROWS, r#"{"rows":[],"rows":[]}"#, Twice),
        (ROWS, r#"{"rows":null}"#, NotArray),
        (ROWS, r#"{"rows":{}}"#, NotArray),
        (ROWS, "<html>", Malformed),
        (ROWS, "null", Malformed),
        (ROWS, r#"{"a":[}]}"#, Malformed),
        (ROWS, r#"{"a":],"rows":[]}"#, Malformed),
        (ROWS, r#"{"a":,"rows":[]}"#, Malformed),
        (ROWS, r#"{"rows":[1,]}"#, Malformed),
        (ROWS, r#"{"rows":[,1]}"#, Malformed),
        (ROWS, r#"{"rows":[1}}"#, Malformed),
        (ROWS, r#"{"rows":[1],}"#, Malformed),
        (ROWS, r#"{"rows" [1]}"#, Malformed),
        (ROWS, r#"{rows:[1]}"#, Malformed),
    ] {
        assert_eq!(texts(at, document), Err(expected), "{document}");
    }
    let deep = format!(r#"{{"a":{}"#, "[".repeat(200));
    assert_eq!(texts(ROWS, &deep), Err(Malformed));
}

#[test]
fn a_large_element_is_refused_before_it_is_kept() {
    for pieces in [vec!["[\"0123456789\"]"], vec!["[\"0123", "4567", "89"]] {
        let mut framer = Framer::new(ArrayAt::Root, 8);
        let error = pieces
            .iter()
            .find_map(|piece| framer.next(piece.as_bytes(), &mut 0).err());
        assert_eq!(error, Some(FrameError::TooLarge));
        assert!(framer.carry.len() <= 8);
    }
}

#[test]
fn an_element_is_as_large_whoever_finds_its_end() {
    let piece = b"[1      ,2]";
    for (max, is_small) in [(6, false), (7, true)] {
        let mut framer = Framer::new(ArrayAt::Root, max);
        let mut pos = 0;
        assert_eq!(framer.begins(piece, &mut pos), Ok(true));
        assert_eq!(framer.take(piece, &mut pos, 1), is_small, "at most {max}");
        // Nothing has happened when it was not taken.
        assert_eq!(pos, if is_small { 9 } else { 1 });
        let next = match is_small {
            true => Ok(Some(&b"2"[..])),
            false => Err(FrameError::TooLarge),
        };
        assert_eq!(framer.next(piece, &mut pos), next);
    }
}

#[test]
fn a_long_key_is_not_kept() {
    let mut framer = Framer::new(ROWS, 8);
    assert_eq!(framer.next(b"{\"", &mut 0), Ok(None));
    for _ in 0..100 {
        assert_eq!(framer.next(&[b'k'; 100], &mut 0), Ok(None));
    }
    assert!(framer.carry.len() < 1000);
    assert_eq!(framer.next(b"\":1}", &mut 0), Err(FrameError::Missing));
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[\\\\\"\\]\\[{},: a-cé\n😀]{0,8}", "rows|a|b"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Splits `bytes` at the given places, taken modulo its length.
fn split<'a>(bytes: &'a [u8], places: &[usize]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|p| p % (bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places
        .windows(2)
        .map(|pair| &bytes[pair[0]..pair[1]])
        .collect()
}

fn decoded(at: ArrayAt, pieces: &[&[u8]]) -> Vec<Value> {
    let elements = cut(at, pieces).unwrap();
    elements
        .iter()
        .map(|e| serde_json::from_slice(e).unwrap())
        .collect()
}

proptest! {
    #[test]
    fn any_split_gives_the_elements(
        rows in prop::collection::vec(value(), 0..6),
        others in prop::collection::btree_map("[a-z\"\\\\]{0,6}", value(), 0..4),
        pretty in any::<bool>(),
        places in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let mut fields: serde_json::Map<_, _> = others.into_iter().collect();
        fields.insert("rows".to_owned(), Value::from(rows.clone()));
        let write = |value: &Value| match pretty {
            true => serde_json::to_vec_pretty(value).unwrap(),
            false => serde_json::to_vec(value).unwrap(),
        };
        let object = write(&Value::Object(fields));
        let root = write(&Value::from(rows));
        // Decoding the whole is the yardstick; it rounds some numbers, as decoding the elements does.
        let whole: Value = serde_json::from_slice(&root).unwrap();
        prop_assert_eq!(&Value::from(decoded(ROWS, &split(&object, &places))), &whole);
        prop_assert_eq!(&Value::from(decoded(ArrayAt::Root, &split(&root, &places))), &whole);
        for (at, document) in [(ROWS, &object), (ArrayAt::Root, &root)] {
            let pieces = split(document, &places);
            prop_assert_eq!(read(at, &pieces), read_cut(at, &pieces));
        }
    }

    #[test]
    fn a_cut_document_is_never_complete(
        rows in prop::collection::vec(value(), 0..6), keep in any::<usize>(),
    ) {
        let document = serde_json::to_vec(&Value::from(rows)).unwrap();
        let cut_off = &document[..keep % document.len()];
        prop_assert_eq!(cut(ArrayAt::Root, &[cut_off]), Err(FrameError::BreaksOff));
    }

    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..64), places in prop::collection::vec(any::<usize>(), 0..4)) {
        for at in [ArrayAt::Root, ROWS] {
            let whole = cut(at, &[&bytes]);
            prop_assert_eq!(whole, cut(at, &split(&bytes, &places)));
        }
    }

    /// What is no JSON is refused in the same way, however it is read.
    #[test]
    fn garbage_is_refused_alike(
        parts in prop::collection::vec(
            prop_oneof!["[\\[\\]{},:\" ]", "[0-9a-cé]{1,2}", Just("1,".to_owned()), Just("{\"a\":1}".to_owned()), Just("null".to_owned())],
            0..12,
        ),
        places in prop::collection::vec(any::<usize>(), 0..4),
    ) {
        let document = format!("[{}]", parts.concat());
        let pieces = split(document.as_bytes(), &places);
        prop_assert_eq!(read(ArrayAt::Root, &pieces), read_cut(ArrayAt::Root, &pieces));
    }
}
