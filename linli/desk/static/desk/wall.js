// A wall hangs for months with nobody at it: it keeps the clock, says when what it shows is old, and loads itself anew when the
// house has been deployed, when its link was ended, and once every night while nothing is open.
// The live line and its reconnecting are linli-live.js's; here nothing is kept that grows.
(() => {
  "use strict";
  const OLD_MS = 75000; // two looks in a row failed
  const NIGHT_HOUR = 4;
  const started = Date.now();
  let good = Date.now();
  const now = () => document.querySelector("#wall-live [data-build]");
  const build = () => now()?.dataset.build;
  let mine = "";

  function two(number) {
    return String(number).padStart(2, "0");
  }

  // The community's clock on the wall, whatever zone the screen's computer was set up for.
  function there(moment, zone) {
    return zone ? new Date(moment.toLocaleString("en-US", { timeZone: zone })) : moment;
  }

  function tick() {
    const clock = document.querySelector("[data-wall-clock]");
    const at = there(new Date(), clock?.dataset.zone);
    const text = `${two(at.getHours())}:${two(at.getMinutes())}`;
    if (clock && clock.textContent !== text) clock.textContent = text;
    const stale = document.querySelector("[data-wall-stale]");
    const old = Date.now() - good > OLD_MS;
    if (stale && stale.hidden === old) {
      const since = there(new Date(good), clock?.dataset.zone);
      stale.querySelector("[data-wall-since]").textContent = `${two(since.getHours())}:${two(since.getMinutes())}:${two(since.getSeconds())}`;
      stale.hidden = !old;
      document.documentElement.dataset.old = String(old);
    }
    const calm = !document.querySelector("#wall-live [data-alarm]");
    if (!old && calm && at.getHours() === NIGHT_HOUR && Date.now() - started > 2 * 3600 * 1000) location.reload();
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    if ((event.detail.requestConfig?.elt ?? event.detail.elt)?.id !== "wall-live") return;
    const status = event.detail.xhr?.status ?? 0;
    if (status >= 200 && status < 300) good = Date.now();
    else if ([401, 403, 404, 410].includes(status)) location.reload(); // the page itself says what is wrong
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!mine) mine = build() ?? "";
    else if (build() && build() !== mine) location.reload();
  });

  function start() {
    mine = build() ?? "";
    setInterval(tick, 1000);
    tick();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
