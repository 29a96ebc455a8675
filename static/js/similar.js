// While an idea is written, ideas that speak of the same are shown beneath, and what these are filed under is offered.
// Without this the page shows them when it is opened with a text, and once more before a new idea is sent.

const [PAUSE, FEWEST, LONGEST] = [500, 2, 600];
const place = document.querySelector("[data-similar]");
const form = place.closest("form");
const read = [form.elements.title, form.elements.problem].filter(Boolean);
const [said, list, seen] = [".similar__said", ".similar__list", "[name=similar_seen]"].map((one) => place.querySelector(one));
const pattern = place.querySelector("template").content.firstElementChild;
const shown = new Set(seen.value.split(",").filter(Boolean));
let timer, asked, request, held;

// Whatever appears above what is being typed, it stays where it is on the screen; the browser is not to help as well.
function still(change) {
  const [{ activeElement: typed }, { style }] = [document, document.documentElement];
  const top = typed?.getBoundingClientRect().top;
  style.overflowAnchor = "none";
  change();
  if (typed && typed !== document.body) scrollBy({ top: typed.getBoundingClientRect().top - top, behavior: "instant" });
  style.overflowAnchor = "";
}

function item({ id, title, url, up, status_label: status, cycle }) {
  const one = pattern.cloneNode(true);
  const part = (name) => one.querySelector(`[data-${name}]`);
  const tell = (name, within, text) => {
    part(name).hidden = text === "";
    (within ? part(name).querySelector(within) : part(name)).textContent = text;
  };
  tell("title", "", title);
  tell("status", "", status);
  tell("votes", "b", up ?? "");
  tell("where", "span", cycle === place.dataset.cycleTitle ? "" : cycle);
  part("link").href = url;
  part("support").href = `${url}#vote`;
  shown.add(String(id));
  return one;
}

function button(label, what, press) {
  const one = document.createElement("button");
  Object.assign(one, { type: "button", className: "button button--plain", textContent: label.replace("{what}", what) });
  one.addEventListener("click", press);
  return one;
}

// Put into the field what was pressed, as if it had been typed there.
function put(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

const tagsIn = (field) => field.value.split(",").map((tag) => tag.trim().toLowerCase()).filter(Boolean);

const OFFERS = {
  tags: ({ tags }, field, label, again) =>
    tags.filter((tag) => !tagsIn(field).includes(tag)).map((tag) =>
      button(label, tag, () => {
        put(field, [...field.value.split(",").map((one) => one.trim()).filter(Boolean), tag].join(", "));
        again();
      })),
  sector: ({ sector }, field, label, again) =>
    sector && field.value !== String(sector.id) && [...field.options].some(({ value }) => value === String(sector.id))
      ? [button(label, sector.label, () => {
          put(field, String(sector.id));
          again();
        })]
      : [],
};

function offer(found) {
  for (const row of document.querySelectorAll("[data-offered]")) {
    const { offered, label } = row.dataset;
    const field = form.elements[offered];
    row.replaceChildren(...OFFERS[offered](found, field, label, () => still(() => offer(found))));
  }
}

function show(found) {
  held = undefined;
  // Who has come to the list by now goes through what stands there.
  if (place.contains(document.activeElement)) return (held = found);
  still(() => {
    said.textContent = found.said;
    list.replaceChildren(...found.results.map(item));
    offer(found);
  });
  seen.value = [...shown].join(",");
}

function question() {
  const [title, text] = ["title", "problem"].map((name) => form.elements[name]?.value.trim().slice(0, LONGEST) ?? "");
  const words = `${title} ${text}`.match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  return words.length < FEWEST ? "" : String(new URLSearchParams({ title, text, cycle: place.dataset.cycle }));
}

async function ask() {
  const wanted = question();
  if (wanted === asked) return;
  asked = wanted;
  request?.abort();
  if (!wanted) return show({ results: [], said: "", sector: null, tags: [] });
  const { signal } = (request = new AbortController());
  try {
    const answer = await fetch(`${place.dataset.similar}?${wanted}`, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    if (!signal.aborted) show(found);
  } catch {
    // A hint that does not come is not missed; the next pause asks again.
    if (!signal.aborted) asked = undefined;
  }
}

for (const field of read) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}
place.addEventListener("focusout", ({ relatedTarget }) => held && !place.contains(relatedTarget) && setTimeout(() => held && show(held)));
if (question()) ask();
