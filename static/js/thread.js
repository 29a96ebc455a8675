// Keeps an open thread up to date and moves nothing that is being read. Without it the same page is opened anew.
// What one writes is the business of comments.js; the two speak by events of the section.

// A restart cuts everybody off at once: they come back spread out, and who is cut off again takes longer.
const [SPREAD, LONGEST_PAUSE, STEADY, POLL, SILENCE] = [6000, 60000, 30000, 15000, 40000];
const [GONE, SIGNED_OUT, BLOCKED] = [4404, 4401, 4403];
// Readers of the screen are told at most this often.
const QUIET = 10000;
// Of 50 changes each; who is further behind opens the page anew.
const MOST_PAGES = 20;
const PAUSED = "updates-paused";
const headers = { Accept: "application/json" };
const plural = new Intl.PluralRules(document.documentElement.lang || "ru");
const jittered = (pause) => pause * (0.5 + Math.random());
const comment = (id) => document.getElementById(`comment-${id}`);
const counted = (n, forms) => (n ? (forms[plural.select(n)] ?? forms.many).replace("{n}", n) : "");
// The number of its first publication; what is not public yet comes last.
const number = ({ dataset }) => Number(dataset.first || Infinity);

function element(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

function focus(one) {
  one.tabIndex = -1;
  one.focus();
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
  const [list, button, elsewhere, state, aloud, readers, pauser, lock] =
    ["comments", "fresh", "elsewhere", "state", "aloud", "readers", "pause", "lock"].map(find);
  const tellOthers = (name, detail) => root.dispatchEvent(new CustomEvent(`thread:${name}`, { detail }));
  const opened = Number(texts.seq);
  let seq = opened;

  // Saying: what is seen changes at once; what is told aloud is how things stand when it is told.

  let told = "";
  let once = "";
  let toldAt = -QUIET;
  let telling;

  function tell() {
    telling ??= setTimeout(() => {
      telling = undefined;
      const text = [once, ...[state, elsewhere, button].map((one) => one.textContent)].filter(Boolean).join(" ");
      once = "";
      if (text === told) return;
      if (text) toldAt = Date.now();
      aloud.textContent = told = text;
    }, Math.max(100, toldAt + QUIET - Date.now()));
  }

  function say(text) {
    if (state.textContent === text) return;
    state.textContent = text;
    tell();
  }

  // The list: what is new waits in `fresh`; answers to what is not on this page are only counted, in `away`

  const [fresh, away] = [new Map(), new Map()];
  // In other orders nobody can say where something new belongs: the button leads to the newest.
  const takesIn = ["new", "old", "branch"].includes(texts.order);

  function offer() {
    button.hidden = !fresh.size;
    button.textContent = counted(fresh.size, texts);
    elsewhere.hidden = !away.size;
    elsewhere.textContent = counted(away.size, elsewhere.dataset);
    if (away.size) elsewhere.href = `${texts.commentAt}${[...away.keys()].at(-1)}/`;
    tell();
  }

  // The text is the same for every reader; comments.js adds what is one's own.
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

  // What is read stays where it is, also in a browser that does not see to it itself.
  function keeping(work) {
    const shown = [...list.querySelectorAll("article")].find((one) => one.getBoundingClientRect().bottom > 0);
    if (!shown || CSS.supports("overflow-anchor", "auto")) return work();
    const [one, before] = [shown.parentElement, shown.getBoundingClientRect().top];
    work();
    if (one.isConnected) scrollBy(0, one.getBoundingClientRect().top - before);
  }

  function inOrder(answers, one) {
    const later = [...answers.children].find((other) => number(other) > number(one));
    if (later) later.before(one);
    else answers.append(one);
  }

  // Where answers are folded, those that come now stand behind the fold.
  function answersOf(first) {
    const answers = first?.querySelector("[data-answers]");
    const fold = first?.querySelector("[data-more]:not([data-open])");
    if (!answers || !fold) return answers;
    if (!fold.nextElementSibling?.matches("ol")) fold.after(element('<ol class="comments answers"></ol>'));
    return fold.nextElementSibling;
  }

  // An answer goes beneath its comment, a comment to where the newest stand.
  function place(one) {
    const answers = one.dataset.root && answersOf(comment(one.dataset.root));
    if (answers) inOrder(answers, one);
    else if (texts.order === "old") list.append(one);
    else list.prepend(one);
    find("empty")?.setAttribute("hidden", "");
  }

  // Answers beneath it and a form that is open in it outlive what is said anew.
  function renew(old, one) {
    const [before, after] = [old, one].map((item) => item.querySelector("article"));
    const hadFocus = before.contains(document.activeElement);
    for (const { name, value } of one.attributes) old.setAttribute(name, value);
    before.replaceWith(after);
    if (hadFocus) focus(old);
  }

  function drop(old) {
    if (old.contains(document.activeElement)) focus(old.nextElementSibling ?? list);
    old.remove();
  }

  function change({ type, id, html }) {
    const old = comment(id);
    const hidden = type === "comment.hidden";
    if (old) {
      if (html) keeping(() => renew(old, made(id, html)));
      // Who is just changing it keeps the text; the form says the rest.
      else if (!old.querySelector("form")) keeping(() => drop(old));
    } else if (hidden && !fresh.has(id)) away.delete(id);
    else if (!html) fresh.delete(id);
    else news(id, made(id, html));
    tellOthers("change", { id, hidden });
    if (!writing) offer();
  }

  function news(id, one) {
    const { root: first } = one.dataset;
    // What was said before this page was opened stands on another page.
    if (number(one) <= opened && !fresh.has(id)) return;
    if (texts.order === "branch" && first !== texts.branch) return;
    if (!takesIn || !first || comment(first) || fresh.has(Number(first))) fresh.set(id, one);
    else away.set(id, one);
  }

  button.addEventListener("click", () => {
    if (!takesIn) return location.assign(`${texts.commentsAt}#thread`);
    const all = [...fresh.values()];
    fresh.clear();
    all.forEach(place);
    told = aloud.textContent = "";
    offer();
    const [first] = all.sort((one, other) => (one.compareDocumentPosition(other) & 4 ? -1 : 1));
    focus(first);
  });

  // Own words are there at once. What the socket tells of them meanwhile is no news.
  let writing = false;
  root.addEventListener("thread:writing", () => (writing = true));
  root.addEventListener("thread:written", ({ detail }) => {
    writing = false;
    if (detail) {
      const { id, html, look } = detail;
      fresh.delete(id);
      away.delete(id);
      if (comment(id)) change({ id, html });
      else keeping(() => place(made(id, html)));
      if (look) focus(comment(id));
    }
    offer();
  });

  // Answers unfold in place; where they cannot be had, the link leads to them.

  async function unfold(link) {
    const more = link.closest("[data-more]");
    const { comment: first } = more.closest("[data-comment]").dataset;
    link.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const missing = [...page.querySelectorAll(`[data-root="${first}"]`)].filter((one) => !comment(one.dataset.comment));
      if (!answer.ok || !missing.length) return location.assign(link.href);
      const rest = page.querySelector("[data-thread] [rel=next]");
      const behind = more.nextElementSibling;
      if (rest) [link.href, link.textContent] = [rest.href, rest.textContent];
      else {
        more.dataset.open = "";
        link.setAttribute("aria-expanded", "true");
        [link.folded, link.textContent] = [link.textContent, texts.fold];
        for (const one of [...(behind?.children ?? [])]) inOrder(more.previousElementSibling, one);
        behind?.remove();
      }
      for (const one of missing) inOrder(more.previousElementSibling, document.adoptNode(one));
      (link.unfolded ??= []).push(...missing);
      focus(missing[0]);
    } catch {
      location.assign(link.href);
    } finally {
      link.removeAttribute("aria-busy");
    }
  }

  function foldAgain(link) {
    const open = link.getAttribute("aria-expanded") !== "true";
    link.setAttribute("aria-expanded", open);
    link.textContent = open ? texts.fold : link.folded;
    for (const one of link.unfolded) one.hidden = !open;
  }

  for (const link of list.querySelectorAll("[data-more] a")) link.setAttribute("aria-expanded", "false");
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-more] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.folded) foldAgain(link);
    else if (!link.hasAttribute("aria-busy")) unfold(link);
  });

  // Counts, and whether one may write

  function countReactions({ counts }) {
    for (const [id, up, down] of counts) {
      const shown = comment(id)?.querySelector("[data-counts]");
      if (!shown) continue;
      shown.querySelector("[data-up]").textContent = up;
      shown.querySelector("[data-down]").textContent = down;
    }
  }

  const wasLocked = !lock.hidden;
  let locked = wasLocked;

  function setState({ state: now, note }) {
    if (locked === (now === "locked")) return;
    locked = !locked;
    const { locked: closed, why, unlocked } = lock.dataset;
    lock.hidden = !locked && !wasLocked;
    once = lock.textContent = !locked ? unlocked : note ? why.replace("{note}", note) : closed;
    root.classList.toggle("thread--locked", locked);
    tellOthers("locked", locked);
    tell();
  }

  // Pausing: comments are asked for afterwards, of everything else the latest waits

  let paused = remembered();
  const held = new Map();

  function hold(message) {
    if (message.type !== "reactions") return held.set(message.type, message);
    const counts = new Map(held.get("reactions")?.counts.map((one) => [one[0], one]));
    for (const one of message.counts) counts.set(one[0], one);
    return held.set("reactions", { type: "reactions", counts: [...counts.values()] });
  }

  function showPaused() {
    pauser.hidden = false;
    pauser.textContent = paused ? pauser.dataset.go : pauser.dataset.stop;
    if (paused) say(texts.paused);
  }

  pauser?.addEventListener("click", () => {
    paused = !paused;
    remembered(paused ? "yes" : "no");
    showPaused();
    if (paused) return;
    say(isOpen() ? texts.resumed : texts.lost);
    const all = [...held.values()];
    held.clear();
    all.forEach(hear);
    if (isOpen()) resume();
    else poll();
  });

  // Listening

  let pause = SPREAD;
  let heardAt = 0;
  let socket, retrying, polling, silence, steady, catching, ended, hasReturned;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const resume = () => !paused && socket.send(JSON.stringify({ type: "resume", after: seq }));

  function hear(message) {
    const { type } = message;
    if (type === "hello" || type === "beat") {
      if (type === "hello") greeted();
      else if (message.seq > seq && !catching) resume();
      if (!paused) countReaders(message.readers);
    } else if (type.startsWith("comment.")) {
      if (paused || catching || message.seq <= seq) return;
      seq = message.seq;
      change(message);
    } else if (type === "reload") {
      if (!paused) catchUp().then((all) => all && isOpen() && resume(), () => socket?.close());
    } else if (paused) hold(message);
    else if (type === "votes") document.dispatchEvent(new CustomEvent("votes", { detail: message }));
    else if (type === "reactions") countReactions(message);
    else if (type === "thread") setState(message);
  }

  function greeted() {
    polling = clearTimeout(polling);
    say(paused ? texts.paused : "");
    steady = setTimeout(() => {
      pause = SPREAD;
      hasReturned = false;
    }, STEADY);
  }

  function countReaders(n) {
    if (!readers) return;
    readers.hidden = !(n > 1);
    readers.textContent = readers.dataset.text.replace("{n}", n);
  }

  // Says whether that was all; what comes by the socket meanwhile is asked for again afterwards.
  async function catchUp() {
    if (catching) return false;
    catching = true;
    try {
      for (let page = 0; page < MOST_PAGES; page++) {
        const answer = await fetch(`${texts.commentsAt}?after=${seq}`, { headers });
        if (answer.status === 404) return end(texts.gone);
        if (!answer.ok) throw new Error(answer.status);
        const { changes, next } = await answer.json();
        for (const one of changes) {
          seq = one.seq;
          change(one);
        }
        if (next === null) return true;
      }
      return end(texts.reload);
    } finally {
      catching = false;
    }
  }

  function end(text) {
    ended = true;
    polling = clearTimeout(polling);
    retrying = clearTimeout(retrying);
    socket?.close();
    say(text);
    return false;
  }

  const pollLater = () => (polling ??= setTimeout(poll, jittered(POLL)));

  async function poll() {
    polling = clearTimeout(polling);
    try {
      if (!paused && !document.hidden) await catchUp();
    } catch {
      // The next turn tries again.
    }
    if (!ended && !isOpen()) pollLater();
  }

  function connect() {
    retrying = clearTimeout(retrying);
    if (ended || socket) return;
    const url = new URL(texts.socket, location);
    url.protocol = url.protocol.replace("http", "ws");
    const mine = (socket = new WebSocket(url));
    // Silence longer than two heartbeats means a connection that died without a word.
    const watch = () => {
      heardAt = Date.now();
      clearTimeout(silence);
      silence = setTimeout(() => mine === socket && cut(), SILENCE);
    };
    mine.onopen = resume;
    mine.onmessage = ({ data }) => {
      if (mine !== socket) return;
      watch();
      [JSON.parse(data)].flat().forEach(hear);
    };
    mine.onclose = ({ code }) => mine === socket && lose(code);
    watch();
  }

  function lose(code) {
    socket = undefined;
    clearTimeout(silence);
    clearTimeout(steady);
    if (ended) return;
    if (code === GONE) return end(texts.gone);
    if (code === BLOCKED) {
      tellOthers("blocked");
      return end(texts.blocked);
    }
    // Signed out, or in: once that is no reason to wait.
    if (code === SIGNED_OUT && !hasReturned) {
      hasReturned = true;
      return connect();
    }
    if (!paused) say(texts.lost);
    pollLater();
    connectWithin(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function connectWithin(pause) {
    clearTimeout(retrying);
    retrying = setTimeout(connect, 500 + Math.random() * pause);
  }

  // Without waiting for the other side, which may not be there.
  function cut() {
    const mine = socket;
    lose();
    mine?.close();
  }

  if (!texts.socket) return;
  if (pauser) showPaused();
  addEventListener("offline", () => socket && cut());
  addEventListener("online", () => socket || connectWithin(2000));
  const look = () => {
    if (document.hidden || ended) return;
    // A telephone that was put away has stopped the clocks, too.
    if (socket && Date.now() - heardAt > SILENCE) cut();
    if (!socket) connectWithin(1000);
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", ({ persisted }) => persisted && look());
  connect();
}

document.querySelectorAll("[data-thread]").forEach(live);
