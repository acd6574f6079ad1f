// Keys for work screens: an element with data-key="p" is pressed by that key, a radio so marked is chosen.
// Never while somebody types, never with Ctrl, Alt or Meta, and each person may switch them off on their device (WCAG 2.1.4).
// "?" shows them all; its words come from [data-shortcuts] data-title, data-close, data-switch.

const OFF = "danban-keys-off";

const isOff = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

function typing(target) {
  if (target.isContentEditable || target.closest("textarea, select, dialog[open]")) return true;
  return target.tagName === "INPUT" && !["radio", "checkbox", "button", "submit"].includes(target.type);
}

const visible = (el) => !el.disabled && el.getAttribute("aria-disabled") !== "true" && el.getClientRects().length > 0;

function named(el) {
  const label = el.labels?.[0] ?? el;
  const copy = label.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return el.dataset.keyLabel ?? copy.textContent.trim().replace(/\s+/g, " ");
}

function press(el) {
  if (el.type === "radio" || el.type === "checkbox") {
    el.closest("details")?.setAttribute("open", "");
    el.focus();
    el.click();
  } else {
    el.click();
  }
}

function help() {
  const words = document.querySelector("[data-shortcuts]")?.dataset;
  if (!words) return;
  const dialog = document.createElement("dialog");
  dialog.className = "keys-help card";
  const title = document.createElement("h2");
  title.textContent = words.title;
  const list = document.createElement("dl");
  list.className = "keys-help__list";
  for (const el of document.querySelectorAll("[data-key]")) {
    const [key, name] = [document.createElement("dt"), document.createElement("dd")];
    const cap = document.createElement("kbd");
    cap.textContent = el.dataset.key.toUpperCase();
    key.append(cap);
    name.textContent = named(el);
    list.append(key, name);
  }
  const label = document.createElement("label");
  label.className = "tick";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !isOff();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, box.checked ? "0" : "1");
    } catch {
      box.checked = true;
    }
  });
  const told = document.createElement("span");
  told.textContent = words.switch;
  label.append(box, told);
  const close = document.createElement("button");
  close.className = "btn";
  close.type = "button";
  close.textContent = words.close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(title, list, label, close);
  dialog.setAttribute("aria-label", words.title);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (typing(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    help();
    return;
  }
  if (isOff()) return;
  const key = event.key.toLowerCase();
  const el = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key.toLowerCase() === key && visible(one));
  if (!el) return;
  event.preventDefault();
  press(el);
}

let started = false;

export function start() {
  if (started) return;
  started = true;
  document.addEventListener("keydown", pressed);
}
