// A second press on a button sends nothing twice. The button stays in place and readable: aria-disabled, not disabled,
// so that its name and value still go with the form and focus is not lost.

const RELEASED_AFTER = 12000; // ms: a form that downloads a file leaves the page where it is

export function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled=true]")) button.removeAttribute("aria-disabled");
}

function submitted(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), RELEASED_AFTER);
}

let started = false;

export function start() {
  if (started) return;
  started = true;
  document.addEventListener("submit", submitted);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
}
