// What one writes in a thread, and one's own buttons, without leaving the page. Without it they are pages of their own.

const headers = { Accept: "application/json" };
// Comments that come together are asked about together, this many at once.
const [TOGETHER, MOST_ASKED, LATER] = [300, 200, 15000];
const acts = document.getElementById("thread-acts");
const comment = (id) => document.getElementById(`comment-${id}`);
const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
const typedAnew = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", headers, body });
  const said = await answer.json();
  if (!answer.ok) throw said;
  return said;
}

// In the words of the server, where it said any.
const why = ({ fields, detail }, otherwise) => Object.values(fields ?? {}).flat()[0] ?? detail ?? otherwise;

function talk(root) {
  const texts = root.dataset;
  const find = (what) => root.querySelector(`[data-${what}]`);
  const tell = (name, detail) => root.dispatchEvent(new CustomEvent(`thread:${name}`, { detail }));
  const form = root.querySelector("form.comment-form");
  let sending;

  if (form) write(form);
  if (acts) {
    keepOwn(find("own"));
    act();
  }

  // Writing and answering

  function write({ elements: { body, parent, stance } }) {
    const [line, name, refused, gone] = ["answering", "answering-name", "refused", "answered-gone"].map(find);
    const given = parent.value;

    function showParent() {
      const link = root.querySelector(`[data-answer="${CSS.escape(parent.value)}"]`);
      line.hidden = !parent.value;
      if (link) name.textContent = link.dataset.author;
      else if (parent.value !== given) name.textContent = name.dataset.otherwise;
    }

    function answer(id) {
      parent.value = id;
      gone.hidden = true;
      typedAnew(parent);
    }

    function refuse(text) {
      refused.textContent = text;
      refused.hidden = !text;
    }

    // Whom one answers may go while one writes: the text stays, and it is up to the writer what becomes of it.
    function loseParent() {
      gone.hidden = false;
      line.hidden = false;
    }

    // A draft remembers whom it answers.
    parent.addEventListener("input", showParent);

    root.addEventListener("click", (event) => {
      const link = event.target.closest("[data-answer], [data-answer-none]");
      if (!link || !isPlain(event)) return;
      event.preventDefault();
      answer(link.dataset.answer ?? "");
      body.focus();
    });

    root.addEventListener("thread:change", ({ detail: { id, hidden } }) => {
      if (hidden && String(id) === parent.value) loseParent();
    });

    // What was typed can still be copied.
    function close(closed) {
      form.hidden = closed && !body.value;
      body.readOnly = closed;
      for (const one of form.querySelectorAll("button, select")) one.disabled = closed;
    }
    root.addEventListener("thread:locked", ({ detail }) => close(detail));
    root.addEventListener("thread:blocked", () => close(true));
    root.addEventListener("thread:held", ({ detail }) => {
      close(true);
      refuse(detail);
    });

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (sending) return;
      sending = true;
      refuse("");
      const sent = body.value;
      tell("writing");
      let own;
      try {
        own = await post(form.action, new FormData(form));
        // What was typed while it was on its way stays.
        own.look = body.value === sent;
        if (own.look) body.value = stance.value = "";
        answer("");
        typedAnew(body);
      } catch (said) {
        // The server keeps the text while one signs in or consents.
        if (["not_signed_in", "consent_missing"].includes(said.error)) form.submit();
        else {
          if (said.fields?.parent) loseParent();
          refuse(why(said, form.dataset.failed));
        }
      } finally {
        sending = false;
        tell("written", own);
      }
    });
  }

  // One's own buttons at comments that came by themselves: they are the same for every reader when they come.

  function keepOwn(template) {
    const waiting = new Set();
    let asking;

    const askIn = (pause) => (asking ??= setTimeout(ask, pause));

    async function ask() {
      asking = undefined;
      const ids = [...waiting].slice(0, MOST_ASKED);
      try {
        const answer = await fetch(`${texts.ownAt}?ids=${ids}`, { headers });
        // Signed out meanwhile: nothing here is one's own any more.
        if (answer.status === 401) return waiting.clear();
        const { comments, held } = await answer.json();
        // What was imposed since the page was made.
        if (held) tell("held", held);
        for (const id of ids) {
          waiting.delete(id);
          if (comments[id]) equip(id, comments[id]);
        }
        if (waiting.size) askIn(TOGETHER);
      } catch {
        askIn(LATER);
      }
    }

    function equip(id, own) {
      const actions = comment(id)?.querySelector("[data-actions]");
      const counts = actions?.querySelector("[data-counts]");
      if (!counts) return;
      const made = template.content.firstElementChild.cloneNode(true);
      const reactions = made.querySelector("[data-counts]");
      const at = `${texts.commentAt}${id}/`;
      made.dataset.ownOf = id;
      for (const what of ["up", "down"])
        reactions.querySelector(`[data-${what}]`).textContent = counts.querySelector(`[data-${what}]`).textContent;
      for (const button of reactions.querySelectorAll("button")) button.formAction = `${at}react/`;
      press(reactions, own.reaction);
      for (const what of ["edit", "delete"]) {
        const link = made.querySelector(`[data-act=${what}]`);
        if (own[what]) link.href = `${at}${what}/`;
        else link.remove();
      }
      const old = actions.querySelector("[data-own-of]");
      const hadFocus = old?.contains(document.activeElement) && document.activeElement.dataset.act;
      (old ?? counts).before(made);
      if (own.mine) made.querySelector("[data-others]").replaceWith(bare(counts));
      else counts.remove();
      old?.remove();
      if (hadFocus) made.querySelector(`[data-act=${hadFocus}]`)?.focus();
    }

    // Who wrote it is not asked whether to agree.
    function bare(counts) {
      for (const one of counts.querySelectorAll("a, button")) {
        const plain = document.createElement("span");
        plain.className = one.className;
        plain.append(...one.childNodes);
        one.replaceWith(plain);
      }
      return counts;
    }

    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes, target } of changes) {
        for (const one of addedNodes) {
          if (one.nodeType !== 1) continue;
          const found = one.matches("[data-comment]") ? [one, ...one.querySelectorAll("[data-comment]")] : one.matches("article") ? [target] : [];
          // What was said anew keeps its buttons until it is known whether they are still right.
          const kept = [...removedNodes].find((old) => old.nodeType === 1 && old.matches("article"))?.querySelector("[data-own-of]");
          if (kept) one.querySelector("[data-actions] [data-counts]")?.replaceWith(kept);
          for (const { dataset } of found) {
            const actions = comment(dataset.comment)?.querySelector("article [data-actions]");
            if (actions && (kept || !actions.querySelector("[data-own-of]"))) waiting.add(dataset.comment);
          }
        }
      }
      if (waiting.size) askIn(TOGETHER);
    }).observe(root, { childList: true, subtree: true });
  }

  // Agreeing: shown at once, put right by what the server says

  function press(counts, value) {
    for (const button of counts.querySelectorAll("[data-react]")) {
      const isOn = Number(button.dataset.react) === value;
      button.setAttribute("aria-pressed", isOn);
      button.value = isOn ? 0 : button.dataset.react;
    }
  }

  const countsOf = (counts) => ["up", "down"].map((what) => counts.querySelector(`[data-${what}]`));

  function complain(where, text) {
    where.parentElement.querySelector(":scope > [data-complaint]")?.remove();
    if (!text) return;
    const said = document.createElement("p");
    said.className = "field__error";
    said.dataset.complaint = "";
    said.setAttribute("role", "alert");
    where.after(said);
    said.textContent = text;
  }

  async function react(button) {
    const counts = button.closest("[data-counts]");
    const actions = button.closest("[data-actions]");
    if (counts.ariaBusy === "true") return;
    counts.ariaBusy = "true";
    const [up, down] = countsOf(counts);
    const before = Number(counts.querySelector("[aria-pressed=true]")?.dataset.react ?? 0);
    const value = Number(button.value);
    const shown = [up.textContent, down.textContent];
    const set = (one, n) => (one.textContent = n);
    complain(actions, "");
    press(counts, value);
    set(up, Number(shown[0]) + (value === 1) - (before === 1));
    set(down, Number(shown[1]) + (value === -1) - (before === -1));
    const body = new FormData(acts);
    body.set("value", value);
    try {
      const said = await post(button.formAction, body);
      press(counts, said.value);
      set(up, said.up);
      set(down, said.down);
    } catch (said) {
      press(counts, before);
      set(up, shown[0]);
      set(down, shown[1]);
      complain(actions, why(said, texts.failed));
    }
    counts.ariaBusy = "false";
  }

  // Changing and taking back: brought in when somebody wants to; else the link leads to the same forms

  let forms;

  async function openForm(link) {
    try {
      forms ??= import(texts.forms).then(({ inPlace }) => inPlace(root, { post, why, complain, tell, typedAnew }));
      await (await forms).open(link);
    } catch {
      location.assign(link.href);
    }
  }

  function act() {
    acts.addEventListener("submit", (event) => {
      if (event.submitter?.dataset.act !== "react") return;
      event.preventDefault();
      react(event.submitter);
    });
    root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-act]");
      if (!link || !isPlain(event)) return;
      event.preventDefault();
      openForm(link);
    });
    // What was being changed when the page was left.
    document.addEventListener("draft:found", ({ detail }) => {
      for (const name of detail) {
        const link = comment(name.match(/^comment-edit-(\d+)$/)?.[1])?.querySelector("article [data-act=edit]");
        if (link) openForm(link);
      }
    });
    const stop = (stopped) => {
      for (const one of root.querySelectorAll("button[data-react]")) one.disabled = stopped;
    };
    root.addEventListener("thread:locked", ({ detail }) => stop(detail));
    for (const what of ["blocked", "held"]) root.addEventListener(`thread:${what}`, () => stop(true));
  }
}

document.querySelectorAll("[data-thread]").forEach(talk);
