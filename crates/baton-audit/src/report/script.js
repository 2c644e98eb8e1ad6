"use strict";
// What makes the page easier to read. It says everything without this: rows come in order, lists open by
// themselves, and the controls below are hidden until they work. No markup is ever made of text here.

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  // Headings become buttons that sort.
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const amount = (text) => {
    const digits = text.replace(/[^\d.-]/g, "");
    return digits === "" ? -Infinity : Number(digits);
  };
  const sort = (table, heading) => {
    const column = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    const byNumber = heading.dataset.sort === "number" || table.tBodies[0].rows[0]?.cells[column].dataset.value;
    const compare = byNumber
      ? (a, b) => amount(a) - amount(b) || 0
      : (a, b) => collator.compare(a, b);
    const rows = [...table.tBodies[0].rows].map((row) => [value(row, column), row]);
    rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
    all("th", table.tHead).forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  for (const heading of all("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading.closest("table"), heading));
    heading.append(button);
  }

  // Fields that narrow a table or a chart down.
  const summary = (shown, of) => (shown === of ? "" : `${shown} of ${of} shown`);
  const rowText = (row) => plain([...row.cells].map((cell) => cell.textContent).join(" "));
  const narrowTable = (table, text, choices) => {
    const rows = [...table.tBodies[0].rows];
    let shown = 0;
    for (const row of rows) {
      const fits = choices.every(([name, wanted]) => !wanted || row.dataset[name] === wanted);
      row.hidden = !(fits && rowText(row).includes(text));
      shown += row.hidden ? 0 : 1;
    }
    return summary(shown, rows.length);
  };
  const own = new WeakMap();
  const ownText = (item) => {
    if (!own.has(item)) {
      const place = item.querySelector(":scope > details > summary") ?? item;
      own.set(item, plain(place.textContent));
    }
    return own.get(item);
  };
  const wasOpen = new Map();
  const narrowChart = (chart, text) => {
    const items = all("li", chart);
    for (const [details, open] of wasOpen) details.open = open;
    wasOpen.clear();
    items.forEach((item) => { item.hidden = text !== ""; item.classList.remove("hit"); });
    if (text === "") return "";
    const hits = items.filter((item) => ownText(item).includes(text));
    for (const hit of hits) {
      hit.classList.add("hit");
      for (let at = hit; at && at !== chart; at = at.parentElement) {
        if (at.tagName === "LI") {
          if (at !== hit && !at.hidden) break;
          at.hidden = false;
        } else if (at.tagName === "DETAILS") {
          if (!wasOpen.has(at)) wasOpen.set(at, at.open);
          at.open = true;
        }
      }
    }
    // The reports of a person who was found can be looked at too.
    hits.forEach((hit) => all("li", hit).forEach((item) => { item.hidden = false; }));
    return `${hits.length} found`;
  };
  for (const bar of all("[data-filter]")) {
    const target = document.getElementById(bar.dataset.filter);
    const field = bar.querySelector("input");
    const output = bar.querySelector("output");
    const narrow = () => {
      const text = plain(field.value);
      const choices = all("select", bar).map((select) => [select.dataset.name, select.value]);
      output.textContent = target.tHead
        ? narrowTable(target, text, choices)
        : narrowChart(target, text);
    };
    let waiting;
    field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(narrow, 120); });
    all("select", bar).forEach((select) => select.addEventListener("change", narrow));
    bar.hidden = false;
  }

  // Everything of a chart, open or closed.
  for (const buttons of all("[data-buttons]")) {
    const chart = document.getElementById(buttons.dataset.buttons);
    buttons.addEventListener("click", (event) => {
      const what = event.target.dataset.do;
      if (what) all("details", chart).forEach((details) => { details.open = what === "open"; });
    });
    buttons.hidden = false;
  }

  // A link to something inside a closed part opens it.
  const reveal = () => {
    const id = location.hash.slice(1);
    for (let at = document.getElementById(id); at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  // On paper nothing opens, and browsers leave buttons out where a table's headings come again.
  let opened = [];
  let buttons = [];
  addEventListener("beforeprint", () => {
    opened = all("details[data-print], .chart[data-print] details").filter((details) => !details.open);
    opened.forEach((details) => { details.open = true; });
    buttons = all("thead button").map((button) => [button, button.parentElement]);
    buttons.forEach(([button]) => button.replaceWith(...button.childNodes));
  });
  addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
    for (const [button, heading] of buttons) {
      button.append(...heading.childNodes);
      heading.append(button);
    }
  });

  // Light or dark, whatever the system prefers.
  const theme = document.getElementById("theme");
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const name = () => { theme.textContent = dark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
  theme.hidden = false;
})();
