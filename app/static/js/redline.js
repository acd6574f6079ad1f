// The wording as one changes it: <textarea data-redline="id of the output" data-base="the clause as it stands">.
// The output holds [data-redline-words] and a foot with data-text ("Thêm {ins} chữ, bỏ {del} chữ.") and data-after.
// By words and marks, longest common subsequence; bounded, so that a cheap phone keeps up.

const PAUSE = 150; // ms
const LARGEST = 400000; // cells of the table; beyond it the middle is shown as replaced whole
const AROUND = 14; // words of unchanged text kept on each side of a change

const split = (text) => text.normalize("NFC").match(/[\p{L}\p{N}]+|\s+|[^\p{L}\p{N}\s]/gu) ?? [];
const same = (a, b) => a === b || (!a.trim() && !b.trim());
const words = (tokens) => tokens.filter((token) => /[\p{L}\p{N}]/u.test(token)).length;

function middle(a, b) {
  if (a.length * b.length > LARGEST) return [["del", a], ["ins", b]];
  const wide = b.length + 1;
  const table = new Uint16Array((a.length + 1) * wide);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * wide + j] = same(a[i], b[j])
        ? table[(i + 1) * wide + j + 1] + 1
        : Math.max(table[(i + 1) * wide + j], table[i * wide + j + 1]);
    }
  }
  const out = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(a[i], b[j])) {
      out.push(["same", [b[j++]]]);
      i++;
    } else if (i < a.length && (j === b.length || table[(i + 1) * wide + j] >= table[i * wide + j + 1])) {
      out.push(["del", [a[i++]]]);
    } else {
      out.push(["ins", [b[j++]]]);
    }
  }
  return out;
}

// Runs of one kind joined; a space alone between two changes belongs to them, so that a replaced phrase stays one phrase.
function tidy(parts) {
  const out = [];
  let gone = [];
  let come = [];
  const flush = () => {
    if (gone.length) out.push(["del", gone]);
    if (come.length) out.push(["ins", come]);
    gone = [];
    come = [];
  };
  parts.forEach(([op, tokens], at) => {
    if (op === "del") gone.push(...tokens);
    else if (op === "ins") come.push(...tokens);
    else if (tokens.every((token) => !token.trim()) && gone.length && come.length && parts[at + 1]?.[0] !== "same" && parts[at + 1]) {
      gone.push(...tokens);
      come.push(...tokens);
    } else {
      flush();
      const last = out.at(-1);
      if (last?.[0] === "same") last[1].push(...tokens);
      else out.push(["same", [...tokens]]);
    }
  });
  flush();
  return out;
}

export function compare(before, after) {
  const [a, b] = [split(before.trim()), split(after.trim())];
  let head = 0;
  while (head < a.length && head < b.length && same(a[head], b[head])) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && same(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail++;
  const parts = [];
  if (head) parts.push(["same", b.slice(0, head)]);
  parts.push(...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)));
  if (tail) parts.push(["same", b.slice(b.length - tail)]);
  return tidy(parts);
}

function shortened(tokens, first, last) {
  const keep = AROUND * 2;
  if (tokens.length <= keep * (first || last ? 1 : 2) + 4) return tokens.join("");
  if (first) return `… ${tokens.slice(-keep).join("").trimStart()}`;
  if (last) return `${tokens.slice(0, keep).join("").trimEnd()} …`;
  return `${tokens.slice(0, keep).join("").trimEnd()} … ${tokens.slice(-keep).join("").trimStart()}`;
}

function draw(area, output) {
  const parts = compare(area.dataset.base, area.value);
  const changed = parts.some(([op]) => op !== "same") && area.value.trim();
  output.hidden = !changed;
  if (!changed) return;
  const count = { ins: 0, del: 0 };
  const nodes = parts.map(([op, tokens], at) => {
    if (op === "same") return document.createTextNode(shortened(tokens, at === 0, at === parts.length - 1));
    count[op] += words(tokens);
    const el = document.createElement(op);
    el.textContent = tokens.join("");
    return el;
  });
  output.querySelector("[data-redline-words]").replaceChildren(...nodes);
  const foot = output.querySelector("[data-text]");
  const told = foot.dataset.text.replace("{ins}", count.ins).replace("{del}", count.del);
  foot.textContent = [told, foot.dataset.after].filter(Boolean).join(" ");
}

export function start(root) {
  for (const area of root.querySelectorAll("textarea[data-redline]")) {
    const output = document.getElementById(area.dataset.redline);
    if (!output || area.dataset.drawn) continue;
    area.dataset.drawn = "1";
    let timer = 0;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(draw, PAUSE, area, output);
    };
    area.addEventListener("input", later);
    area.addEventListener("change", later);
    draw(area, output);
  }
}
