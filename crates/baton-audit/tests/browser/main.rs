//! The report in a real browser: it loads without a complaint and without a network, names do not run, sorting and
//! narrowing down work, and everything that can be used has a name.
//!
//! Runs without the usual harness, because one that is skipped has to say so where every reader sees it. With
//! `SCREENSHOTS=DIR` it leaves pictures of the page in DIR.

mod access;
mod accessible;
mod chrome;
mod company;
mod pictures;

use std::io::{Write, stderr};
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use access::{access_is_found, plots_have_names};
use accessible::{colours_are_legible, everything_has_a_name};
use chrome::Browser;

/// Looks at the page, which has just been opened.
type Test = fn(&mut Browser, &Path);

fn main() -> ExitCode {
    if std::env::args().any(|arg| arg == "--list") {
        return ExitCode::SUCCESS;
    }
    let Some(program) = chrome::find() else {
        let names = chrome::NAMES.join(", ");
        say(&format!(
            "SKIPPED: no Chromium found (looked for {names} on the path); CHROMIUM=FILE names one"
        ));
        return ExitCode::SUCCESS;
    };
    let dir = tempfile::tempdir().expect("a directory");
    let profile = tempfile::tempdir().expect("a directory");
    let page = company::report(dir.path());
    let mut browser = Browser::start(&program, profile.path());
    let tests: [(&str, Test); 11] = [
        ("loads without complaints or requests", loads),
        ("names are text", names_are_text),
        ("headings sort", headings_sort),
        ("fields narrow down", fields_narrow_down),
        ("the org chart opens and finds", chart_finds),
        ("access is found by person and by app", access_is_found),
        ("plots say what they show", plots_have_names),
        ("light and dark are legible", colours_are_legible),
        ("everything has a name", everything_has_a_name),
        ("works without its script", works_without_script),
        ("the policy stops what is foreign", policy_stops),
    ];
    for (name, test) in tests {
        browser.open(&page);
        test(&mut browser, &page);
        say(&format!("browser: {name} ... ok"));
    }
    if let Some(pictures) = std::env::var_os("SCREENSHOTS") {
        pictures::take(&mut browser, &page, Path::new(&pictures));
    }
    say(&format!(
        "browser: {} passed ({})",
        tests.len(),
        program.display()
    ));
    ExitCode::SUCCESS
}

fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

fn loads(browser: &mut Browser, page: &Path) {
    assert_eq!(browser.eval("document.readyState"), "complete");
    assert_eq!(browser.complaints(), [""; 0]);
    let own = url::Url::from_file_path(page).unwrap();
    assert_eq!(browser.requested(), [own.as_str()]);
    browser.call("Page.printToPDF", json!({}));
    assert_eq!(browser.complaints(), [""; 0]);
}

fn names_are_text(browser: &mut Browser, _: &Path) {
    assert_eq!(
        browser.eval("document.title"),
        "People and access, 2026-09-01"
    );
    // The page's own script, and data that is none.
    assert_eq!(
        browser.eval("[...document.scripts].map(s => s.type)"),
        json!(["application/json", ""])
    );
    assert_eq!(
        browser.eval("document.querySelectorAll('img,iframe,object,embed,link,base,form').length"),
        0
    );
    let handlers = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])
        .filter(a => a.name.startsWith('on') || a.name === 'style' || a.name === 'src').length";
    assert_eq!(browser.eval(handlers), 0);
    browser.eval("document.querySelectorAll('details').forEach(d => { d.open = true; })");
    let text = browser.eval("document.body.innerText");
    let text = text.as_str().unwrap();
    for name in company::HOSTILE {
        assert!(text.contains(name), "{name} is not shown");
    }
    for gone in ['\u{202e}', '\u{1b}', '\0'] {
        assert!(!text.contains(gone), "{gone:?} is shown");
    }
    let accepted = column(browser, "accepted-findings", 4);
    assert_eq!(accepted, [company::HOSTILE[1]]);
    // A very long name makes nothing wider than the window, however narrow that is.
    for width in [1280, 400] {
        let metrics =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        browser.call("Emulation.setDeviceMetricsOverride", metrics);
        assert_eq!(browser.eval("document.documentElement.scrollWidth"), width);
    }
    browser.call("Emulation.clearDeviceMetricsOverride", json!({}));
    assert_eq!(browser.complaints(), [""; 0]);
}

/// The text of a column of the visible rows of a table.
fn column(browser: &mut Browser, table: &str, cell: usize) -> Vec<String> {
    let expression = format!(
        "[...document.querySelectorAll('#{table} tbody tr')].filter(r => !r.hidden)
            .map(r => r.cells[{cell}].innerText.trim())"
    );
    let texts = browser.eval(&expression);
    let texts = texts.as_array().unwrap().iter();
    texts.map(|t| t.as_str().unwrap().to_owned()).collect()
}

fn headings_sort(browser: &mut Browser, _: &Path) {
    let heading = |at: usize| format!("document.querySelector('#departments th:nth-child({at})')");
    let order = |browser: &mut Browser, at: usize| {
        browser.eval(&format!("{}.getAttribute('aria-sort')", heading(at)))
    };
    let people = |browser: &mut Browser| -> Vec<i64> {
        let texts = column(browser, "departments", 1);
        texts
            .iter()
            .map(|n| n.replace(',', "").parse().unwrap())
            .collect()
    };
    assert_eq!(order(browser, 2), "descending");
    let given = people(browser);
    assert!(given.is_sorted_by(|a, b| a >= b) && given.first() > given.last());
    // With the keyboard.
    browser.eval(&format!("{}.querySelector('button').focus()", heading(2)));
    browser.press("Enter", 13, "\r");
    assert_eq!(order(browser, 2), "ascending");
    assert!(people(browser).is_sorted());
    browser.eval(&format!("{}.querySelector('button').click()", heading(1)));
    assert_eq!(order(browser, 2), Value::Null);
    assert_eq!(order(browser, 1), "ascending");
    let names = column(browser, "departments", 0);
    let numbered: Vec<_> = names.iter().filter(|n| n.starts_with("Team ")).collect();
    assert_eq!(
        numbered,
        ["Team 1", "Team 2", "Team 10"],
        "numbers in names count"
    );

    let severity = "document.querySelector('#open-findings th button')";
    let words = column(browser, "open-findings", 0);
    assert_eq!(words.first().map(String::as_str), Some("medium"));
    browser.eval(&format!("{severity}.click()"));
    let turned = column(browser, "open-findings", 0);
    assert_eq!(turned.first().map(String::as_str), Some("low"));
    assert_eq!(turned.last().map(String::as_str), Some("medium"));
    browser.eval(&format!("{severity}.click()"));
    assert_eq!(column(browser, "open-findings", 0), words);
    assert_eq!(browser.complaints(), [""; 0]);
}

/// Types into the field that narrows something down, and waits until it says what it did.
fn narrow(browser: &mut Browser, of: &str, text: &str) -> String {
    let bar = format!("document.querySelector('[data-filter=\"{of}\"]')");
    browser.eval(&format!("{bar}.querySelector('input').select()"));
    // What the bar says changes when it is done, and so it is emptied first.
    browser.eval(&format!("{bar}.querySelector('output').textContent = '…'"));
    match text.is_empty() {
        true => browser.press("Delete", 46, ""),
        false => browser.insert(text),
    }
    let said = format!(
        "new Promise(done => {{
            const output = {bar}.querySelector('output');
            const look = () => output.textContent === '…' ? requestAnimationFrame(look) : done(output.textContent);
            look();
        }})"
    );
    browser.eval(&said).as_str().unwrap().to_owned()
}

fn fields_narrow_down(browser: &mut Browser, _: &Path) {
    let all = column(browser, "open-findings", 2).len();
    let said = narrow(browser, "open-findings", "nOOr  hADDAD");
    assert_eq!(said, format!("2 of {all} shown"));
    assert_eq!(
        column(browser, "open-findings", 2),
        ["Noor Haddad user:no-title"; 2]
    );
    assert_eq!(narrow(browser, "open-findings", ""), "");
    assert_eq!(column(browser, "open-findings", 2).len(), all);
    browser.eval(
        "(select => { select.value = 'HR-02'; select.dispatchEvent(new Event('change')); })
            (document.querySelector('select[data-name=check]'))",
    );
    let checks = column(browser, "open-findings", 1);
    assert!(
        checks.len() < all && checks.iter().all(|check| check == "HR-02"),
        "{checks:?}"
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

fn chart_finds(browser: &mut Browser, _: &Path) {
    let visible = "[...document.querySelectorAll('#chart-1 .who')].filter(e => e.checkVisibility())
        .map(e => e.innerText)";
    let count = |value: &Value| value.as_array().unwrap().len();
    let at_first = browser.eval(visible);
    let buttons = "document.querySelector('[data-buttons=\"chart-1\"]')";
    browser.eval(&format!(
        "{buttons}.querySelector('[data-do=open]').click()"
    ));
    let opened = browser.eval(visible);
    assert!(
        count(&opened) > count(&at_first),
        "deeper levels are closed at first"
    );
    browser.eval(&format!(
        "{buttons}.querySelector('[data-do=close]').click()"
    ));
    assert_eq!(browser.eval(visible)[0], "Maja Lind");
    assert!(count(&browser.eval(visible)) < count(&at_first));
    assert_eq!(narrow(browser, "chart-1", "deep down"), "1 found");
    assert_eq!(
        browser.eval(visible),
        json!(["Maja Lind", "Level 1", "Level 2", "Level 3", "Deep Down"])
    );
    narrow(browser, "chart-1", "");
    assert_eq!(browser.eval(visible).as_array().unwrap()[0], "Maja Lind");
    assert_eq!(browser.complaints(), [""; 0]);
}

fn works_without_script(browser: &mut Browser, page: &Path) {
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": true}),
    );
    browser.open(page);
    let html = |browser: &mut Browser, selector: &str| {
        let document = browser.call("DOM.getDocument", json!({}));
        let params = json!({"nodeId": document["root"]["nodeId"], "selector": selector});
        let found = browser.call("DOM.querySelectorAll", params);
        let nodes = found["nodeIds"].as_array().unwrap().clone();
        let one = |node: &Value| {
            let answer = browser.call("DOM.getOuterHTML", json!({"nodeId": node}));
            answer["outerHTML"].as_str().unwrap().to_owned()
        };
        nodes.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(
        html(browser, "thead button"),
        [""; 0],
        "headings are not buttons"
    );
    let controls = html(browser, ".filter, .buttons, #theme");
    assert!(!controls.is_empty());
    assert_eq!(
        html(
            browser,
            ".filter:not([hidden]), .buttons:not([hidden]), #theme:not([hidden])"
        ),
        [""; 0]
    );
    assert!(html(browser, "#open-findings tbody tr").len() > 2);
    // The numbers of each app stay, and it is said where the lists are.
    assert_eq!(html(browser, "#apps tbody tr").len(), 1);
    assert_eq!(html(browser, "[data-drawn=without]:not([hidden])").len(), 1);
    assert_eq!(html(browser, ".drawn:not([hidden])"), [""; 0]);
    assert_eq!(html(browser, "#chart-1 > ul > li > details[open]").len(), 1);
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": false}),
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

/// That nothing was stopped above says something only if something would have been.
fn policy_stops(browser: &mut Browser, _: &Path) {
    let attempts = [
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\">')",
        "document.body.setAttribute('onclick', 'document.title = 2')",
        "document.createElement('script').text = 'document.title = 3'",
        "Function('document.title = 4')()",
    ];
    for attempt in attempts {
        let name = format!("(() => {{ try {{ {attempt}; }} catch (e) {{ return e.name; }} }})()");
        let name = browser.eval(&name);
        assert!(
            name == "TypeError" || name == "EvalError",
            "{attempt}: {name}"
        );
    }
    browser.eval("document.body.append(Object.assign(new Image(), { src: 'x.png' }))");
    browser.eval("document.body.setAttribute('style', 'display: none')");
    assert_ne!(
        browser.eval("getComputedStyle(document.body).display"),
        "none"
    );
    assert_eq!(
        browser.eval("document.title"),
        "People and access, 2026-09-01"
    );
    assert!(
        browser.complaints().len() >= 3,
        "{:?}",
        browser.complaints()
    );
}
