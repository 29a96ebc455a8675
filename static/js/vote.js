// Voting where one stands, and counts that follow: fetched by acts.js when it is needed.

const headers = { Accept: "application/json" };
const plural = new Intl.PluralRules(document.documentElement.lang || "ru");

export function count({ idea, up, down }) {
  for (const [side, votes] of [["for", up], ["against", down]])
    for (const shown of document.querySelectorAll(`[data-votes-${side}="${idea}"]`)) {
      if (votes === null) continue;
      shown.textContent = votes;
      const label = shown.nextElementSibling;
      const forms = (label?.dataset.many ? label : document.querySelector("#votes"))?.dataset;
      if (side === "for" && label && forms) label.textContent = forms[plural.select(votes)] ?? forms.many;
    }
}

function show(panel, { value, receipt }) {
  for (const part of panel.querySelectorAll("[data-at]")) part.hidden = !part.dataset.at.split(" ").includes(String(value));
  const code = panel.querySelector("[data-receipt]");
  if (code) code.textContent = receipt;
}

function complain(panel, text) {
  const said = panel.querySelector("[data-refused]");
  said.hidden = !text;
  said.textContent = text;
}

// A key of its own lets the server know the request again that is sent twice.
async function post(url, body) {
  const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const send = () => fetch(url, { method: "POST", body, headers: { ...headers, "Idempotency-Key": key } });
  try {
    return await send();
  } catch {
    return send();
  }
}

export async function vote(form, button) {
  const panel = button.closest("[data-voting]");
  if (panel.ariaBusy === "true") return;
  panel.ariaBusy = "true";
  complain(panel, "");
  try {
    const body = new FormData(form);
    body.set("value", button.value);
    const answer = await post(button.getAttribute("formaction") ?? form.action, body);
    const told = await answer.json();
    if (!answer.ok) return complain(panel, told.detail);
    const former = panel.querySelector("button[value='0']")?.hidden === false;
    show(panel, told);
    count(told);
    spend(Number(former) - Number(told.value === 1));
    if (button.hidden) panel.querySelector("button:not([hidden])")?.focus();
  } catch {
    complain(panel, form.dataset.failed);
  } finally {
    panel.ariaBusy = "false";
  }
}

// Where everybody has a number of voices, those that are left are counted on.
function spend(change) {
  for (const left of document.querySelectorAll("[data-left]")) left.textContent = Math.max(0, Number(left.textContent) + change);
}

// What the page shows when voting has ended.
export async function renew(panel) {
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-voting][id]");
    if (answer.ok && fresh) panel.replaceWith(document.adoptNode(fresh));
  } catch {
    // The page is right when it is opened anew.
  }
}
