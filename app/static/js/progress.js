// Work that goes on elsewhere: while a part says data-progress="on", it is fetched anew every few seconds, as long as
// the page is in sight. When the work is done, the page is loaded once more.

const EVERY = 3000; // ms

async function look(part) {
  const id = part.closest("[id]")?.id;
  if (!id || document.hidden) return part;
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok) return part;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`#${CSS.escape(id)} [data-progress]`);
  if (!fresh) return part;
  if (fresh.dataset.progress !== "on") {
    location.reload();
    return null;
  }
  part.replaceChildren(...fresh.childNodes);
  return part;
}

function follow(part) {
  setTimeout(async () => {
    const next = await look(part).catch(() => part);
    if (next?.isConnected) follow(next);
  }, EVERY);
}

export function start(root) {
  root.querySelectorAll('[data-progress="on"]').forEach(follow);
}
