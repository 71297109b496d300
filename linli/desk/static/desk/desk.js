// The desk's list: `a` takes the incident in hand on which the eye and the focus rest, never one that has just jumped to the top;
// `x` ticks it, and with ticks `a` goes to the note for all of them. The ticks survive the list's refreshing.
// The window's title counts what nobody has taken.
(() => {
  "use strict";
  const isField = (element) => element?.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]") ?? false;
  const title = document.title;
  const ticked = new Set();
  const bar = () => document.querySelector("[data-take-many]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape" && bar()?.contains(event.target)) return untick();
    if (isField(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key !== "a" && event.key !== "x") return;
    const row = document.activeElement?.closest(".incident-row");
    if (event.key === "a" && ticked.size) {
      event.preventDefault();
      bar()?.querySelector("input[name=note]")?.focus();
    } else if (!row) document.querySelector(".incident-row a")?.focus();
    else if (event.key === "a") row.querySelector("form[data-acknowledge]")?.requestSubmit();
    else row.querySelector("[data-tick]")?.click();
  });

  function show() {
    const form = bar();
    if (!form) return;
    form.hidden = ticked.size === 0;
    form.querySelector("[data-ticked]").textContent = ticked.size ? `(${ticked.size})` : "";
  }

  function untick() {
    ticked.clear();
    for (const box of document.querySelectorAll("[data-tick]:checked")) box.checked = false;
    show();
  }

  // What somebody else has taken meanwhile has no box any more: it is not ours to take.
  function tickAgain() {
    const boxes = [...document.querySelectorAll("[data-tick]")];
    const here = new Set(boxes.map((box) => box.value));
    for (const value of [...ticked]) if (!here.has(value)) ticked.delete(value);
    for (const box of boxes) box.checked = ticked.has(box.value);
    show();
  }

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick]")) return;
    if (event.target.checked) ticked.add(event.target.value);
    else ticked.delete(event.target.value);
    show();
  });
  document.addEventListener("click", (event) => event.target.closest("[data-untick]") && untick());

  function count() {
    const waiting = Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? 0);
    document.title = waiting ? `(${waiting}) ${title}` : title;
  }
  document.addEventListener("htmx:afterSwap", tickAgain);
  document.addEventListener("htmx:afterSettle", count);
  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-tick]:checked")) ticked.add(box.value);
    show();
    count();
  });
})();
