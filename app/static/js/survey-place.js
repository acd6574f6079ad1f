// Province, then commune: the communes of a province come at once, without the button that shows the page again.

async function fill(place, province, commune, box) {
  const first = commune.options[0];
  commune.replaceChildren(first);
  box.hidden = true;
  if (!province.value) return;
  const answer = await fetch(place.dataset.place.replace(/_\/$/, `${encodeURIComponent(province.value)}/`));
  if (!answer.ok) throw new Error(String(answer.status));
  const found = await answer.json();
  commune.append(...found.map(([code, name]) => new Option(name, code)));
  box.hidden = found.length === 0;
}

export function start(root) {
  for (const place of root.querySelectorAll("[data-place]")) {
    const [province, commune] = place.querySelectorAll("select");
    const more = place.querySelector("[data-place-more]");
    const box = place.querySelector("[data-place-communes]");
    more.hidden = true;
    province.addEventListener("change", () => {
      fill(place, province, commune, box).catch(() => {
        more.hidden = false; // the network is gone: the button still works when it is back
      });
    });
    if (province.value && box.hidden) fill(place, province, commune, box).catch(() => { more.hidden = false; });
  }
}
