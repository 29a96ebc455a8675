// The form of an idea: its draft goes to the server every few seconds, and tags are suggested behind those already typed.
// Without this a button keeps the draft, and tags are typed by hand.

const PAUSE = 4000;

function keepOnServer(form) {
  const note = form.querySelector("[data-server-draft-note]");
  const files = form.querySelector("input[type=file]");
  let timer, busy, sent;

  const typed = () => JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const say = (text) => (note.textContent = text);
  const time = () => new Intl.DateTimeFormat(document.documentElement.lang || "ru", { timeStyle: "short" }).format(new Date());
  let known = typed();

  async function save() {
    timer = undefined;
    const now = typed();
    if (busy || sent || now === known) return;
    busy = true;
    // The browser's own copy must know which text the server has: what is typed after it is the newer one.
    form.dispatchEvent(new CustomEvent("draft:sending"));
    const body = new FormData(form);
    // Files go once, with the button: sent every few seconds they would be kept as often.
    if (files) body.delete(files.name);
    body.delete("remove");
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(form.dataset.serverDraft, { method: "POST", body, headers, keepalive: document.hidden });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      known = now;
      say(note.dataset.saved.replace("{when}", time()));
      form.dispatchEvent(new CustomEvent("draft:kept"));
    } catch {
      say(note.dataset.failed);
    }
    busy = false;
    if (typed() !== known) timer ??= setTimeout(save, PAUSE);
  }

  form.addEventListener("input", () => (timer ??= setTimeout(save, PAUSE)));
  form.addEventListener("submit", (event) => (sent = !event.defaultPrevented));
  addEventListener("pageshow", () => (sent = false));
  // Who leaves the page within those seconds: the text still goes.
  document.addEventListener("visibilitychange", () => document.hidden && timer && (clearTimeout(timer), save()));
}

// A list of suggestions completes a whole field; here it is to complete what stands behind the last comma.
function suggestTags(field, list) {
  const tags = [...list.options].map(({ value }) => value);
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  const offer = () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    const chosen = before.split(",").map((tag) => tag.trim().toLowerCase());
    const options = tags.filter((tag) => !chosen.includes(tag)).map((tag) => new Option("", `${before}${before && " "}${tag}`));
    list.replaceChildren(...options);
  };
  field.addEventListener("input", offer);
  offer();
}

const form = document.querySelector("form[data-server-draft]");
if (form) keepOnServer(form);
const [tags, usual] = [document.querySelector("input[name=tags]"), document.getElementById("usual-tags")];
if (tags && usual) suggestTags(tags, usual);
