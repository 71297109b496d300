// The keyboard. Never while typing in a field (Escape excepted), never with Ctrl, Alt or Meta, never inside an input method.
(() => {
  "use strict";
  const PAUSE_MS = 1200;
  const OFF = "linli.keys.off";
  const isField = (element) =>
    element?.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=range]), textarea, select, [contenteditable]") ?? false;
  const isShown = (element) => element.getClientRects().length > 0;

  function lettersOn() {
    try {
      return localStorage.getItem(OFF) !== "1";
    } catch {
      return true;
    }
  }

  // ---- lists --------------------------------------------------------------------------------------------------
  const linkOf = (row) => (row.matches("a[href]") ? row : row.querySelector("a[href], button:not([disabled])"));

  function rowsOf(list) {
    return [...list.children].map(linkOf).filter((link) => link && isShown(link));
  }

  function move(step, onlyInside) {
    const inside = document.activeElement?.closest("[data-rows]");
    if (onlyInside && !inside) return false;
    const list = inside ?? [...document.querySelectorAll("[data-rows]")].find(isShown);
    const links = list ? rowsOf(list) : [];
    if (!links.length) return false;
    const here = links.findIndex((link) => link === document.activeElement || link.closest("[data-rows] > *")?.contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  // ---- shortcuts from the page --------------------------------------------------------------------------------
  let typed = "";
  let forget = 0;

  function press(key) {
    clearTimeout(forget);
    const scope = document.querySelector("dialog[open]") ?? document;
    const marked = [...scope.querySelectorAll("[data-key]")].filter((e) => isShown(e) || e.closest(".side"));
    const sequence = (typed ? `${typed} ` : "") + key;
    const exact = marked.find((e) => e.dataset.key === sequence) ?? marked.find((e) => e.dataset.key === key);
    if (exact) {
      typed = "";
      exact.click();
      return true;
    }
    const isBeginning = marked.some((e) => e.dataset.key.startsWith(`${sequence} `));
    typed = isBeginning ? sequence : "";
    if (isBeginning) forget = setTimeout(() => (typed = ""), PAUSE_MS);
    return isBeginning;
  }

  function fillHelp(dialog) {
    const list = dialog.querySelector("[data-keys-list]");
    list.querySelectorAll("[data-from-page]").forEach((old) => old.remove());
    for (const element of document.querySelectorAll("[data-key]")) {
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      for (const part of element.dataset.key.split(" ")) {
        const kbd = document.createElement("kbd");
        kbd.textContent = part;
        dt.append(kbd, " ");
      }
      dd.textContent = element.dataset.keyLabel ?? element.textContent.trim();
      dt.dataset.fromPage = dd.dataset.fromPage = "";
      list.append(dt, dd);
    }
    const box = dialog.querySelector("[data-keys-on]");
    if (box) box.checked = lettersOn();
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (!dialog || dialog.open) return false;
    fillHelp(dialog);
    dialog.showModal();
    return true;
  }

  function escape(event) {
    if (document.querySelector("dialog[open]")) return; // the browser closes it
    if (isField(event.target)) event.target.blur();
    else document.querySelector("[data-cancel]")?.click();
  }

  function search() {
    const box = document.querySelector("[data-search]");
    if (!box || !isShown(box)) return false;
    box.focus();
    box.select();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.key === "Escape") return escape(event);
    if (isField(event.target) || event.target.matches?.("input[type=range]")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (move(event.key === "ArrowDown" ? 1 : -1, true)) event.preventDefault();
      return;
    }
    if (event.key.length !== 1 || event.key === " " || !lettersOn()) return;
    let done = false;
    const modal = document.querySelector("dialog[open]");
    if (!modal && event.key === "/") done = search();
    else if (!modal && (event.key === "?" || event.key === "？")) done = help();
    else done = press(event.key.toLowerCase());
    if (!done && !modal && (event.key === "j" || event.key === "k")) done = move(event.key === "j" ? 1 : -1, false);
    if (done) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const dialog = document.getElementById("keys");
    if (dialog && event.target.closest('[data-dialog-open="keys"]')) fillHelp(dialog);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-on]")) return;
    try {
      localStorage.setItem(OFF, event.target.checked ? "0" : "1");
    } catch {
      // Nothing is remembered in this browser; the choice ends with the page.
    }
  });
})();
