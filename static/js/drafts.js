// Keeps what is typed into a form with `data-draft` until it is sent: through a reload, a crash, a walk to another page.
// The computer may be a library's. So a draft belongs to one person (`data-person` of the page, a keyed hash), lasts a
// day, and goes as soon as any page is seen as somebody else or as nobody. Who is not signed in has drafts in the open
// tab alone; an operator, whose `data-person` is empty, has none.
// A form that a script puts into the page later says so by the event `draft:form`; what is kept is told by `draft:found`.

const [PREFIX, WHO, DAY, PAUSE] = ["draft:", "drafts-of", 86_400_000, 400];
const { person } = document.body.dataset;
const [here] = location.href.split("#");
// A page kept for reading without a line does not know who is signed in.
const kept = "saved" in document.documentElement.dataset;

function storage(name) {
  try {
    const store = window[name];
    store.getItem(PREFIX);
    return store;
  } catch {
    return null; // Forbidden by the browser: forms work as they would without this.
  }
}
const [lasting, ofTab] = [storage("localStorage"), storage("sessionStorage")];

const draftsIn = (store) => Object.keys(store ?? {}).filter((key) => key.startsWith(PREFIX));
const forget = (store, keys = draftsIn(store)) => keys.forEach((key) => store.removeItem(key));

function read(store, key) {
  try {
    const draft = JSON.parse(store.getItem(key));
    const age = Date.now() - draft.at;
    if (age > -DAY && age < DAY && draft.fields) return draft;
  } catch {
    // Nothing, or nothing of ours.
  }
  store.removeItem(key);
  return null;
}

// What a page knows about who is here decides what stays.
function settle() {
  if (lasting) {
    const own = `${PREFIX}${person}:`;
    forget(lasting, draftsIn(lasting).filter((key) => !person || !key.startsWith(own) || !read(lasting, key)));
    try {
      if (person) lasting.setItem(WHO, person);
      else lasting.removeItem(WHO);
    } catch {
      // Full: then nothing is kept either.
    }
  }
  if (ofTab) forget(ofTab, person === undefined ? draftsIn(ofTab).filter((key) => !read(ofTab, key)) : undefined);
}

// Hidden fields are the page's, but for those that follow what is typed (`data-kept`); secrets and files are nobody's.
const UNKEPT = ["hidden", "password", "file", "submit", "button", "reset", "image"];
const isHidden = ({ type }) => type === "hidden";
const typedInto = (form) => [...form.elements].filter(({ name, type }) => name && type && !UNKEPT.includes(type));
const fieldsOf = (form) => [...typedInto(form), ...[...form.elements].filter((one) => isHidden(one) && "kept" in one.dataset)];
const isChoice = ({ type }) => type === "checkbox" || type === "radio";
const isText = ({ type }) => !isChoice({ type }) && !type.startsWith("select");

// In the order of the form, because boxes share a name.
const state = (fields) =>
  fields.map((field) => [
    field.name,
    isChoice(field) ? field.checked : field.multiple ? [...field.selectedOptions].map(({ value }) => value) : field.value,
  ]);

function fill(form, fields) {
  fieldsOf(form).forEach((field, n) => {
    const [name, value] = fields[n] ?? [];
    if (name !== field.name) return;
    if (isChoice(field)) field.checked = value;
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const words = (moment) => {
  const at = new Date(moment);
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(document.documentElement.lang || "ru", {
    ...day,
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
};

function guard(form, store) {
  const key = `${PREFIX}${person ?? "nobody"}:${form.dataset.draft}`;
  const note = form.querySelector("[data-draft-note]");
  const given = state(fieldsOf(form));
  const found = read(store, key);
  // The text that the form came with; a draft belongs to it. A form that was refused brings back what was typed.
  const returned = "returned" in form.dataset;
  const typed = () => JSON.stringify(typedInto(form).filter(isText).map(({ value }) => value));
  const untyped = typed();
  let base = returned ? (found?.base ?? null) : JSON.stringify(state(typedInto(form)));
  let timer;

  // Another tab may have signed out, or somebody else in, since this page was opened.
  const isMine = () => person === undefined || store.getItem(WHO) === person;

  function save(sent) {
    timer = clearTimeout(timer);
    try {
      if (!isMine()) return;
      // A choice alone is no text to be lost.
      if (!returned && typed() === untyped) store.removeItem(key);
      else store.setItem(key, JSON.stringify({ at: Date.now(), base, fields: state(fieldsOf(form)), sent }));
    } catch {
      // Full.
    }
  }

  form.addEventListener("input", () => (timer ??= setTimeout(save, PAUSE)));
  form.addEventListener("submit", (event) => !event.defaultPrevented && save(here));
  addEventListener("pagehide", () => timer && save());
  document.addEventListener("visibilitychange", () => timer && document.hidden && save());

  // The server keeps a draft too: from then on this one belongs to the text that the server has.
  let sending;
  form.addEventListener("draft:sending", () => (sending = JSON.stringify(state(typedInto(form)))));
  form.addEventListener("draft:kept", () => {
    base = sending;
    save();
  });

  if (returned) return save();
  // The server's text has changed since: it is newer than the draft.
  if (found && found.base !== null && found.base !== base) return store.removeItem(key);
  if (!found || JSON.stringify(found.fields) === JSON.stringify(given)) return;
  // Whom a page was opened to answer is newer than whom the draft answers.
  const newer = (field, n) => isHidden(field) && given[n][1];
  fill(form, fieldsOf(form).map((field, n) => (newer(field, n) ? given[n] : (found.fields[n] ?? []))));
  timer = clearTimeout(timer);
  if (!note) return;
  const said = note.querySelector("[data-text]");
  note.hidden = false;
  // Readers of the screen tell what changes in a place that was already there.
  const saying = setTimeout(() => (said.textContent = said.dataset.text.replace("{when}", words(found.at))), 100);
  note.querySelector("button").addEventListener("click", () => {
    clearTimeout(saying);
    fill(form, given);
    timer = clearTimeout(timer);
    store.removeItem(key);
    said.textContent = said.dataset.cleared;
    note.querySelector("button").hidden = true;
    form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
}

// A form that was sent and led on to another page has arrived; one that came back, or met a dead line, has not.
function letGoOfSent(store) {
  const [navigation] = performance.getEntriesByType("navigation");
  for (const key of draftsIn(store)) {
    const draft = read(store, key);
    if (!draft?.sent) continue;
    if (navigation?.redirectCount && document.referrer === draft.sent) store.removeItem(key);
    else store.setItem(key, JSON.stringify({ ...draft, sent: undefined }));
  }
}

// Who signs out leaves nothing behind, whatever the line does next.
document.addEventListener("submit", ({ target }) => {
  if (!/\/accounts\/logout\/$/.test(new URL(target.action).pathname)) return;
  for (const one of [lasting, ofTab]) if (one) forget(one);
  lasting?.removeItem(WHO);
});

const store = person === undefined ? ofTab : person ? lasting : null;
if (!kept) {
  try {
    settle();
    if (store) letGoOfSent(store);
  } catch {
    // Full.
  }
  if (store) {
    for (const form of document.querySelectorAll("form[data-draft]")) guard(form, store);
    document.addEventListener("draft:form", ({ target }) => guard(target, store));
    const own = `${PREFIX}${person ?? "nobody"}:`;
    const names = draftsIn(store).filter((key) => key.startsWith(own)).map((key) => key.slice(own.length));
    document.dispatchEvent(new CustomEvent("draft:found", { detail: names }));
  }
}
