//! The sections on access and on time: entries are drawn when they are looked for, and plots are described.

use std::path::Path;

use serde_json::json;

use crate::chrome::Browser;
use crate::company;

/// The texts of the entries of a list of access.
fn entries(browser: &mut Browser, list: &str) -> Vec<String> {
    let texts = browser.eval(&format!(
        "[...document.querySelectorAll('#{list} summary')].map(e => e.innerText)"
    ));
    let texts = texts.as_array().unwrap().iter();
    texts.map(|t| t.as_str().unwrap().to_owned()).collect()
}

/// Types into the field of a list of access, and waits until the list is another one.
fn look_for(browser: &mut Browser, list: &str, text: &str) -> String {
    let place = format!("document.getElementById('{list}')");
    browser.eval(&format!("{place}.querySelector('input').select()"));
    browser.eval(&format!(
        "{place}.querySelector('output').textContent = '…'"
    ));
    browser.insert(text);
    let said = format!(
        "new Promise(done => {{
            const output = {place}.querySelector('output');
            const look = () => output.textContent === '…' ? requestAnimationFrame(look) : done(output.textContent);
            look();
        }})"
    );
    browser.eval(&said).as_str().unwrap().to_owned()
}

pub(crate) fn access_is_found(browser: &mut Browser, _: &Path) {
    let all = entries(browser, "access-by-person");
    assert_eq!(all.len(), company::HOSTILE.len());
    for name in company::HOSTILE {
        assert!(
            all.iter().any(|entry| entry.contains(name)),
            "{name}: {all:?}"
        );
    }
    let said = look_for(browser, "access-by-person", "CONSTRUCTOR.constructor");
    assert_eq!(said, "1 of 1 shown");
    let [entry] = entries(browser, "access-by-person").try_into().unwrap();
    assert!(entry.ends_with("1 account, 1 access"), "{entry}");
    // With the keyboard.
    browser.eval("document.querySelector('#access-by-person summary').focus()");
    browser.press("Enter", 13, "\r");
    let cells = "new Promise(done => {
        const look = () => {
            const cells = [...document.querySelectorAll('#access-by-person tbody tr')].map(r => r.innerText);
            cells.length ? done(cells) : requestAnimationFrame(look);
        };
        look();
    })";
    let rows = browser.eval(cells);
    let row = rows[0].as_str().unwrap();
    assert!(
        row.contains(company::HOSTILE[1]) && row.contains("direct"),
        "{row}"
    );
    let [access] = entries(browser, "access-by-app").try_into().unwrap();
    assert!(access.ends_with("8 holders"), "{access}");
    assert_eq!(
        look_for(browser, "access-by-app", "nothing like it"),
        "0 of 0 shown"
    );
    assert_eq!(entries(browser, "access-by-app"), [""; 0]);
    assert_eq!(
        browser.eval("document.querySelector('[data-drawn=without]').hidden"),
        true
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

pub(crate) fn plots_have_names(browser: &mut Browser, _: &Path) {
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().unwrap().iter();
    let images = nodes.filter(|node| node["role"]["value"] == "image" && node["ignored"] != true);
    let names: Vec<&str> = images
        .map(|node| node["name"]["value"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Open findings over time A line for each severity; the table of open findings by day has the numbers."
        ]
    );
    // A dot for each day and severity, inside the frame.
    let outside = "[...document.querySelectorAll('#plot-findings > svg circle')].filter(c => {
        const [x, y] = [c.cx.baseVal.value, c.cy.baseVal.value];
        return !(x >= 52 && x <= 744 && y >= 12 && y <= 212);
    }).length";
    assert_eq!(browser.eval(outside), 0);
    assert_eq!(
        browser.eval("document.querySelectorAll('#history-days tbody tr').length"),
        2
    );
    assert_eq!(browser.complaints(), [""; 0]);
}
