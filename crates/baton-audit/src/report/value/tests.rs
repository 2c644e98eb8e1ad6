use super::*;

#[test]
fn text_stays_text() {
    let hostile = "</script><b a='1' b=\"2\">`&amp;\u{0}\u{1b}\u{85}\u{202e}x\ny";
    let shown =
        "&lt;/script&gt;&lt;b a='1' b=&quot;2&quot;&gt;`&amp;amp;\u{fffd}\u{fffd}\u{fffd}x y";
    let page = html! { p title=(BareValue(hostile)) { (Value(hostile)) } };
    assert_eq!(
        page.into_string(),
        format!("<p title=\"{shown}\"><bdi>{shown}</bdi></p>")
    );
    let plain = html! { p title=("\"><script>") { ("</p><script>") } };
    assert_eq!(
        plain.into_string(),
        "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;</p>"
    );
}

#[test]
fn dates_stay_on_one_line() {
    let date = |date: &str| format!("<span class=\"nowrap\">{date}</span>");
    let (a, b) = (date("2026-01-31"), date("2026-02-01"));
    let text = "left 2026-01-31, back 2026-02-01 x-2026-01-01 2026-1-1";
    assert_eq!(
        Sentence(text).render().into_string(),
        format!("<bdi>left {a}, back {b} x-2026-01-01 2026-1-1</bdi>")
    );
}

#[test]
fn long_values_are_cut() {
    let shown = |text: &str| Value(text).render().into_string();
    let fits = "ä".repeat(LONGEST);
    assert_eq!(shown(&fits), format!("<bdi>{fits}</bdi>"));
    assert_eq!(shown(&format!("{fits}ä")), format!("<bdi>{fits}…</bdi>"));
}
