// Makes a thread live. Without it the page shows comments, sends the form, and pages backwards all the same.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;
const POLL_PAUSE = 15000;
const LONGEST_SILENCE = 40000;
const GONE = 4404;

const jittered = (pause) => pause * (0.5 + Math.random());
const language = document.documentElement.lang || "ru";
const plural = new Intl.PluralRules(language);
const json = { Accept: "application/json" };

function element(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

class Thread {
  constructor(root) {
    this.root = root;
    this.texts = root.dataset;
    this.seq = Number(root.dataset.seq);
    this.list = root.querySelector("[data-comments]");
    this.button = root.querySelector("[data-fresh]");
    this.fresh = new Map();
    this.pause = FIRST_PAUSE;
    this.button.addEventListener("click", () => this.show());
    this.list.addEventListener("click", (event) => this.follow(event));
    this.form = root.querySelector("form.comment-form");
    this.form?.addEventListener("submit", (event) => this.send(event));
    this.form?.querySelector("[data-answer-none]").addEventListener("click", (event) => {
      event.preventDefault();
      this.answer("", "");
    });
    if (root.dataset.socket) this.connect();
  }

  // Listening

  connect() {
    const url = new URL(this.texts.socket, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = (this.socket = new WebSocket(url));
    socket.addEventListener("open", () => this.resume());
    socket.addEventListener("message", ({ data }) => {
      this.watch(socket);
      for (const message of [JSON.parse(data)].flat()) this.hear(message);
    });
    socket.addEventListener("close", ({ code }) => this.lost(code));
    this.watch(socket);
  }

  // Silence longer than two heartbeats means a connection that died without a word.
  watch(socket) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => socket.close(), LONGEST_SILENCE);
  }

  resume() {
    this.socket.send(JSON.stringify({ type: "resume", after: this.seq }));
  }

  lost(code) {
    clearTimeout(this.silence);
    if (code === GONE) return this.end();
    this.say(this.texts.lost);
    if (!this.polling) this.polling = setTimeout(() => this.poll(), jittered(POLL_PAUSE));
    setTimeout(() => !this.ended && this.connect(), jittered(this.pause));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  async poll() {
    try {
      let more = true;
      while (more) {
        const answer = await fetch(`${this.texts.commentsAt}?after=${this.seq}`, { headers: json });
        if (answer.status === 404) return this.end();
        if (!answer.ok) break;
        const { changes, next } = await answer.json();
        for (const change of changes) this.hear(change);
        more = next !== null;
      }
    } catch {
      // No network: the next turn tries again.
    }
    if (this.polling) this.polling = setTimeout(() => this.poll(), jittered(POLL_PAUSE));
  }

  end() {
    this.ended = true;
    clearTimeout(this.polling);
    this.polling = null;
    this.say(this.texts.gone);
  }

  hear(message) {
    if (message.type === "hello") {
      this.pause = FIRST_PAUSE;
      clearTimeout(this.polling);
      this.polling = null;
      this.say("");
    } else if (message.type === "beat") {
      if (message.seq > this.seq) this.resume();
    } else if (message.type === "votes") {
      this.count(message);
    } else if (message.type === "reload") {
      this.say(this.texts.reload);
    } else if (message.seq > this.seq) {
      this.seq = message.seq;
      this.change(message);
    }
  }

  count({ idea, up, down }) {
    for (const [name, value] of [["for", up], ["against", down]]) {
      if (value === null || value === undefined) continue;
      for (const shown of document.querySelectorAll(`[data-votes-${name}="${idea}"]`)) shown.textContent = value;
    }
  }

  // Showing

  change({ id, html }) {
    const old = document.getElementById(`comment-${id}`);
    if (!html) {
      old?.remove();
      this.fresh.delete(id);
    } else if (old) {
      old.replaceWith(element(html));
    } else {
      this.fresh.set(id, element(html));
    }
    this.offer();
  }

  offer() {
    const n = this.fresh.size;
    this.button.hidden = !n;
    this.button.textContent = n ? (this.texts[plural.select(n)] ?? this.texts.many).replace("{n}", n) : "";
  }

  show() {
    const [first] = this.fresh.values();
    for (const comment of this.fresh.values()) this.place(comment);
    this.fresh.clear();
    this.offer();
    first?.setAttribute("tabindex", "-1");
    first?.focus();
  }

  // An answer goes beneath what it belongs to, everything else to the end.
  place(comment) {
    const root = comment.dataset.root;
    const beneath = root && this.list.querySelectorAll(`[data-comment="${root}"], [data-root="${root}"]`);
    if (beneath?.length) beneath[beneath.length - 1].after(comment);
    else this.list.append(comment);
    const empty = this.root.querySelector("[data-empty]");
    if (empty) empty.hidden = true;
  }

  say(text) {
    const state = this.root.querySelector("[data-state]");
    if (state.textContent !== text) state.textContent = text ?? "";
  }

  // Writing

  follow(event) {
    const link = event.target.closest("[data-answer], [data-to]");
    const target = link && document.getElementById(`comment-${link.dataset.to}`);
    if (target) {
      event.preventDefault();
      target.scrollIntoView();
    } else if (link?.dataset.answer && this.form) {
      event.preventDefault();
      this.answer(link.dataset.answer, link.dataset.author);
      this.form.elements.body.focus();
    }
  }

  answer(id, author) {
    this.form.elements.parent.value = id;
    this.form.querySelector("[data-answering-name]").textContent = author;
    this.form.querySelector("[data-answering]").hidden = !id;
  }

  refuse(text) {
    const place = this.form.querySelector("[data-refused]");
    place.textContent = text;
    place.hidden = !text;
  }

  async send(event) {
    event.preventDefault();
    if (this.sending) return;
    this.sending = true;
    this.refuse("");
    const { body } = this.form.elements;
    const sent = body.value;
    try {
      const answer = await fetch(this.form.action, { method: "POST", headers: json, body: new FormData(this.form) });
      const said = await answer.json();
      if (answer.status === 401 || said.error === "consent_missing") {
        // The server keeps the text while one signs in or consents.
        this.form.submit();
        return;
      }
      if (!answer.ok) {
        this.refuse([...Object.values(said.fields ?? {}).flat(), said.detail][0]);
        return;
      }
      if (!document.getElementById(`comment-${said.id}`)) {
        this.fresh.delete(said.id);
        this.place(element(said.html));
        this.offer();
      }
      // What was typed while it was on its way stays.
      if (body.value === sent) body.value = "";
      this.answer("", "");
      body.dispatchEvent(new Event("input", { bubbles: true }));
    } catch {
      this.refuse(this.form.dataset.failed);
    } finally {
      this.sending = false;
    }
  }
}

for (const root of document.querySelectorAll("[data-thread]")) new Thread(root);
