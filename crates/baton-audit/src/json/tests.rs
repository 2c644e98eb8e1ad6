use serde_json::json;

use super::*;

fn written(write: impl FnOnce(&mut dyn Write) -> Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn nothing_that_a_terminal_acts_on_is_written() {
    let hostile = "a\u{1b}[1m\u{9b}31m\u{202e}b\n";
    let text = written(|out| super::write(out, &hostile));
    assert_eq!(text.trim_end(), r#""a\u001b[1m\u009b31m\u202eb\n""#);
    let back: String = serde_json::from_str(&text).unwrap();
    assert_eq!(back, hostile);
    let as_key = written(|out| super::write(out, &json!({ hostile: 1 })));
    assert!(as_key.is_ascii(), "{as_key}");
}

#[test]
fn an_element_of_a_list_has_a_line() {
    let value = json!({"a": [{"b": [1, 2], "c": {}}, []], "d": {"e": [], "f": null}});
    insta::assert_snapshot!(written(|out| super::write(out, &value)), @r#"
        {
          "a": [
            {"b": [1, 2], "c": {}},
            []
          ],
          "d": {
            "e": [],
            "f": null
          }
        }
        "#);
}

#[test]
fn a_document_written_in_parts_is_laid_out_like_a_value() {
    let text = written(|out| {
        write_object(out, |document| {
            document.value("a", &[1, 2])?;
            document.object("b", |b| b.list("none", |_| Ok(())))?;
            document.list("rows", |rows| {
                rows.push(&json!({"n": 1}))?;
                rows.object(|row| row.list("inner", |inner| inner.push(&2)))
            })
        })
    });
    insta::assert_snapshot!(text, @r#"
        {
          "a": [
            1,
            2
          ],
          "b": {
            "none": []
          },
          "rows": [
            {"n": 1},
            {
              "inner": [
                2
              ]
            }
          ]
        }
        "#);
    let mut out = Vec::new();
    List::new(&mut out).finish().unwrap();
    assert_eq!(out, b"[]\n");
}
