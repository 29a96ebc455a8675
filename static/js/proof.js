// Before a form with `data-proof` goes, asks the server whether the browser is to work for it, and works. Whoever will not
// wait sends without. Without this script a moderator looks first at what is written, and sign-ups are fewer an hour.

// The server judges the text itself; this only has to see no less than that.
const LINK = /:\/\/|www\.|[\p{L}\d-]\.\p{L}{2}/iu;
const STEP = 20;
// Whom the server does not answer within this many milliseconds waits no longer: what is written goes without.
const PATIENCE = 8000;

async function ask({ dataset }, form, { signal }) {
  const typed = [...form.querySelectorAll("textarea, input[type=text]")].map(({ value }) => value).join("\n");
  const headers = { Accept: "application/json" };
  const answer = await fetch(dataset.proof + (LINK.test(typed) ? "&links=1" : ""), { headers, signal });
  if (!answer.ok) throw new Error(answer.status);
  return answer.status === 204 ? null : answer.json();
}

function work(task, address, tell, stopped) {
  return new Promise((done, fail) => {
    const worker = new Worker(address);
    const end = (call, value) => {
      worker.terminate();
      call(value);
    };
    worker.onmessage = ({ data: { tried, number } }) => (tried === undefined ? end(done, number) : tell(tried / task.maxnumber));
    worker.onerror = () => end(fail, new Error("worker"));
    stopped.addEventListener("abort", () => end(fail, new Error("stopped")));
    worker.postMessage(task);
  });
}

async function prove(form, part) {
  const { dataset } = part;
  const field = part.querySelector("input[name=proof]");
  const [said, skip, note] = ["said", "skip", "note"].map((what) => part.querySelector(`[data-proof-${what}]`));
  const stop = new AbortController();
  const show = (shown) => [skip, note].forEach((one) => one && (one.hidden = !shown));
  let last = -1;
  // In few words: a screen reader reads each aloud.
  const tell = (share) => {
    const step = Math.floor((share * 100) / STEP) * STEP;
    if (step > last) said.textContent = dataset.working.replace("{done}", (last = step));
  };
  field.value = "";
  skip.onclick = () => stop.abort();
  try {
    said.textContent = dataset.asking;
    const late = setTimeout(() => stop.abort(), PATIENCE);
    const task = await ask(part, form, stop);
    clearTimeout(late);
    if (task) {
      show(true);
      const number = await work(task, dataset.worker, tell, stop.signal);
      const { algorithm, challenge, salt, signature } = task;
      field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
    said.textContent = task ? dataset.done : "";
  } catch {
    said.textContent = dataset.without;
  }
  show(false);
}

// Before every other listener: they hear of the form when it may go.
addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter: button } = event;
    const part = form.querySelector("[data-proof]");
    // A button with an address of its own (a draft) is another matter.
    if (!part || button?.hasAttribute("formaction")) return;
    if (part.dataset.state === "ready") {
      delete part.dataset.state;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (part.dataset.state === "busy") return;
    part.dataset.state = "busy";
    await prove(form, part);
    part.dataset.state = "ready";
    form.requestSubmit(button);
    part.querySelector("[data-proof-said]").textContent = "";
  },
  true,
);
