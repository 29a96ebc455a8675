// Makes a thread live. Without it the page shows comments, sends the form and pages backwards all the same.

const [FIRST_PAUSE, LONGEST_PAUSE, POLL, SILENCE, GONE] = [1000, 30000, 15000, 40000, 4404];
const headers = { Accept: "application/json" };
const plural = new Intl.PluralRules(document.documentElement.lang || "ru");
const jittered = (pause) => pause * (0.5 + Math.random());
const PAUSED = "updates-paused";
const comment = (id) => document.getElementById(`comment-${id}`);

function element(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

// For as long as the tab is open; where the browser keeps nothing, for as long as the page is.
function remembered(value) {
  try {
    if (value !== undefined) sessionStorage.setItem(PAUSED, value);
    return sessionStorage.getItem(PAUSED) === "yes";
  } catch {
    return value === "yes";
  }
}

function live(root) {
  const texts = root.dataset;
  const find = (what) => root.querySelector(`[data-${what}]`);
  const [list, button, state, pauser] = ["comments", "fresh", "state", "pause"].map(find);
  const form = root.querySelector("form");
  const [fresh, held] = [new Map(), new Map()];
  let seq = Number(texts.seq);
  let pause = FIRST_PAUSE;
  let paused = remembered();
  let socket, silence, polling, ended, sending;

  // Showing

  const say = (text) => state.textContent === text || (state.textContent = text);

  function offer() {
    const n = fresh.size;
    button.hidden = !n;
    button.textContent = n ? (texts[plural.select(n)] ?? texts.many).replace("{n}", n) : "";
  }

  // The text is the same for every reader; what only some may do is added here.
  function made(id, html) {
    const one = element(html);
    if (texts.moderateAt) {
      const link = document.createElement("a");
      link.href = `${texts.moderateAt}${id}/`;
      link.textContent = texts.moderate;
      one.querySelector("[data-actions]")?.append(link);
    }
    return one;
  }

  // An answer goes beneath what it belongs to, everything else to the end.
  function place(one) {
    const { root: first } = one.dataset;
    const beneath = first ? list.querySelectorAll(`[data-comment="${first}"], [data-root="${first}"]`) : [];
    if (beneath.length) beneath[beneath.length - 1].after(one);
    else list.append(one);
    find("empty")?.setAttribute("hidden", "");
  }

  function change({ id, html }) {
    const old = comment(id);
    if (!html) {
      old?.remove();
      fresh.delete(id);
    } else if (old) old.replaceWith(made(id, html));
    else fresh.set(id, made(id, html));
    offer();
  }

  function count({ idea, up, down }) {
    for (const [side, votes] of [["for", up], ["against", down]])
      for (const shown of document.querySelectorAll(`[data-votes-${side}="${idea}"]`)) shown.textContent = votes ?? "";
  }

  button.addEventListener("click", () => {
    const all = [...fresh.values()];
    fresh.clear();
    offer();
    all.forEach(place);
    all[0].tabIndex = -1;
    all[0].focus();
  });

  // Pausing: what comes in waits, the latest of each thing

  function hold(message) {
    const key = `${message.idea ?? ""}/${message.id ?? ""}`;
    held.delete(key);
    held.set(key, message);
  }

  function showPaused() {
    pauser.hidden = false;
    pauser.textContent = paused ? pauser.dataset.go : pauser.dataset.stop;
    say(paused ? texts.paused : "");
  }

  pauser?.addEventListener("click", () => {
    paused = !paused;
    remembered(paused ? "yes" : "no");
    showPaused();
    if (paused) return;
    say(texts.resumed);
    const all = [...held.values()];
    held.clear();
    all.forEach(hear);
  });

  // Listening

  const resume = () => socket.send(JSON.stringify({ type: "resume", after: seq }));

  function hear(message) {
    const { type } = message;
    if (type === "hello") {
      pause = FIRST_PAUSE;
      polling = clearTimeout(polling);
      say(paused ? texts.paused : "");
    } else if (paused) type !== "beat" && hold(message);
    else if (type === "beat") message.seq > seq && resume();
    else if (type === "votes") count(message);
    else if (type === "reload") say(texts.reload);
    else if (message.seq > seq) {
      seq = message.seq;
      change(message);
    }
  }

  function end() {
    ended = true;
    polling = clearTimeout(polling);
    say(texts.gone);
  }

  const pollLater = () => (polling = setTimeout(poll, jittered(POLL)));

  async function poll() {
    if (paused) return pollLater();
    try {
      for (let next = seq; next !== null; ) {
        const answer = await fetch(`${texts.commentsAt}?after=${seq}`, { headers });
        if (answer.status === 404) return end();
        const said = await answer.json();
        said.changes.forEach(hear);
        next = said.next;
      }
    } catch {
      // No network: the next turn tries again.
    }
    if (polling) pollLater();
  }

  function connect() {
    if (ended) return;
    const url = new URL(texts.socket, location);
    url.protocol = url.protocol.replace("http", "ws");
    const mine = (socket = new WebSocket(url));
    // Silence longer than two heartbeats means a connection that died without a word.
    const watch = () => {
      clearTimeout(silence);
      silence = setTimeout(() => mine.close(), SILENCE);
    };
    mine.onopen = resume;
    mine.onmessage = ({ data }) => {
      watch();
      [JSON.parse(data)].flat().forEach(hear);
    };
    mine.onclose = ({ code }) => {
      clearTimeout(silence);
      if (code === GONE) return end();
      say(texts.lost);
      if (!polling) pollLater();
      setTimeout(connect, jittered(pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
    watch();
  }

  if (texts.socket) {
    showPaused();
    connect();
  }
  if (!form) return;

  // Writing

  const { body, parent } = form.elements;

  function answer(id, author) {
    parent.value = id;
    find("answering-name").textContent = author;
    find("answering").hidden = !id;
  }

  function refuse(text) {
    find("refused").textContent = text;
    find("refused").hidden = !text;
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-answer], [data-answer-none]");
    if (!link) return;
    event.preventDefault();
    answer(link.dataset.answer ?? "", link.dataset.author ?? "");
    body.focus();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    refuse("");
    const sent = body.value;
    try {
      const said = await fetch(form.action, { method: "POST", headers, body: new FormData(form) });
      const { id, html, error, fields, detail } = await said.json();
      // The server keeps the text while one signs in or consents.
      if (error === "not_signed_in" || error === "consent_missing") return form.submit();
      if (!said.ok) return refuse(Object.values(fields).flat()[0] ?? detail);
      fresh.delete(id);
      if (!comment(id)) place(made(id, html));
      offer();
      // What was typed while it was on its way stays.
      if (body.value === sent) body.value = "";
      answer("", "");
      body.dispatchEvent(new Event("input", { bubbles: true }));
    } catch {
      refuse(form.dataset.failed);
    } finally {
      sending = false;
    }
  });
}

document.querySelectorAll("[data-thread]").forEach(live);
