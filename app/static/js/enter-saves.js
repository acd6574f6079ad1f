// Entering many opinions one after another: Enter saves, in the boxes of several lines too; Shift+Enter breaks a line there.

function pressed(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.tagName !== "TEXTAREA") return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

export function start(root) {
  root.querySelectorAll("[data-enter-saves]").forEach((part) => part.addEventListener("keydown", pressed));
}
