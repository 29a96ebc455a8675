// Brings in the helper that keeps public pages for reading without a line, and says so on pages that come from it.

const root = document.documentElement;
const language = root.lang || "ru";
const clock = { hour: "2-digit", minute: "2-digit" };

function words(moment) {
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }).format(moment);
  return `${day}, ${new Intl.DateTimeFormat(language, clock).format(moment)}`;
}

// The page of what can be read now

async function savedPages() {
  const cache = await caches.open("pages");
  const found = await Promise.all(
    (await cache.keys()).reverse().map(async (request) => {
      const text = await (await cache.match(request, { ignoreVary: true })).text();
      const saved = new DOMParser().parseFromString(text, "text/html");
      const { lang, dataset } = saved.documentElement;
      const heading = saved.querySelector("h1") ?? saved.querySelector("title");
      const address = new URL(request.url).pathname;
      const isHome = lang === language && /^\/([a-z]{2}\/)?$/.test(address);
      return {
        address,
        title: isHome ? holder.dataset.home : heading.textContent.replaceAll(/\s+/g, " ").trim(),
        language: heading.lang || lang,
        at: new Date(dataset.saved),
        own: lang === language,
      };
    }),
  );
  return [...found.filter(({ own }) => own), ...found.filter(({ own }) => !own)];
}

async function list(holder) {
  const found = "caches" in window ? await savedPages() : [];
  for (const { address, title, language: spoken, at } of found) {
    const row = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: address, textContent: title, lang: spoken });
    const when = Object.assign(document.createElement("time"), { dateTime: at.toISOString(), textContent: words(at) });
    row.append(link, " ", when);
    holder.append(row);
  }
  holder.hidden = !found.length;
  document.querySelector("[data-nothing-saved]").hidden = found.length > 0;
}

const holder = document.querySelector("[data-saved-pages]");
if (holder) list(holder);

// A kept page says so; the page about having no line says it anyway.

const note = document.querySelector("[data-saved-note]");
if (root.dataset.saved && note && !holder) {
  const text = note.querySelector("[data-text]");
  note.hidden = false;
  // Readers of the screen tell what changes in a place that was already there.
  setTimeout(() => (text.textContent = text.dataset.text.replace("{when}", words(new Date(root.dataset.saved)))), 100);
}

// After everything that is needed to read, so that a slow line is not shared with it.

const { worker } = document.body.dataset;
if (worker && "serviceWorker" in navigator) {
  const bring = () => navigator.serviceWorker.register(worker, { updateViaCache: "none" }).catch(() => {});
  if (document.readyState === "complete") bring();
  else addEventListener("load", bring);
}
