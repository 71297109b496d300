// Switching notifications on and off. The form stays hidden where the browser cannot do it.
(function () {
  "use strict";
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function show(form, state) {
    for (const part of form.querySelectorAll("[data-push-when]")) {
      const when = part.dataset.pushWhen;
      part.hidden = !(when === state || (when === "off" && (state === "denied" || state === "failed")));
    }
    form.hidden = false;
  }

  async function tell(form, wanted, subscription) {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ wanted: wanted, subscription: subscription.toJSON() }),
    });
    if (!answer.ok) throw new Error("not taken: " + answer.status);
  }

  async function on(form, registration) {
    if ((await Notification.requestPermission()) !== "granted") return "denied";
    const known = await registration.pushManager.getSubscription();
    const subscription = known || (await registration.pushManager.subscribe({
      userVisibleOnly: true, applicationServerKey: bytes(form.dataset.pushKey),
    }));
    await tell(form, true, subscription);
    return "on";
  }

  async function off(form, registration) {
    const subscription = await registration.pushManager.getSubscription();
    if (subscription) {
      await tell(form, false, subscription);
      await subscription.unsubscribe();
    }
    return "off";
  }

  async function begin(form) {
    const registration = await navigator.serviceWorker.register(form.dataset.pushWorker);
    const subscription = await registration.pushManager.getSubscription();
    show(form, subscription ? "on" : Notification.permission === "denied" ? "denied" : "off");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const wanted = event.submitter && event.submitter.value === "1";
      try {
        show(form, await (wanted ? on : off)(form, registration));
      } catch (fault) {
        console.warn("push", fault);
        show(form, "failed");
      }
    });
  }

  for (const form of document.querySelectorAll("form[data-push-key]")) {
    begin(form).catch((fault) => console.warn("push", fault));
  }
})();
