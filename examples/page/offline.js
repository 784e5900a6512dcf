// A service worker: the page and what it fetched are kept, so that it works without a connection.

const files = ["./", "index.html", "page.js", "style.css", "../../dist/web/metamodal.js"];

addEventListener("install", (event) =>
  event.waitUntil(caches.open("page").then((cache) => cache.addAll(files))),
);
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => event.respondWith(fromNetworkOrCache(event.request)));

async function fromNetworkOrCache(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}
