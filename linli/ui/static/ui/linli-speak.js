// Reads a page to whoever cannot read it well. The button appears only where the browser has a voice.
(() => {
  "use strict";
  if (!("speechSynthesis" in window)) return;
  const synthesis = window.speechSynthesis;

  function textOf(button) {
    const place = document.querySelector(button.dataset.readAloud || "main");
    if (!place) return "";
    const copy = place.cloneNode(true);
    copy.querySelectorAll("[data-read-aloud], [hidden], [aria-hidden=true], dialog, svg, script, template").forEach((e) => e.remove());
    const blocks = [...copy.querySelectorAll("h1, h2, h3, p, li, dt, dd, label, legend, button, a.button")];
    const own = blocks.filter((block) => !blocks.some((other) => other !== block && other.contains(block)));
    return (own.length ? own.map((e) => e.textContent) : [copy.textContent]).map((t) => t.replace(/\s+/g, " ").trim()).filter(Boolean).join("。\n");
  }

  function show(button, speaking) {
    button.setAttribute("aria-pressed", String(speaking));
    const quiet = button.querySelector("[data-when-quiet]");
    const loud = button.querySelector("[data-when-speaking]");
    if (quiet) quiet.hidden = speaking;
    if (loud) loud.hidden = !speaking;
  }

  function speak(button) {
    synthesis.cancel();
    if (button.getAttribute("aria-pressed") === "true") return show(button, false);
    const utterance = new SpeechSynthesisUtterance(textOf(button));
    utterance.lang = document.documentElement.lang;
    utterance.rate = 0.9;
    utterance.voice = synthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(utterance.lang.slice(0, 2).toLowerCase())) ?? null;
    utterance.onend = utterance.onerror = () => show(button, false);
    show(button, true);
    synthesis.speak(utterance);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-read-aloud]");
    if (button) speak(button);
  });
  window.addEventListener("pagehide", () => synthesis.cancel());
  const start = () => document.querySelectorAll("[data-read-aloud]").forEach((button) => (button.hidden = false));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
