// The outline follows the reader: the article at the top of the window is marked, its branch opened, its clauses listed,
// its name shown in the bar of narrow screens. Links and the sheet (:target) work without this.

const BAND = "-72px 0px -84% 0px"; // the line of the window that counts as being read, just below its top
const PLACES = ".dieu[id]:not(.dieu--quoted), .annexed[id], .chuong-head[id], .can-cu[id]";
const ITEMS = ".clause[id]:not(.clause--diem, .clause--quoted, .dieu-head, .chuong-head)";

// Of several in the band the deepest place (it comes last), but the first of clauses, which stand one below the other.
const byOrder = (a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);

function watch(elements, report, at) {
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target);
    if (seen.size) report([...seen].sort(byOrder).at(at));
  }, { rootMargin: BAND });
  for (const el of elements) observer.observe(el);
  return observer;
}

class Outline {
  constructor(nav) {
    this.nav = nav;
    this.box = nav.closest(".reading__outline") ?? nav;
    this.bar = document.querySelector("[data-outline-here]");
    this.links = new Map([...nav.querySelectorAll("a[href^='#']")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
    this.opened = new Set([...nav.querySelectorAll("details[open]")]);
    this.inside = null;
    watch(document.querySelectorAll(PLACES), (place) => this.at(place), -1);
  }

  at(place) {
    const link = this.links.get(place.id);
    if (!link || link === this.link) return;
    for (const old of this.nav.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
    this.link = link;
    link.setAttribute("aria-current", "location");
    if (this.bar) this.bar.textContent = link.querySelector("span").textContent;
    this.open(link);
    this.list(place, link);
    this.show(link);
  }

  // Branches that we opened are closed again; those that the reader opened stay.
  open(link) {
    const path = new Set();
    for (let el = link.closest("details"); el; el = el.parentElement.closest("details")) path.add(el);
    for (const details of this.opened) if (!path.has(details)) details.open = false;
    for (const details of path) {
      if (!details.open) {
        details.open = true;
        this.opened.add(details);
      }
    }
    this.opened = new Set([...this.opened].filter((details) => details.open));
  }

  list(place, link) {
    this.inside?.list?.remove();
    this.inside?.observer.disconnect();
    const items = [...place.querySelectorAll(ITEMS)];
    if (!items.length) {
      this.inside = null;
      return;
    }
    const links = new Map();
    const ready = link.parentElement.querySelector(":scope > ol");
    const list = ready ? null : document.createElement("ol");
    for (const item of items) {
      const a = this.links.get(item.id) ?? (list && this.item(item, list));
      if (a) links.set(item, a);
    }
    if (list?.children.length) link.after(list);
    const observer = watch(items, (item) => {
      for (const a of links.values()) a.removeAttribute("aria-current");
      links.get(item)?.setAttribute("aria-current", "true");
    }, 0);
    this.inside = { list, observer };
  }

  item(clause, list) {
    const mark = clause.querySelector(".clause__n");
    if (!mark || mark.classList.contains("clause__n--doan")) return null;
    const li = document.createElement("li");
    const a = document.createElement("a");
    a.href = `#${clause.id}`;
    const name = document.createElement("span");
    name.textContent = mark.title.split(" Điều ")[0] || mark.textContent;
    a.append(name);
    const count = clause.querySelector(".margin__n > span")?.textContent.trim().split(" ")[0];
    if (count) {
      const c = document.createElement("span");
      c.className = "c";
      c.textContent = count;
      a.append(c);
    }
    li.append(a);
    list.append(li);
    return a;
  }

  // The box scrolls, the page never does.
  show(link) {
    const [outer, inner] = [this.box.getBoundingClientRect(), link.getBoundingClientRect()];
    if (!outer.height || (inner.top >= outer.top + 40 && inner.bottom <= outer.bottom - 80)) return;
    this.box.scrollTop += inner.top - outer.top - outer.height / 3;
  }
}

let started = false;

export function start(root) {
  if (started) return;
  started = true;
  for (const nav of root.querySelectorAll("[data-outline]")) new Outline(nav);
  document.addEventListener("keydown", (event) => {
    const sheet = document.querySelector(".reading__outline:target");
    if (event.key === "Escape" && sheet && getComputedStyle(sheet).position === "fixed") location.hash = "#dong";
  });
}
