// Moderators' queue and cases by the keyboard: single keys while no field has the focus, by their place on the keyboard, so
// that both layouts do. They can be turned off. After a decision the focus goes to the next case. Without this all of it is
// done by Tab and Enter.

const bar = document.querySelector("[data-keys]");
const list = bar?.querySelector("[data-keys-list]");
const entries = [...document.querySelectorAll("[data-entry]")];
const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog";
const OFF = "moderate.keys", AFTER = "moderate.after";

let at = null; // the entry that keys act upon
let begun = null; // the button that is pressed once there is a reason
let sent = false;

// A browser may keep nothing for this site: then the choice holds for the page.
const kept = (store, name) => { try { return store.getItem(name); } catch { return null; } };
const keep = (store, name, value) => {
  try { value === null ? store.removeItem(name) : store.setItem(name, value); } catch { /* see above */ }
};

let on = kept(localStorage, OFF) !== "off";

function say(text, entry = at) {
  const place = entry?.querySelector("[data-said]") ?? bar.querySelector("[data-keys-said]");
  place.textContent = text;
}

const focused = () => document.activeElement?.closest("[data-entry]") ?? null;

function go(entry) {
  if (!entry) return;
  at = entry;
  entry.focus();
  entry.scrollIntoView({ block: "start" });
}

function move(step) {
  const here = entries.indexOf(focused() ?? at);
  if (!entries.length) return say(bar.dataset.none);
  go(entries[here < 0 ? 0 : Math.min(Math.max(here + step, 0), entries.length - 1)]);
}

// What the next page shall give the focus to: the first of the cases below this one that is still there.
function remember(entry) {
  const here = entries.indexOf(entry);
  if (here >= 0) keep(sessionStorage, AFTER, JSON.stringify(entries.slice(here + 1).map((one) => one.dataset.entry)));
}

function press(button) {
  if (sent) return;
  button.form.requestSubmit(button);
}

function decide(key) {
  if (!entries.length) return say(bar.dataset.none);
  const entry = focused() ?? (entries.length === 1 ? entries[0] : null);
  // Nothing is done to what does not have the focus: the key brings the focus there first.
  if (!entry) return go(at ?? entries[0]);
  at = entry;
  const place = entry.querySelector(`[data-key="${key}"]`);
  if (!place) return say(bar.dataset.cannot, entry);
  if (place.matches("details")) {
    place.open = true;
    place.querySelector("input[type=text]").focus();
  } else if (place.matches("a")) {
    place.click();
  } else if (key === "p") {
    press(place);
  } else {
    begun = place;
    place.form.elements.reason.focus();
    say(`${place.textContent.trim()}. ${bar.dataset.reason}`, entry);
  }
}

function cancel() {
  const entry = focused();
  const unfolded = document.activeElement?.closest("details[open][data-key]");
  if (!entry || (!begun && !unfolded)) return false;
  if (unfolded) unfolded.open = false;
  begun = null;
  say("", entry);
  go(entry);
  return true;
}

const next = () => {
  const form = document.querySelector("form[data-next]");
  form ? form.requestSubmit() : move(1);
};
const KEYS = {
  KeyJ: () => move(1),
  KeyK: () => move(-1),
  KeyN: next,
  KeyP: () => decide("p"),
  KeyH: () => decide("h"),
  KeyA: () => decide("a"),
  KeyD: () => decide("d"),
  KeyE: () => decide("e"),
};

function keyed(event) {
  const { target, code, key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || sent) return false;
  if (key === "Escape") return !list.open && cancel();
  if (key === "Enter" && begun && target.form === begun.form && target.matches("select, input")) {
    if (begun.form.elements.reason.value) press(begun);
    else say(bar.dataset.reasonMissing, begun.closest("[data-entry]"));
    return true;
  }
  if (!on || event.repeat || target.closest?.(FIELDS)) return false;
  if (key === "?" || (code === "Slash" && event.shiftKey)) {
    list.showModal();
    return true;
  }
  if (event.shiftKey || !Object.hasOwn(KEYS, code)) return false;
  KEYS[code]();
  return true;
}

function show() {
  const toggle = bar.querySelector("[data-keys-toggle]");
  toggle.setAttribute("aria-pressed", String(on));
}

// Where the page before this one was left by a decision, or came back with something to mend.
function resume() {
  const after = kept(sessionStorage, AFTER);
  if (after === null || !bar) return;
  keep(sessionStorage, AFTER, null);
  const wrong = document.querySelector('[data-entry] [aria-invalid="true"], [data-refused] select');
  if (wrong) {
    at = wrong.closest("[data-entry]");
    wrong.focus();
    return;
  }
  const below = JSON.parse(after);
  go(entries.find((one) => below.includes(one.dataset.entry)) ?? entries[0]);
}

if (bar) {
  bar.hidden = false;
  show();
  bar.querySelector("[data-keys-toggle]").addEventListener("click", () => {
    on = !on;
    keep(localStorage, OFF, on ? null : "off");
    show();
  });
  bar.querySelector("[data-keys-help]").addEventListener("click", () => list.showModal());
  // Ahead of the admin's own keys, of which «?» is one.
  addEventListener("keydown", (event) => {
    if (!keyed(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("focusin", (event) => {
    at = event.target.closest("[data-entry]") ?? at;
    if (begun && event.target.form !== begun.form) begun = null;
  });
  document.addEventListener("submit", (event) => {
    const entry = event.target.closest("[data-entry]");
    if (!entry) return;
    if (sent) return event.preventDefault();
    sent = true;
    remember(entry);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-key]");
    if (link) remember(link.closest("[data-entry]"));
  });
  // A page that the browser kept whole may be sent again.
  addEventListener("pageshow", () => { sent = false; });
  const all = document.querySelector("[data-choose-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      for (const box of document.querySelectorAll('input[name="case"][form="many"]')) box.checked = true;
    });
  }
  resume();
} else {
  document.querySelector("[data-focus]")?.focus();
}
