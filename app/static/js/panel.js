// Góp ý without leaving the law: a link <a href="…" data-gop-y="…"> fetches its own address with the header
// "X-Fragment: panel" and puts the answer into <aside data-panel>. A form in it posts the same way; an answer that is a
// whole page, or a redirect, is gone to. Whatever fails leaves the plain link and the plain form.

import { wait } from "./keep.js";
import { release } from "./submit-once.js";

const NARROW = matchMedia("(max-width: 74.99rem)");
const isPage = (html) => /^\s*<!doctype/i.test(html);

let panel;
let idle; // what stands in the panel while nothing is chosen
let opener;
let asked = 0;

function others(inert) {
  for (let el = panel; el && el !== document.body; el = el.parentElement) {
    for (const other of el.parentElement.children) {
      if (other !== el && other.tagName !== "SCRIPT") other.inert = inert;
    }
  }
}

function chosen(link) {
  document.querySelector(".clause.is-chosen")?.classList.remove("is-chosen");
  link?.closest(".clause")?.classList.add("is-chosen");
}

function open() {
  panel.classList.add("is-open");
  if (!NARROW.matches || document.documentElement.classList.contains("has-sheet")) return;
  document.documentElement.classList.add("has-sheet");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  others(true);
  if (!history.state?.panel) history.pushState({ panel: true }, "");
}

function shut() {
  asked++;
  panel.classList.remove("is-open");
  document.documentElement.classList.remove("has-sheet");
  panel.removeAttribute("role");
  panel.removeAttribute("aria-modal");
  panel.removeAttribute("aria-busy");
  others(false);
  panel.replaceChildren(...idle);
  chosen(null);
  opener?.focus({ preventScroll: !NARROW.matches });
  opener = null;
}

// The back button closes the sheet, as on any phone; so × goes back too.
function close() {
  if (history.state?.panel) history.back();
  else shut();
}

function fill(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const form of holder.content.querySelectorAll("form[data-fragment]")) form.dataset.inPanel = "";
  panel.replaceChildren(holder.content);
  panel.scrollTop = 0;
  panel.removeAttribute("aria-busy");
  open();
  const first = panel.querySelector("[data-error-summary]") ?? panel.querySelector("h2");
  first?.focus({ preventScroll: true });
  panel.dispatchEvent(new Event("danban:content", { bubbles: true }));
}

function say(words, role) {
  const line = document.createElement("p");
  line.className = "panel__idle quiet";
  line.setAttribute("role", role);
  line.textContent = words;
  panel.replaceChildren(line);
}

async function show(link) {
  const mine = ++asked;
  opener = link;
  chosen(link);
  panel.setAttribute("aria-busy", "true");
  if (!panel.classList.contains("is-open")) say(panel.dataset.panelBusy, "status");
  open();
  try {
    const answer = await fetch(link.href, { headers: { "X-Fragment": "panel" } });
    const html = await answer.text();
    if (mine !== asked) return;
    if (answer.redirected || answer.status >= 500 || isPage(html)) location.assign(link.href);
    else fill(html);
  } catch {
    if (mine !== asked) return;
    panel.removeAttribute("aria-busy");
    link.dataset.plain = ""; // the next press follows the link
    say(panel.dataset.panelFailed, "alert");
  }
}

function body(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

async function send(form, submitter) {
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  submitter?.setAttribute("aria-disabled", "true");
  try {
    const target = form.getAttribute("action"); // form.action is a button of that name
    const answer = await fetch(target, { method: "POST", body: body(form, submitter), headers: { "X-Fragment": "panel" } });
    const html = await answer.text();
    if (answer.redirected) return location.assign(answer.url);
    if (answer.status >= 500) return failed(form);
    if (isPage(html)) return plainly(form, submitter); // it refused without a fragment: let it say so on its own page
    fill(html);
  } catch {
    wait(form, submitter);
  } finally {
    delete form.dataset.sending;
    release(form);
  }
}

function failed(form) {
  const line = form.querySelector("[data-kept]");
  if (!line) return;
  line.textContent = form.dataset.keepFailed;
  line.classList.add("is-waiting");
  line.hidden = false;
}

function plainly(form, submitter) {
  delete form.dataset.inPanel;
  form.dataset.reached = "1";
  release(form);
  form.requestSubmit(submitter);
}

function clicked(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[data-gop-y]");
  if (link && link.dataset.plain === undefined) {
    event.preventDefault();
    show(link);
    return;
  }
  const inside = panel.contains(event.target);
  if (inside && event.target.closest("[data-close]")) {
    event.preventDefault();
    close();
  } else if (!inside && document.documentElement.classList.contains("has-sheet")) {
    event.preventDefault();
    close();
  }
}

export function start(root) {
  const found = root.querySelector("[data-panel]");
  if (panel || !found) return;
  panel = found;
  idle = [...panel.childNodes];
  if (history.state?.panel) history.replaceState(null, ""); // a reload: the sheet is gone
  document.addEventListener("click", clicked);
  panel.addEventListener("submit", (event) => {
    if (event.target.dataset.inPanel === undefined) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.classList.contains("is-open") && !event.isComposing) close();
  });
  window.addEventListener("popstate", () => {
    if (panel.classList.contains("is-open") && !history.state?.panel) shut();
  });
  NARROW.addEventListener("change", () => {
    if (!panel.classList.contains("is-open")) return;
    document.documentElement.classList.toggle("has-sheet", NARROW.matches);
    others(NARROW.matches);
  });
}
