// Completions below the search box: the combobox pattern of ARIA (list, no inline text). Arrows choose, Enter takes,
// Escape closes; typing on leaves it alone. Without this script the box is a box.

const WAIT = 150; // milliseconds after the last key

function option(text, number) {
  const item = document.createElement("li");
  item.id = `goi-y-${number}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.textContent = text;
  return item;
}

function complete(box) {
  const input = box.querySelector("input[name=q]");
  const list = document.createElement("ul");
  const told = document.createElement("p");
  list.id = "goi-y";
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.completeLabel);
  told.className = "sr";
  told.setAttribute("role", "status");
  box.append(list, told);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
  let timer, asking, at = -1, typed = input.value;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (next) => {
    const items = [...list.children];
    at = (next + items.length + 1) % (items.length + 1);
    if (at === items.length) at = -1;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", items[at].id);
      items[at].scrollIntoView({ block: "nearest" });
    }
  };
  const take = (text) => {
    input.value = text;
    close();
    input.form.requestSubmit();
  };
  const show = (texts) => {
    list.replaceChildren(...texts.map(option));
    at = -1;
    list.hidden = !texts.length;
    input.setAttribute("aria-expanded", String(texts.length > 0));
    input.removeAttribute("aria-activedescendant");
    told.textContent = texts.length ? box.dataset.completeTold.replace("{n}", texts.length) : "";
  };
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const draft = input.form.elements.dot?.value ?? "";
    const address = `${box.dataset.complete}?${new URLSearchParams({ q: input.value, dot: draft })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch {
      // offline, or typed on: no completions
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) close();
    else if (input.value !== typed) timer = setTimeout(ask, WAIT);
    typed = input.value;
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(event.key === "ArrowDown" ? at + 1 : at < 0 ? list.children.length - 1 : at - 1);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(list.children[at].textContent);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) {
      event.preventDefault();
      take(item.textContent);
    }
  });
}

export function start(root) {
  root.querySelectorAll("[data-complete]").forEach(complete);
}
