// Lets the site be read where there is no line: pages marked public, as they were seen last. Nothing else is kept.
// The server puts `const VERSION = "…"` in front, so that new files renew this one and the pages it brings along.

const [PAGES, FILES, OFFLINE] = ["pages", "files", "offline"];
const OFFLINE_PAGES = ["/offline/", "/en/offline/"];
const [MOST_PAGES, MOST_FILES] = [40, 100];
// A slow line is waited for; a dead one, while there is something to read, no longer than this.
const PATIENCE = 10000;
const OWN_FILE = /^\/static\/(css|js|icons|fonts|images)\//;
const FILE_OF_PAGE = /"(\/static\/(?:css|js|icons|fonts)\/[^"#]+)/g;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const ADMIN = /^\/admin\//;
const ABOUT_ONESELF = /^(\/[a-z]{2})?\/(accounts|me|vision)\//;
const AWAY = [502, 503, 504];
const anything = { ignoreVary: true };

const isPublic = (response) => {
  const said = (response.headers.get("Cache-Control") ?? "").toLowerCase().split(/\s*,\s*/);
  return said.includes("public") && !said.includes("private") && !said.includes("no-store");
};
const isPage = (response) => (response.headers.get("Content-Type") ?? "").startsWith("text/html");
// What was searched for, and every order of a list, is not kept: only addresses that stand for one thing.
const isKept = (url) => !url.search && !ADMIN.test(url.pathname) && !ABOUT_ONESELF.test(url.pathname);

async function trim(cache, most) {
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - most)).map((request) => cache.delete(request, anything)));
}

// The page itself says when it was kept: scripts read it from the frame.
async function write(name, address, response) {
  const text = await response.text();
  const headers = new Headers(response.headers);
  for (const header of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(header);
  const marked = text.replace(/<html\b/, `<html data-saved="${new Date().toISOString()}"`);
  const cache = await caches.open(name);
  // Deleted first, so that what is read last stands last.
  await cache.delete(address, anything);
  await cache.put(address, new Response(marked, { headers }));
  await trim(cache, MOST_PAGES);
  return text;
}

async function keepPage(url, response) {
  if (!isKept(url) || response.type !== "basic" || response.redirected) return;
  const address = url.pathname;
  if ([404, 410].includes(response.status)) await (await caches.open(PAGES)).delete(address, anything);
  else if (response.status === 200 && isPage(response) && isPublic(response)) await write(PAGES, address, response);
}

async function keepFile(request, response) {
  const cache = await caches.open(FILES);
  await cache.put(request, response);
  await trim(cache, MOST_FILES);
}

async function keepFilesOf(text) {
  const cache = await caches.open(FILES);
  for (const [, address] of text.matchAll(FILE_OF_PAGE)) {
    if (HASHED.test(address) && (await cache.match(address, anything))) continue;
    const response = await fetch(address);
    if (response.ok) await keepFile(address, response);
  }
}

const rejectLater = () => new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("no answer")));

// What keeps pages may fail of itself (a full disk, a profile in use): then the line alone answers.
const kept = (name, request) => caches.match(request, { ...anything, cacheName: name }).catch(() => undefined);

async function page(event, url) {
  const answer = (async () => (await event.preloadResponse) ?? fetch(event.request))();
  // Put where nobody waits for it; a copy, because a body is read once.
  event.waitUntil(answer.then((response) => keepPage(url, response.clone())).catch(() => {}));
  const stored = isKept(url) && (await kept(PAGES, url.pathname));
  try {
    const response = await (stored ? Promise.race([answer, rejectLater()]) : answer);
    return stored && AWAY.includes(response.status) ? stored : response;
  } catch {
    if (stored) return stored;
    const offline = OFFLINE_PAGES[url.pathname.startsWith("/en/") ? 1 : 0];
    return (await kept(OFFLINE, offline)) ?? Response.error();
  }
}

async function file(event, url) {
  const stored = await kept(FILES, event.request);
  if (stored && HASHED.test(url.pathname)) return stored;
  try {
    const answer = fetch(event.request);
    const response = await (stored ? Promise.race([answer, rejectLater()]) : answer);
    if (response.status === 200) event.waitUntil(keepFile(event.request, response.clone()).catch(() => {}));
    return response;
  } catch {
    // A page without its looks is worse than one more try: the connection may have been closed as it was used again.
    return stored ?? fetch(event.request);
  }
}

// As nobody: neither who is signed in nor what a session holds takes part in what is kept.
const asNobody = (address, cache) => fetch(address, { credentials: "omit", cache });

async function install() {
  for (const address of OFFLINE_PAGES) {
    const response = await asNobody(address, "reload");
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    await keepFilesOf(await write(OFFLINE, address, response));
  }
  await skipWaiting();
}

// The page from which all began was loaded before there was anybody here to keep it.
async function keepOpenPages() {
  for (const { url } of await clients.matchAll({ type: "window", includeUncontrolled: true })) {
    const at = new URL(url);
    if (!isKept(at) || (await kept(PAGES, at.pathname))) continue;
    const response = await asNobody(at.pathname, "force-cache");
    const copy = response.clone();
    await keepPage(at, response);
    if (copy.ok && isPublic(copy)) await keepFilesOf(await copy.text());
  }
}

async function activate() {
  await registration.navigationPreload?.enable();
  await clients.claim();
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => {
  event.waitUntil(activate().then(() => keepOpenPages().catch(() => {})));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || ADMIN.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (OWN_FILE.test(url.pathname)) event.respondWith(file(event, url));
});
