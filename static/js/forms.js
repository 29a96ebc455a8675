// Counts what is left of a long text, and lets a form go only once. Without it both are the server's business anyway.

const lengthOf = (text) => [...text.replaceAll(/\r?\n/g, "\r\n")].length;

function showLeft(field, note) {
  const left = Number(note.dataset.limit) - lengthOf(field.value);
  note.textContent = left < 0 ? `${note.dataset.over} ${-left}` : `${note.dataset.within} ${left}`;
  note.classList.toggle("field__limit--over", left < 0);
}

document.addEventListener("input", ({ target }) => {
  const note = target.id && document.getElementById(`${target.id}_limit`);
  if (note?.dataset.limit) showLeft(target, note);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's memory may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// An open menu closes when the reader goes elsewhere.
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
