"use strict";
// The lists of access, drawn of the data in the page while they are looked at. No markup is ever made of text here.

(() => {
  const source = document.getElementById("access-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const PEOPLE = 50;
  const ROWS = 500;
  const HOW = ["direct", "through groups", "organisation role", "direct and through groups"];
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
  const counted = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
  const element = (name, inside, className) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...[inside].flat());
    return made;
  };
  const value = (text) => element("bdi", text);

  const table = (caption, titles, rows) => {
    const head = element("tr", titles.map((title) => {
      const cell = element("th", title);
      cell.scope = "col";
      return cell;
    }));
    const body = rows.map((row) => element("tr", row.map((text, at) => {
      const cell = element(at === 0 ? "th" : "td", value(text));
      if (at === 0) cell.scope = "row";
      return cell;
    })));
    const made = element("table", [element("caption", caption), element("thead", head), element("tbody", body)]);
    const scroll = element("div", made, "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", caption);
    return scroll;
  };

  // A part that is filled when it is opened for the first time.
  const part = (summary, fill) => {
    const details = element("details", element("summary", summary));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(fill());
    });
    return details;
  };

  // People with their accounts; accounts of no known person stand alone.
  const owners = data.people.map(([name, id, state, title, department]) => ({ name, id, state, title, department, accounts: [] }));
  data.accounts.forEach(([app, name, id, status, person], at) => {
    if (person >= 0) owners[person].accounts.push(at);
    else owners.push({ name, id, state: data.accounts[at][5], title: "", department: data.apps[app], accounts: [at] });
  });
  const holders = data.access.map(() => []);
  data.held.forEach((held, account) => held.forEach((code) => holders[code >> 2].push([account, code & 3])));

  const personText = (owner) => plain([
    owner.name, owner.id, owner.title, owner.department,
    ...owner.accounts.map((at) => `${data.accounts[at][1]} ${data.accounts[at][2]}`),
  ].join(" "));
  const heldBy = (owner) => {
    const rows = owner.accounts.flatMap((at) => {
      const [app, name, id, status, , matched] = data.accounts[at];
      const account = `${name} (${id})`;
      const held = data.held[at].map((code) => [data.access[code >> 2][1], data.apps[app], account, status, HOW[code & 3], matched]);
      return held.length > 0 ? held : [["nothing", data.apps[app], account, status, "", matched]];
    });
    const shown = rows.slice(0, ROWS);
    const more = rows.length > shown.length ? [element("p", `The first ${shown.length} of ${rows.length}; baton-audit person has all.`, "note")] : [];
    return element("div", [...more, table(`What ${owner.name} holds`, ["Access", "App", "Account", "Status", "How", "Matched by"], shown)]);
  };
  const person = (owner) => {
    const held = owner.accounts.reduce((sum, at) => sum + data.held[at].length, 0);
    const what = [owner.title, owner.department, owner.state].filter((text) => text !== "").join(", ");
    const many = `${counted(owner.accounts.length, "account", "accounts")}, ${counted(held, "access", "accesses")}`;
    return part([element("bdi", owner.name, "who"), " ", element("bdi", what, "what"), " ", element("span", many, "many")], () => heldBy(owner));
  };

  const heldAs = (place) => {
    const rows = holders[place].slice(0, ROWS).map(([account, how]) => {
      const [, name, id, status, owner, matched] = data.accounts[account];
      const whose = owner >= 0 ? data.people[owner] : ["", "", ""];
      return [name, id, status, whose[0], whose[2], HOW[how], matched];
    });
    const all = holders[place].length;
    const more = all > rows.length ? [element("p", `The first ${rows.length} of ${all}; baton-audit who-can has all.`, "note")] : [];
    const titles = ["Account", "Id", "Status", "Person", "Standing", "How", "Matched by"];
    return element("div", [...more, table(`Who holds ${data.access[place][1]}`, titles, rows)]);
  };
  const access = (place) => {
    const [app, name] = data.access[place];
    const many = counted(holders[place].length, "holder", "holders");
    return part([element("bdi", name, "who"), " ", element("bdi", data.apps[app], "what"), " ", element("span", many, "many")], () => heldAs(place));
  };

  // A list of which the first that fit are shown.
  const list = (id, items, textOf, fits, draw) => {
    const place = document.getElementById(id);
    const field = place.querySelector("input");
    const select = place.querySelector("select");
    const texts = [];
    const narrow = () => {
      const wanted = plain(field.value);
      const found = items.filter((item, at) => {
        if (select && !fits(item, select.value)) return false;
        return wanted === "" || (texts[at] ??= textOf(item)).includes(wanted);
      });
      place.querySelector(".found").replaceChildren(...found.slice(0, PEOPLE).map(draw));
      const shown = Math.min(found.length, PEOPLE);
      place.querySelector("output").textContent = `${shown} of ${found.length.toLocaleString("en")} shown`;
    };
    let waiting;
    field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(narrow, 120); });
    select?.addEventListener("change", narrow);
    place.querySelector(".filter").hidden = false;
    narrow();
  };
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const withAccounts = owners.filter((owner) => owner.accounts.length > 0);
  withAccounts.sort((a, b) => collator.compare(a.name, b.name));
  list("access-by-person", withAccounts, personText, () => true, person);
  const places = [...data.access.keys()].sort((a, b) => holders[b].length - holders[a].length);
  list("access-by-app", places, (place) => plain(data.access[place][1]), (place, app) => app === "" || String(data.access[place][0]) === app, access);

  document.querySelectorAll("[data-drawn]").forEach((part) => { part.hidden = part.dataset.drawn === "without"; });
})();
