// Moderators' queue: what speaks of the same as an entry is fetched as soon as the entry comes into view, one search at a
// time. Without this a link leads to the entry's own page, which shows it.

const waiting = [];
let busy = false;

async function next() {
  if (busy || !waiting.length) return;
  busy = true;
  const place = waiting.shift();
  try {
    const answer = await fetch(place.dataset.near);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const said = document.createElement("div");
    said.innerHTML = await answer.text();
    place.querySelector("[data-near-here]").replaceWith(said);
  } catch {
    // The link stays.
  }
  busy = false;
  next();
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.push(target);
  }
  next();
});
for (const place of document.querySelectorAll("[data-near]")) seen.observe(place);
