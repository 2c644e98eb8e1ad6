//! What people who see or use the page in another way rely on: contrast, and a name for each control.

use std::path::Path;

use serde_json::{Value, json};

use crate::chrome::Browser;

/// The text that does not stand out enough.
const FAINT: &str = include_str!("faint.js");

pub(crate) fn colours_are_legible(browser: &mut Browser, _: &Path) {
    let mut grounds = Vec::new();
    for scheme in ["light", "dark"] {
        prefer(browser, scheme);
        assert_eq!(browser.eval(FAINT), json!([]), "{scheme}");
        grounds.push(browser.eval("getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(grounds[0], grounds[1]);
    assert_eq!(
        browser.eval("document.getElementById('theme').textContent"),
        "Light"
    );
    browser.eval("document.getElementById('theme').click()");
    assert_eq!(
        browser.eval("getComputedStyle(document.body).backgroundColor"),
        grounds[0]
    );
    prefer(browser, "");
    assert_eq!(browser.complaints(), [""; 0]);
}

pub(crate) fn prefer(browser: &mut Browser, scheme: &str) {
    let feature = json!({"name": "prefers-color-scheme", "value": scheme});
    browser.call("Emulation.setEmulatedMedia", json!({"features": [feature]}));
}

pub(crate) fn everything_has_a_name(browser: &mut Browser, _: &Path) {
    assert_eq!(browser.eval("document.documentElement.lang"), "en");
    let levels =
        browser.eval("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])");
    let levels: Vec<i64> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l.as_i64().unwrap())
        .collect();
    assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1);
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{levels:?}"
    );
    let ids = browser.eval("[...document.querySelectorAll('[id]')].map(e => e.id)");
    let mut unique: Vec<_> = ids
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    unique.sort();
    unique.dedup();
    assert_eq!(
        unique.len(),
        ids.as_array().unwrap().len(),
        "an id is used twice"
    );
    let dead = browser.eval(
        "[...document.querySelectorAll('a')].filter(a => !document.getElementById(a.hash.slice(1))).length",
    );
    assert_eq!(dead, 0, "a link leads nowhere");
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let roles = [
        "button",
        "link",
        "textbox",
        "searchbox",
        "combobox",
        "table",
        "region",
        "navigation",
        "search",
        "columnheader",
        "rowheader",
        "heading",
    ];
    let mut seen = std::collections::BTreeSet::new();
    for node in tree["nodes"].as_array().unwrap() {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if node["ignored"] != true && roles.contains(&role) {
            seen.insert(role.to_owned());
            let name = node["name"]["value"].as_str().unwrap_or_default();
            assert!(!name.trim().is_empty(), "a {role} without a name: {node}");
        }
    }
    for role in [
        "button",
        "searchbox",
        "combobox",
        "table",
        "region",
        "columnheader",
        "rowheader",
    ] {
        assert!(seen.contains(role), "no {role} among {seen:?}");
    }
}
