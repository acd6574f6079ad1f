// The one script every page links. Pages work without it; it fetches only the improvements this page has a use for.
// A part of a page that comes later (the comment panel) announces itself with the event "danban:content".

const PARTS = [
  ["form[method=post]", "./submit-once.js"],
  ["form[data-keep], meta[name=danban-clear], [data-clear]", "./keep.js"],
  ["textarea[data-redline]", "./redline.js"],
  ["[data-key]", "./shortcuts.js"],
  ["[data-outline]", "./outline.js"],
  ["[data-panel]", "./panel.js"],
  ["[data-print], [data-copy]", "./tools.js"],
  ["[data-ranking]", "./survey-rank.js"],
  ["[data-place]", "./survey-place.js"],
  ['[data-progress="on"]', "./progress.js"],
  ["[data-complete]", "./complete.js"],
  ["[data-enter-saves]", "./enter-saves.js"],
];

function start(root) {
  for (const [selector, file] of PARTS) {
    if (root.querySelector(selector)) {
      import(file).then((part) => part.start(root)).catch(() => {});
    }
  }
  root.querySelector("[data-error-summary]")?.focus();
}

document.addEventListener("danban:content", (event) => start(event.target));
start(document);
