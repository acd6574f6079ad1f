// Buttons that are useless without a script, shown only now: <button data-print hidden>, <button data-copy="text"
// data-done="Đã sao chép" hidden>.

async function copy(button) {
  const words = button.querySelector("span") ?? button;
  try {
    await navigator.clipboard.writeText(button.dataset.copy || location.href);
    words.textContent = button.dataset.done;
    words.setAttribute("role", "status");
  } catch {
    button.hidden = true; // not allowed here: the text stands on the page
  }
}

export function start(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
