// Nothing typed is lost: forms with data-keep="key" are saved on this device while one types, filled again when one
// comes back, and wait for the network when it is gone. Passwords, files and hidden fields are never saved.
// Words come from data-keep-text, -restored, -offline ("{time}" is replaced) and are shown in the form's [data-kept].
// A page with <meta name="danban-clear" content="key …">, or a part with data-clear="key …", means: it has arrived.

const PREFIX = "danban:";
const DAYS = 14;
const PAUSE = 400; // ms after the last key
const RETRY = 15000; // ms; the event "online" is not reliable everywhere
const NEVER = new Set(["hidden", "password", "file", "submit", "button", "image"]);

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // storage is closed to us (private mode): there is nothing to forget
  }
}

function sweep() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const at = read(name.slice(PREFIX.length))?.at ?? 0;
      if (Date.now() - at > DAYS * 86400000) localStorage.removeItem(name);
    }
  } catch {
    // as above
  }
}

const controls = (form) => [...form.elements].filter((el) => el.name && !NEVER.has(el.type) && !("keepSkip" in el.dataset));
const isPick = (el) => el.type === "radio" || el.type === "checkbox";
const slot = (el) => (isPick(el) ? `${el.name}=${el.value}` : el.name);
const value = (el) => (isPick(el) ? el.checked : el.value);

function initial(el) {
  if (isPick(el)) return el.defaultChecked;
  if (el.tagName === "SELECT") return [...el.options].find((option) => option.defaultSelected)?.value ?? el.options[0]?.value ?? "";
  return el.defaultValue;
}

function clock(at) {
  const moment = new Date(at);
  const time = moment.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const today = moment.toDateString() === new Date().toDateString();
  return today ? time : `${time}, ${moment.toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit" })}`;
}

function say(form, words, at, kind = "") {
  const line = form.querySelector("[data-kept]");
  if (!line || !words) return;
  line.textContent = words.replace("{time}", clock(at));
  line.classList.toggle("is-waiting", kind === "waiting");
  line.hidden = false;
}

export function save(form) {
  const at = Date.now();
  const now = Object.fromEntries(controls(form).map((el) => [slot(el), value(el)]));
  const from = Object.fromEntries(controls(form).map((el) => [slot(el), initial(el)]));
  if (JSON.stringify(now) === JSON.stringify(from)) {
    forget(form.dataset.keep);
    return;
  }
  try {
    localStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify({ at, now, from }));
    if (!form.dataset.waiting) say(form, form.dataset.keepText, at);
  } catch {
    // no room, or closed: the page says nothing rather than something untrue
  }
}

// Only fields that the server shows as they were when the text was saved: what it knows better stays.
function restore(form) {
  const kept = read(form.dataset.keep);
  if (!kept?.now) return;
  let any = false;
  for (const el of controls(form)) {
    const name = slot(el);
    if (!(name in kept.now) || kept.now[name] === kept.from[name] || initial(el) !== kept.from[name] || value(el) !== initial(el)) continue;
    if (isPick(el)) el.checked = kept.now[name];
    else el.value = kept.now[name];
    el.closest("details")?.setAttribute("open", "");
    el.dispatchEvent(new Event("change", { bubbles: true }));
    any = true;
  }
  if (any) say(form, form.dataset.keepRestored, kept.at);
}

async function reachable() {
  if (!navigator.onLine) return false;
  const patience = new Promise((resolve) => setTimeout(resolve, 6000, true)); // slow is not gone
  const asked = fetch(import.meta.url, { method: "HEAD", cache: "no-store" }).then(() => true, () => false);
  return Promise.race([asked, patience]);
}

// The network is gone: say so, and press the button again when it is back.
export function wait(form, submitter) {
  save(form);
  say(form, form.dataset.keepOffline, Date.now(), "waiting");
  if (form.dataset.waiting) return;
  form.dataset.waiting = "1";
  const stop = () => {
    clearInterval(timer);
    window.removeEventListener("online", again);
    delete form.dataset.waiting;
  };
  const again = async () => {
    if (!form.isConnected) return stop();
    if (form.dataset.waiting && (await reachable()) && form.dataset.waiting) {
      stop();
      form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    }
  };
  const timer = setInterval(again, RETRY);
  window.addEventListener("online", again);
}

function submitting(event) {
  const form = event.target;
  if (!form.dataset?.keep || event.defaultPrevented) return;
  clearTimeout(timers.get(form)); // a save after the answer would bring back what has arrived
  timers.delete(form);
  save(form);
  if (form.dataset.inPanel !== undefined || form.dataset.reached) {
    delete form.dataset.reached;
    return;
  }
  event.preventDefault();
  if (form.dataset.asking) return;
  form.dataset.asking = "1";
  reachable().then((yes) => {
    delete form.dataset.asking;
    if (!yes) return wait(form, event.submitter);
    form.dataset.reached = "1";
    form.requestSubmit(event.submitter ?? undefined);
  });
}

const timers = new WeakMap();
let started = false;

export function start(root) {
  if (!started) {
    started = true;
    sweep();
    document.addEventListener("submit", submitting, true);
  }
  const marks = [...root.querySelectorAll("meta[name=danban-clear]")].map((el) => el.content);
  marks.push(...[...root.querySelectorAll("[data-clear]")].map((el) => el.dataset.clear));
  marks.join(" ").split(/\s+/).filter(Boolean).forEach(forget);
  for (const form of root.querySelectorAll("form[data-keep]")) {
    if (form.dataset.keeping) continue;
    form.dataset.keeping = "1";
    restore(form);
    const later = () => {
      clearTimeout(timers.get(form));
      timers.set(form, setTimeout(save, PAUSE, form));
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    window.addEventListener("pagehide", () => {
      if (timers.has(form) && form.isConnected && !form.dataset.sent) save(form);
    });
  }
}
