// «Поделиться»: the telephone's own way where it has one, else the address is copied. Fetched by acts.js.

export async function share(link) {
  try {
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      await navigator.share({ title: document.querySelector("h1").textContent.trim(), url: link.href });
    } else {
      await navigator.clipboard.writeText(link.href);
      const said = link.parentElement.querySelector("[data-copied]");
      said.textContent = "";
      requestAnimationFrame(() => (said.textContent = said.dataset.copied));
    }
  } catch (error) {
    // Who closes the telephone's sheet wants nothing more; where nothing can be copied, the address is opened.
    if (error.name !== "AbortError") location.href = link.href;
  }
}
