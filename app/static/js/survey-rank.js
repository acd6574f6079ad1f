// Ranking: buttons up and down beside each option. The selects stay, say what will be sent, and work without this.
// A rank that is given twice moves the others: the one chosen last has it. Lines stand in the order of their ranks.

function lines(list) {
  return [...list.querySelectorAll("[data-option]")];
}

const select = (line) => line.querySelector("select");
const rank = (line) => Number(select(line).value) || Infinity;

function order(list) {
  return lines(list).filter((line) => select(line).value).sort((a, b) => rank(a) - rank(b));
}

function most(list) {
  return Math.max(...[...list.querySelector("select").options].map((option) => Number(option.value)));
}

// Ranks 1, 2, 3 … in this order; whatever does not fit is not ranked any more.
function number(list, ranked) {
  const kept = ranked.slice(0, most(list));
  for (const line of lines(list)) {
    const place = kept.indexOf(line);
    select(line).value = place < 0 ? "" : String(place + 1);
    line.classList.toggle("is-ranked", place >= 0);
  }
  return kept;
}

function settle(list, ranked) {
  const kept = number(list, ranked);
  const rest = lines(list).filter((line) => !kept.includes(line));
  const held = document.activeElement;
  list.append(...kept, ...rest);
  if (list.contains(held)) held.focus();
}

function say(list, line) {
  const words = select(line).value ? list.dataset.said : list.dataset.out;
  const place = list.parentElement.querySelector("[data-ranking-said]");
  place.textContent = words.replace("{option}", line.dataset.option).replace("{rank}", select(line).value);
}

function move(list, line, step) {
  const ranked = order(list);
  const at = ranked.indexOf(line);
  if (at < 0) {
    if (step > 0) return;
    ranked.push(line);
  } else if (step > 0 && at === ranked.length - 1) {
    ranked.pop();
  } else {
    ranked.splice(at, 1);
    ranked.splice(Math.max(0, at + step), 0, line);
  }
  settle(list, ranked);
  say(list, line);
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

function chosen(list, line) {
  const wanted = select(line).value;
  const others = order(list).filter((other) => other !== line);
  if (wanted) others.splice(Math.min(Number(wanted) - 1, others.length), 0, line);
  settle(list, others);
  say(list, line);
}

function button(list, line, step, sign, words) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = sign;
  made.setAttribute("aria-label", words.replace("{option}", line.dataset.option));
  made.addEventListener("click", () => move(list, line, step));
  return made;
}

export function start(root) {
  for (const list of root.querySelectorAll("[data-ranking]:not(.is-live)")) {
    list.classList.add("is-live");
    for (const line of lines(list)) {
      const moves = document.createElement("span");
      moves.className = "ranking__moves";
      moves.append(button(list, line, -1, "↑", list.dataset.up), button(list, line, 1, "↓", list.dataset.down));
      line.append(moves);
      select(line).addEventListener("change", () => chosen(list, line));
    }
    const ranked = order(list);
    const twice = new Set(ranked.map(rank)).size < ranked.length;
    if (!twice) settle(list, ranked); // two of one rank came back refused: whoever typed them sees them as they were
  }
}
