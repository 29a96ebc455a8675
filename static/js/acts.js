// Fetches on the first press what pressing needs. Without it these are forms and links that lead there and back.

const { voteAt, shareAt } = document.querySelector("script[data-vote-at]").dataset;

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (!form.matches("[data-vote]") || !button) return;
  event.preventDefault();
  import(voteAt).then(
    ({ vote }) => vote(form, button),
    () => {
      form.removeAttribute("data-vote");
      form.requestSubmit(button);
    },
  );
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-share]");
  if (!link || !shareAt || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import(shareAt).then(({ share }) => share(link), () => (location.href = link.href));
});

// What the socket tells of others.
document.addEventListener("votes", ({ detail }) => import(voteAt).then(({ count }) => count(detail)));

// When voting ends, the page shows what was hidden until then; not all readers ask at once.
const panel = document.querySelector("[data-until]");
const left = panel ? new Date(panel.dataset.until) - Date.now() : 0;
if (left > 0 && left < 864e5)
  setTimeout(() => import(voteAt).then(({ renew }) => renew(panel)), left + 1000 + Math.random() * 1e4);
