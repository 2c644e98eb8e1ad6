//! Pictures of the page, for whoever wants to see it.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::accessible::prefer;
use crate::chrome::Browser;

/// Leaves the page in light and dark and as it is printed in `dir`.
pub(crate) fn take(browser: &mut Browser, page: &Path, dir: &Path) {
    for scheme in ["light", "dark"] {
        prefer(browser, scheme);
        browser.open(page);
        let params = json!({"captureBeyondViewport": true, "clip": clip(browser)});
        let answer = browser.call("Page.captureScreenshot", params);
        save(&dir.join(format!("report-{scheme}.png")), &answer);
    }
    prefer(browser, "");
    browser.open(page);
    let answer = browser.call("Page.printToPDF", json!({"printBackground": false}));
    save(&dir.join("report.pdf"), &answer);
}

fn clip(browser: &mut Browser) -> Value {
    let height = browser.eval("document.documentElement.scrollHeight");
    json!({"x": 0, "y": 0, "width": 1280, "height": height, "scale": 1})
}

fn save(file: &Path, answer: &Value) {
    let data = answer["data"].as_str().expect("data");
    let bytes = STANDARD.decode(data).expect("base64");
    std::fs::write(file, bytes).expect("the picture is written");
}
