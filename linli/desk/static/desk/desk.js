// The desk's list: `a` takes the incident in hand on which the eye and the focus rest, never one that has just jumped to the top;
// the window's title counts what nobody has taken.
(() => {
  "use strict";
  const isField = (element) => element?.matches?.("input, textarea, select, [contenteditable]") ?? false;
  const title = document.title;

  document.addEventListener("keydown", (event) => {
    if (event.key !== "a" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isField(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const row = document.activeElement?.closest(".incident-row");
    if (!row) document.querySelector(".incident-row a")?.focus();
    else row.querySelector("form[data-acknowledge]")?.requestSubmit();
  });

  function count() {
    const waiting = Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? 0);
    document.title = waiting ? `(${waiting}) ${title}` : title;
  }
  document.addEventListener("htmx:afterSettle", count);
  document.addEventListener("DOMContentLoaded", count);
})();
