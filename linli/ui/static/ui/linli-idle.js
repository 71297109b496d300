// Signing out when nobody is there, without losing a typed word.
// forms[data-keep]: what is typed is kept in this tab, per user, until the form was accepted. Never passwords, files or hidden fields.
(() => {
  "use strict";
  const body = () => document.body;
  const user = () => body().dataset.user ?? "";
  const PREFIX = "linli.keep:";
  const keyOf = (form) => `${PREFIX}${user()}:${form.dataset.keep}`;

  function load(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }
  function store(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // A full or forbidden store: the page works, it only remembers nothing.
    }
  }
  function keptKeys() {
    try {
      return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  }

  // ---- keeping what is typed ----------------------------------------------------------------------------------
  const NEVER = ["password", "file", "hidden", "submit", "button", "reset", "image"];
  const fieldsOf = (form) =>
    [...form.elements].filter((e) => e.name && !NEVER.includes(e.type) && !/one-time-code|password|cc-/.test(e.autocomplete ?? "") && e.tagName !== "FIELDSET");
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";

  function valueOf(field) {
    if (isChoice(field)) return field.checked;
    return field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
  }
  function isUntouched(field) {
    if (isChoice(field)) return field.checked === field.defaultChecked;
    if (field.options) return [...field.options].every((option) => option.selected === option.defaultSelected) || !field.querySelector("option[selected]");
    return field.value === field.defaultValue;
  }
  function put(field, value) {
    if (isChoice(field)) field.checked = value === true;
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = [].concat(value).includes(option.value)));
    else field.value = value;
  }
  // A radio group shares its name, so the place of a field among its namesakes tells them apart.
  function named(form) {
    const seen = {};
    return fieldsOf(form).map((field) => {
      seen[field.name] = (seen[field.name] ?? -1) + 1;
      return [`${field.name}#${seen[field.name]}`, field];
    });
  }
  const hasErrors = (form) => form.querySelector('[aria-invalid="true"], [data-error-summary]') !== null || form.parentElement?.querySelector(":scope > [data-error-summary]") != null;

  function save(form) {
    const values = Object.fromEntries(named(form).map(([name, field]) => [name, valueOf(field)]));
    store(keyOf(form), { values, sent: false });
  }

  function restore(form) {
    const kept = load(keyOf(form));
    if (!kept?.values || hasErrors(form) || form.dataset.kept) return;
    form.dataset.kept = "yes";
    let changed = false;
    for (const [name, field] of named(form)) {
      const value = kept.values[name];
      if (value === undefined || !isUntouched(field) || JSON.stringify(valueOf(field)) === JSON.stringify(value)) continue;
      put(field, value);
      field.dispatchEvent(new Event("change", { bubbles: false }));
      changed = true;
    }
    if (changed) tell(form);
  }

  function tell(form) {
    const template = document.getElementById("linli-restored");
    if (!template) return;
    form.prepend(template.content.cloneNode(true));
    form.querySelector("[data-restored-drop]").addEventListener("click", () => {
      store(keyOf(form), null);
      form.reset();
      form.querySelector("[data-restored]")?.remove();
    });
  }

  // A sent form is forgotten only when the next page shows that it was accepted.
  function settleSent() {
    const accepted = Boolean(user()) && body().dataset.page === "page";
    for (const key of keptKeys()) {
      const kept = load(key);
      if (!kept?.sent) continue;
      const own = key.startsWith(`${PREFIX}${user()}:`);
      const form = own && [...document.querySelectorAll("form[data-keep]")].find((f) => keyOf(f) === key);
      const refused = !accepted || !own || (form && hasErrors(form));
      store(key, refused ? { ...kept, sent: false } : null);
    }
  }

  function onInput(event) {
    const form = event.target.form;
    if (form?.dataset.keep && user()) save(form);
  }
  document.addEventListener("input", onInput);
  document.addEventListener("change", onInput);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.keep || !user() || event.defaultPrevented || form.matches("[hx-post], [hx-put], [hx-patch]")) return;
    save(form);
    store(keyOf(form), { ...load(keyOf(form)), sent: true });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = (event.detail.requestConfig?.elt ?? event.detail.elt)?.closest?.("form[data-keep]");
    const { xhr } = event.detail;
    const sent = form && event.detail.requestConfig?.verb !== "get";
    if (sent && xhr?.status >= 200 && xhr.status < 300 && !/aria-invalid="true"|data-error-summary/.test(xhr.responseText)) store(keyOf(form), null);
  });

  // ---- nobody there -------------------------------------------------------------------------------------------
  const LAST = "linli.idle.last"; // shared by the tabs: work in one keeps all of them open
  let last = Date.now();
  let pinged = Date.now();
  let warned = false;

  function readLast() {
    try {
      return Math.max(last, Number(localStorage.getItem(LAST)) || 0);
    } catch {
      return last;
    }
  }
  function touch() {
    if (warned) return; // once asked, only the button answers
    const now = Date.now();
    if (now - last > 1000) {
      try {
        localStorage.setItem(LAST, String(now));
      } catch {
        // One tab alone then.
      }
    }
    last = now;
  }

  async function ping() {
    pinged = Date.now();
    const url = body().dataset.idlePing;
    if (!url) return true;
    const headers = JSON.parse(body().getAttribute("hx-headers") ?? "{}");
    try {
      const answer = await fetch(url, { method: "POST", headers, credentials: "same-origin", redirect: "manual" });
      return answer.ok;
    } catch {
      return true; // a dead line is told by the line banner, not by signing out
    }
  }

  function stay() {
    warned = false;
    last = 0;
    touch();
    document.getElementById("idle")?.close();
    ping();
  }

  function leave() {
    document.querySelectorAll("form[data-keep]").forEach((form) => named(form).some(([, field]) => !isUntouched(field)) && save(form));
    const form = document.querySelector("form[data-sign-out]");
    if (!form) return location.reload();
    for (const name of ["next", "reason"]) if (form.elements[name]) form.elements[name].disabled = false;
    if (form.elements.next) form.elements.next.value = location.pathname + location.search;
    form.submit();
  }

  function watch(limit) {
    const warnAt = Math.min(60, limit / 3);
    const dialog = document.getElementById("idle");
    const idle = (Date.now() - readLast()) / 1000;
    const left = Math.ceil(limit - idle);
    if (left <= 0) return leave();
    if (left <= warnAt) {
      if (!warned && dialog && !dialog.open) dialog.showModal();
      warned = true;
      const shown = dialog?.querySelector("[data-idle-left]");
      if (shown) shown.textContent = left;
    } else {
      if (warned) {
        warned = false;
        dialog?.close(); // somebody answered in another tab
      }
      const wasActive = readLast() > pinged;
      if (wasActive && Date.now() - pinged > Math.min(60, limit / 4) * 1000) ping();
    }
  }

  function startIdle() {
    const limit = Number(body().dataset.idleSeconds);
    if (!(limit > 0)) return;
    for (const name of ["pointerdown", "keydown", "wheel", "touchstart", "scroll"]) document.addEventListener(name, touch, { passive: true, capture: true });
    last = 0;
    touch();
    const dialog = document.getElementById("idle");
    dialog?.querySelector("[data-idle-stay]")?.addEventListener("click", stay);
    dialog?.addEventListener("cancel", (event) => {
      event.preventDefault();
      stay();
    });
    setInterval(() => watch(limit), 1000);
  }

  function start() {
    settleSent();
    if (user()) {
      document.querySelectorAll("form[data-keep]").forEach(restore);
      document.addEventListener("htmx:load", (event) => {
        const root = event.detail.elt;
        root.querySelectorAll?.("form[data-keep]").forEach(restore);
        if (root.matches?.("form[data-keep]")) restore(root);
      });
      startIdle();
    }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
