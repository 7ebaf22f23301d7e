// What a page does beyond links and forms: theme, menu, keys, chosen rows, dropped files.
// Every page works without it, a click at a time.
"use strict";

const THEMES = ["auto", "light", "dark"];

/** Switch to the next theme, and have the server write it into the next page. */
function switchTheme() {
  const root = document.documentElement;
  const now = THEMES.indexOf(root.dataset.theme ?? "auto");
  const next = THEMES[(now + 1) % THEMES.length];
  if (next === "auto") delete root.dataset.theme;
  else root.dataset.theme = next;
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  announce(`Theme: ${next}`);
}

/** Say something to those who do not see the change. */
function announce(text) {
  let region = document.getElementById("announcer");
  if (!region) {
    region = Object.assign(document.createElement("div"), { id: "announcer", className: "unseen" });
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = text;
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-theme-switch], [data-toggle], [data-open], [data-choose-all]");
  if (!target) return;
  if ("themeSwitch" in target.dataset) switchTheme();
  if (target.dataset.open) document.getElementById(target.dataset.open).showModal();
  if (target.dataset.toggle) {
    const open = document.getElementById(target.dataset.toggle).classList.toggle("open");
    target.setAttribute("aria-expanded", String(open));
  }
  if ("chooseAll" in target.dataset) {
    for (const row of rows()) boxOf(row).checked = target.checked;
    showChosen();
  }
});

/* Rows of the triage list: one is at hand, any number is chosen. */

const rows = () => [...document.querySelectorAll("[data-row]")];
const atHand = () => document.querySelector("[data-row].at");
const boxOf = (row) => row.querySelector("input[type=checkbox]") ?? {};
const chosenRows = () => rows().filter((row) => boxOf(row).checked);

/** Make a row the one that keys act on. */
function goTo(row) {
  if (!row) return;
  atHand()?.classList.remove("at");
  row.classList.add("at");
  row.querySelector("a.cover")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** Show how many rows are chosen. */
function showChosen() {
  const chosen = chosenRows();
  for (const row of rows()) row.classList.toggle("chosen", chosen.includes(row));
  for (const place of document.querySelectorAll("[data-chosen-count]")) place.textContent = chosen.length;
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-row] input[type=checkbox]")) showChosen();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && !row.classList.contains("at")) {
    atHand()?.classList.remove("at");
    row.classList.add("at");
  }
});

/* The queue is drawn anew when something was done, or came: whoever works in it keeps the place. */

let place = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "queue") return;
  // A second change before the first has settled: the place is still to be taken up again.
  if (place && !atHand()) return;
  const list = rows();
  place = {
    at: list.indexOf(atHand()),
    id: atHand()?.dataset.row,
    chosen: new Set(chosenRows().map((row) => row.dataset.row)),
  };
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (place && event.detail.target?.id === "queue") {
    const list = rows();
    for (const row of list) if (place.chosen.has(row.dataset.row)) boxOf(row).checked = true;
    // The row that was at hand, else the one that took its place.
    if (place.at >= 0) goTo(list.find((row) => row.dataset.row === place.id) ?? list[Math.min(place.at, list.length - 1)]);
    place = null;
  }
  showChosen();
  // Nobody works in the list: it may change by itself.
  const news = document.querySelector("#news .button");
  if (news && !atHand() && chosenRows().length === 0 && !document.querySelector("#queue:hover")) news.click();
});

/* Keys. A form or button with data-key="a" is what the key a does, on the row at hand or the page. */

let waitingForPlace = false;
const PLACES = { o: "/", a: "/alerts", c: "/check" };

/** Do what a button of the page does; what acts on chosen rows takes the one at hand if none is. */
function press(button) {
  const bulk = button.closest("#bulk");
  if (bulk && chosenRows().length === 0) {
    const row = atHand() ?? (rows().length === 1 ? rows()[0] : null);
    if (!row) return announce("No row is chosen: j goes to the first one");
    boxOf(row).checked = true;
    showChosen();
  }
  button.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  if (typing || document.querySelector("dialog[open]")) return;
  const { key } = event;
  if (waitingForPlace) {
    waitingForPlace = false;
    if (PLACES[key]) location.assign(PLACES[key]);
    return;
  }
  const list = rows();
  const here = list.indexOf(atHand());
  if (key === "g") waitingForPlace = true;
  else if (key === "?") document.getElementById("keys")?.showModal();
  else if (key === "j" && list.length) goTo(list[Math.min(here + 1, list.length - 1)]);
  else if (key === "k" && list.length) goTo(list[Math.max(here - 1, 0)]);
  else if (key === "/") document.querySelector("[data-filter]")?.focus();
  else if (key === "x" && here >= 0) boxOf(list[here]).click?.();
  else {
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!button) return;
    press(button);
  }
  event.preventDefault();
});

/* A file can be dropped where it can be chosen. */

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const box = event.target.closest?.(".drop");
    if (!box) return;
    event.preventDefault();
    box.classList.toggle("over", type === "dragover");
    if (type !== "drop" || !event.dataTransfer.files.length) return;
    const field = box.querySelector("input[type=file]");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("change", (event) => {
  const box = event.target.matches("input[type=file]") && event.target.closest(".drop");
  if (box) box.querySelector("[data-file-name]").textContent = event.target.files[0]?.name ?? "";
});
