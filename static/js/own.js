// Changing and taking back one's own comment where it stands, by the form of the page that the link leads to.

export function inPlace(root, { post, why, complain, tell, typedAnew }) {
  const texts = root.dataset;

  // Two forms of a page do not share the names of their parts.
  function rename(form, id) {
    for (const what of ["id", "for", "aria-describedby"])
      for (const one of form.querySelectorAll(`[${what}]`))
        one.setAttribute(what, one.getAttribute(what).replaceAll(/\S+/g, `own${id}_$&`));
  }

  async function open(link) {
    const holder = link.closest("[data-comment]");
    const { act } = link.dataset;
    if (link.ariaBusy === "true") return;
    link.ariaBusy = "true";
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const form = page.querySelector("main form[method=post]");
      if (!answer.ok || answer.redirected || !form) return location.assign(link.href);
      const said = form.previousElementSibling;
      const there = holder.querySelector(":scope > form");
      if (there) close(there);
      document.adoptNode(form);
      if (said?.matches("p")) form.prepend(said);
      rename(form, holder.dataset.comment);
      form.action = link.href;
      form.classList.add("comment-own-form");
      form.setAttribute("aria-label", link.textContent.trim());
      holder.querySelector("article").after(form);
      holder.dataset.doing = form.dataset.act = act;
      if (form.dataset.draft) form.dispatchEvent(new CustomEvent("draft:form", { bubbles: true }));
      // Where there is nothing to type, the question is what comes first, not its answer.
      form.tabIndex = -1;
      (form.querySelector("textarea") ?? form).focus();
    } catch {
      complain(link.closest("[data-actions]"), texts.failed);
    } finally {
      link.ariaBusy = "false";
    }
  }

  function close(form) {
    const holder = form.parentElement;
    delete holder.dataset.doing;
    form.remove();
    const link = holder.querySelector(`:scope > article [data-act=${form.dataset.act}]`);
    if (!link) holder.tabIndex = -1;
    (link ?? holder).focus();
  }

  // What was typed is let go of, in the browser's keeping too.
  function discard(form) {
    form.reset();
    const field = form.querySelector("textarea");
    if (field) typedAnew(field);
  }

  async function send(form) {
    const actions = form.querySelector(".form__actions");
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    complain(actions, "");
    tell("writing");
    let done;
    try {
      done = await post(form.action, new FormData(form));
      discard(form);
      close(form);
    } catch (said) {
      complain(actions, why(said, texts.failed));
    }
    form.ariaBusy = "false";
    tell("written", done);
  }

  const formOf = ({ target }) => target.closest(".comment-own-form");

  root.addEventListener("submit", (event) => {
    const form = formOf(event);
    if (!form) return;
    event.preventDefault();
    send(form);
  });
  root.addEventListener("click", (event) => {
    const form = event.target.closest(".form__actions a") && formOf(event);
    if (!form) return;
    event.preventDefault();
    discard(form);
    close(form);
  });
  // Left by mistake, the text is there again when the form is opened anew.
  root.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && formOf(event);
    if (form) close(form);
  });
  root.addEventListener("thread:change", ({ detail: { id, hidden } }) => {
    const form = hidden && document.querySelector(`#comment-${id} > .comment-own-form`);
    if (form) complain(form.querySelector(".form__actions"), texts.vanished);
  });

  return { open };
}
