// Shows what the push service brings while no page is open, and opens its link when somebody taps it.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch (fault) {
    told = { title: "邻里", body: event.data ? event.data.text() : "" };
  }
  event.waitUntil(self.registration.showNotification(told.title || "邻里", {
    body: told.body || "",
    tag: told.tag || undefined,
    renotify: Boolean(told.tag),
    requireInteraction: Boolean(told.urgent),
    data: { link: told.link || "" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = event.notification.data && event.notification.data.link;
  if (link) event.waitUntil(self.clients.openWindow(link));
});

self.addEventListener("install", () => self.skipWaiting());
