// Live pages. One EventSource per data-live-url; `change` refreshes [data-live] elements, `beat` says the line is alive.
// Promises: at most one refresh per element per 300 ms, the last change is never missed, a dropped line is said in words and polled around.
(() => {
  "use strict";
  const EVERY_MS = 300;
  const SILENCE_MS = 25000;
  const POLL_MS = 5000;
  const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];
  const GREEN_MS = 4000;
  const root = document.documentElement;

  // ---- refreshing ---------------------------------------------------------------------------------------------
  const states = new Map(); // key of an element -> { timer, busy, dirty, last }
  const keyOf = (element) => (element.id ? `#${element.id}` : element);
  const elementOf = (key) => (typeof key === "string" ? document.getElementById(key.slice(1)) : key.isConnected ? key : null);
  const topicsOf = (element) => element.dataset.live.split(/\s+/).filter(Boolean);

  function stateOf(key) {
    if (!states.has(key)) states.set(key, { timer: 0, busy: 0, dirty: false, last: 0 });
    return states.get(key);
  }

  function isBeingUsed(element) {
    if (element.querySelector("dialog[open]")) return true;
    const field = document.activeElement;
    return element.contains(field) && field.matches("textarea, select, input:not([type=button], [type=submit], [type=checkbox])");
  }

  function want(element) {
    const key = keyOf(element);
    stateOf(key).dirty = true;
    schedule(key);
  }

  function schedule(key, atLeast = 0) {
    const state = stateOf(key);
    if (state.timer || state.busy || !state.dirty) return;
    const wait = Math.max(atLeast, state.last + EVERY_MS - Date.now(), 0);
    state.timer = setTimeout(() => {
      state.timer = 0;
      fire(key);
    }, wait);
  }

  function fire(key) {
    const state = stateOf(key);
    const element = elementOf(key);
    if (!element || element.dataset.live === undefined) {
      states.delete(key);
      return;
    }
    if (isBeingUsed(element)) {
      schedule(key, 1000);
      return;
    }
    state.dirty = false;
    state.last = Date.now();
    // If no answer ever comes back (a trigger that is not wired, a lost request) the element must not stay deaf.
    state.busy = setTimeout(() => settle(key, true), 10000);
    refresh(element, key);
  }

  function refresh(element, key) {
    if (element.hasAttribute("hx-get")) {
      window.htmx.trigger(element, "live");
    } else if (element.id) {
      const options = { target: element, source: element, select: `#${CSS.escape(element.id)}`, swap: "outerHTML" };
      window.htmx.ajax("GET", location.pathname + location.search, options).catch(() => settle(key, true));
    } else {
      settle(key, false);
    }
  }

  function settle(key, failed) {
    const state = stateOf(key);
    clearTimeout(state.busy);
    state.busy = 0;
    if (failed) state.dirty = true;
    schedule(key, failed ? 2000 : 0);
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    // After an outerHTML swap the event comes from the parent; the request still knows who asked.
    const element = event.detail.requestConfig?.elt ?? event.detail.elt;
    const key = element?.dataset?.live !== undefined ? keyOf(element) : null;
    if (key === null || !states.get(key)?.busy) return;
    const status = event.detail.xhr?.status ?? 0;
    settle(key, status === 0 || status >= 500);
  });

  function refreshTopics(topics) {
    const all = topics.length === 0 || topics.includes("*");
    for (const element of document.querySelectorAll("[data-live]")) {
      if (all || topicsOf(element).some((topic) => topics.includes(topic) || topic === "*")) want(element);
    }
    document.dispatchEvent(new CustomEvent("linli:change", { detail: { topics: all ? ["*"] : topics } }));
  }

  function parseTopics(text) {
    const trimmed = (text ?? "").trim();
    if (!/^[[{"]/.test(trimmed)) return trimmed.split(/\s+/).filter(Boolean);
    try {
      const data = JSON.parse(trimmed);
      const found = Array.isArray(data) ? data : typeof data === "string" ? data.split(/\s+/) : (data.topics ?? data.topic ?? []);
      return [].concat(found).map(String).filter(Boolean);
    } catch {
      return []; // Unreadable: better one refresh too many than one too few.
    }
  }

  // ---- the line -----------------------------------------------------------------------------------------------
  class Line {
    constructor(url) {
      this.url = url;
      this.tries = 0;
      this.heard = Date.now();
      this.downSince = 0;
      this.retry = 0;
      this.open();
    }

    open() {
      clearTimeout(this.retry);
      this.retry = 0;
      this.source?.close();
      this.heard = Date.now();
      const source = (this.source = new EventSource(this.url));
      source.addEventListener("open", () => source === this.source && this.up());
      source.addEventListener("beat", (event) => (event.data === "down" ? this.away() : this.hear()));
      source.addEventListener("change", (event) => {
        this.heard = Date.now();
        refreshTopics(parseTopics(event.data));
      });
      source.addEventListener("error", () => source === this.source && this.drop());
    }

    hear() {
      this.heard = Date.now();
      if (this.downSince) this.up();
    }

    up() {
      this.heard = Date.now();
      this.tries = 0;
      const wasDown = this.downSince;
      this.downSince = 0;
      // What changed while nobody listened is fetched once, also on the very first opening.
      refreshTopics([]);
      if (wasDown) announce();
      else root.dataset.line = isDown() ? "down" : "up";
    }

    away() {
      // The house answers, but has itself lost the line on which news come; it tells us to look again every few seconds.
      this.heard = Date.now();
      if (this.downSince) return;
      this.downSince = Date.now();
      announce();
    }

    drop() {
      this.source?.close();
      this.source = null;
      if (!this.downSince) {
        this.downSince = Date.now();
        announce();
      }
      const wait = BACKOFF_MS[Math.min(this.tries, BACKOFF_MS.length - 1)] * (0.8 + Math.random() * 0.4);
      this.tries += 1;
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.open(), wait);
    }

    watch() {
      if (this.source && Date.now() - this.heard > SILENCE_MS) this.drop();
    }

    hurry() {
      if (this.downSince && navigator.onLine !== false) {
        this.tries = 0;
        this.open();
      } else {
        this.watch();
      }
    }

    shut() {
      clearTimeout(this.retry);
      this.source?.close();
      this.source = null;
    }
  }

  const lines = new Map();
  const downLines = () => [...lines.values()].filter((line) => line.downSince);
  const isDown = () => downLines().length > 0;
  let green = 0;

  function announce() {
    const down = isDown();
    root.dataset.line = down ? "down" : "up";
    document.dispatchEvent(new CustomEvent(down ? "linli:line-down" : "linli:line-up"));
    const banner = document.querySelector("[data-line-banner]");
    if (!banner) return;
    clearTimeout(green);
    banner.hidden = false;
    banner.dataset.state = down ? "down" : "up";
    banner.querySelector("[data-line-down]").hidden = !down;
    banner.querySelector("[data-line-elapsed]").hidden = !down;
    banner.querySelector("[data-line-up]").hidden = down;
    if (down) {
      const since = new Date(Math.min(...downLines().map((line) => line.downSince)));
      const time = banner.querySelector("[data-line-since]");
      time.dateTime = since.toISOString();
      time.textContent = since.toLocaleTimeString("zh-CN", { hour12: false });
    } else {
      green = setTimeout(() => (banner.hidden = true), GREEN_MS);
    }
  }

  let polled = 0;
  function everySecond() {
    for (const line of lines.values()) line.watch();
    if (!isDown()) return;
    const since = Math.min(...downLines().map((line) => line.downSince));
    const elapsed = document.querySelector("[data-line-elapsed]");
    const text = document.getElementById("linli-words")?.dataset.downFor ?? "{n}";
    if (elapsed) elapsed.textContent = text.replace("{n}", Math.round((Date.now() - since) / 1000));
    if (Date.now() - Math.max(polled, since) >= POLL_MS) {
      polled = Date.now();
      refreshTopics([]);
    }
  }

  function listen() {
    for (const element of document.querySelectorAll("[data-live-url]")) {
      const url = element.dataset.liveUrl;
      if (url && !lines.has(url)) lines.set(url, new Line(url));
    }
  }

  function start() {
    listen();
    setInterval(everySecond, 1000);
    document.addEventListener("htmx:afterSettle", listen);
    window.addEventListener("online", () => lines.forEach((line) => line.hurry()));
    window.addEventListener("offline", () => lines.forEach((line) => line.source && line.drop()));
    document.addEventListener("visibilitychange", () => document.hidden || lines.forEach((line) => line.hurry()));
    window.addEventListener("pagehide", () => lines.forEach((line) => line.shut()));
    window.addEventListener("pageshow", (event) => event.persisted && lines.forEach((line) => line.open()));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
