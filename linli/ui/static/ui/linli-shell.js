// What every page has: the menu on a phone, the theme switch, dialogs, printing, fresh times, and no answer that is silently lost.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = () => document.getElementById("linli-words")?.dataset ?? {};

  // Theme
  function paintThemeSwitch() {
    const choice = root.dataset.themeChoice ?? "auto";
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.hidden = false;
      const label = { auto: button.dataset.labelAuto, light: button.dataset.labelLight, dark: button.dataset.labelDark }[choice];
      button.setAttribute("aria-label", label);
      button.title = label;
      for (const icon of button.querySelectorAll("[data-theme-icon]")) icon.hidden = icon.dataset.themeIcon !== choice;
    }
  }

  function nextTheme() {
    const order = ["auto", "light", "dark"];
    window.linliTheme.choose(order[(order.indexOf(root.dataset.themeChoice) + 1) % order.length]);
    paintThemeSwitch();
  }

  // Menu on small screens
  function toggleMenu(button) {
    const open = root.dataset.menu !== "open";
    root.dataset.menu = open ? "open" : "shut";
    button.setAttribute("aria-expanded", String(open));
  }

  // A part of the menu that somebody folds or unfolds stays so on the next page; the part where one is, is always open.
  const foldKey = (details) => `linli.${details.dataset.remembered}`;
  function rememberFold(details) {
    try {
      localStorage.setItem(foldKey(details), details.open ? "0" : "1");
    } catch {
      // Without a memory it is as on the first day.
    }
  }
  function foldAsRemembered() {
    const here = document.querySelector(".side [aria-current]");
    for (const details of document.querySelectorAll("details[data-remembered]")) {
      let kept = null;
      try {
        kept = localStorage.getItem(foldKey(details));
      } catch {
        return;
      }
      if (kept !== null) details.open = kept === "1" || details.contains(here);
    }
    here?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    let found;
    if (at("[data-theme-switch]")) nextTheme();
    else if ((found = at("details[data-remembered] > summary"))) rememberFold(found.parentElement);
    else if ((found = at("[data-menu-toggle]"))) toggleMenu(found);
    else if ((found = at("[data-dialog-open]"))) document.getElementById(found.dataset.dialogOpen)?.showModal();
    else if ((found = at("[data-dialog-close]"))) found.closest("dialog")?.close();
    else if (at("[data-print]")) window.print();
    else if (at("[data-back]")) history.length > 1 ? history.back() : location.assign("/");
    else if ((found = at('[aria-disabled="true"]'))) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });

  // A form that is sent twice by a double click would do things twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-delete]") || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // Times stay true while the page is open
  function freshen() {
    const say = words();
    for (const time of document.querySelectorAll("time[data-since]")) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      if (!(seconds >= 0 && seconds < 172800)) continue;
      let text = say.justNow;
      if (seconds >= 3600) text = say.hours?.replace("{n}", Math.floor(seconds / 3600));
      else if (seconds >= 60) text = say.minutes?.replace("{n}", Math.floor(seconds / 60));
      if (text && time.textContent !== text) time.textContent = text;
    }
  }
  setInterval(freshen, 20000);
  document.addEventListener("visibilitychange", () => document.hidden || freshen());

  // htmx: whatever goes wrong is said in words, where the eye already looks for words.
  function say(html) {
    const place = document.getElementById("messages");
    if (!place) return;
    place.innerHTML = html;
    place.scrollIntoView({ block: "nearest" });
  }
  const quiet = (event) => event.detail.elt?.matches?.("[data-live]") ?? false;
  const notSaved = (event) => quiet(event) || say(document.getElementById("linli-not-saved")?.innerHTML ?? "");

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    const isRefusal = xhr.responseText.includes("data-refusal");
    if (isRefusal && !xhr.getResponseHeader("HX-Retarget") && !quiet(event)) {
      document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      say(xhr.responseText);
    } else if (!isRefusal && xhr.status !== 422) {
      notSaved(event);
    }
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, notSaved);

  function start() {
    paintThemeSwitch();
    foldAsRemembered();
    document.querySelector("[data-error-summary]")?.focus();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  document.addEventListener("htmx:afterSettle", (event) => event.detail.elt?.querySelector?.("[data-error-summary]")?.focus());
})();
