// The desk's alarm. It sounds while an element with data-alarm and without data-acknowledged is in the page; the gravest decides.
(() => {
  "use strict";
  const VOLUME = "linli.sound.volume";
  const MUTED = "linli.sound.mutedUntil";
  const MUTE_MS = 120000;
  // Two tones each: frequency in Hz, length of one tone and of the rest after the pair in seconds.
  const TONES = {
    life: { high: 960, low: 770, tone: 0.28, rest: 0.12, gain: 1 },
    soon: { high: 660, low: 550, tone: 0.22, rest: 2.6, gain: 0.6 },
  };
  let context = null;
  let next = 0;
  let heard = new Set();

  function recall(key, otherwise) {
    try {
      return Number(localStorage.getItem(key) ?? otherwise);
    } catch {
      return otherwise;
    }
  }
  function remember(key, value) {
    try {
      localStorage.setItem(key, String(value));
    } catch {
      // The choice ends with the page.
    }
  }
  const volume = () => Math.min(Math.max(recall(VOLUME, 80), 10), 100) / 100;
  const muteLeft = () => Math.max(recall(MUTED, 0) - Date.now(), 0);
  const ready = () => context?.state === "running";

  function wake() {
    const Audio = window.AudioContext ?? window.webkitAudioContext;
    if (!Audio) return Promise.resolve();
    context ??= new Audio();
    context.onstatechange = paint;
    return context.state === "suspended" ? context.resume().then(paint, paint) : Promise.resolve();
  }

  function beep(frequency, from, length, gain) {
    const oscillator = context.createOscillator();
    const level = context.createGain();
    oscillator.type = "square";
    oscillator.frequency.value = frequency;
    const loudness = 0.25 * gain * volume() ** 2;
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(loudness, from + 0.02);
    level.gain.setValueAtTime(loudness, from + length - 0.03);
    level.gain.linearRampToValueAtTime(0, from + length);
    oscillator.connect(level).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + length);
  }

  function pair(kind) {
    const { high, low, tone, rest, gain } = TONES[kind];
    const from = context.currentTime + 0.02;
    beep(high, from, tone, gain);
    beep(low, from + tone, tone, gain);
    return (tone * 2 + rest) * 1000;
  }

  // ---- what there is to sound for -----------------------------------------------------------------------------
  function unanswered() {
    return [...document.querySelectorAll("[data-alarm]")].filter((e) => e.dataset.alarm in TONES && !e.hasAttribute("data-acknowledged"));
  }
  const identOf = (element) => `${element.dataset.alarmId || element.id || "?"}:${element.dataset.alarm}`;

  function gravest(alarms) {
    if (alarms.some((e) => e.dataset.alarm === "life")) return "life";
    return alarms.length ? "soon" : null;
  }

  let asked = -5000;
  function tick() {
    const alarms = unanswered();
    const now = new Set(alarms.map(identOf));
    // A mute is for what one has heard. What is new is heard.
    if (muteLeft() && [...now].some((ident) => !heard.has(ident))) remember(MUTED, 0);
    heard = now;
    const kind = gravest(alarms);
    document.documentElement.dataset.sounding = kind && !muteLeft() ? kind : "no";
    if (kind && !muteLeft()) {
      if (!ready()) {
        // Asking again is cheap but not free: the browser writes a line into its console each time.
        if (performance.now() >= asked + 5000) { asked = performance.now(); wake(); }
      } else if (performance.now() >= next) next = performance.now() + pair(kind);
    }
    if (!kind) next = 0;
    paint();
  }

  // ---- the controls -------------------------------------------------------------------------------------------
  function paint() {
    for (const button of document.querySelectorAll("[data-sound-on]")) button.hidden = ready();
    for (const slider of document.querySelectorAll("[data-sound-volume]")) if (document.activeElement !== slider) slider.value = volume() * 100;
    const left = Math.ceil(muteLeft() / 1000);
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const words = document.getElementById("linli-words")?.dataset.muteLeft ?? "{time}";
    for (const button of document.querySelectorAll("[data-sound-mute]")) {
      button.setAttribute("aria-pressed", String(left > 0));
      const text = button.querySelector("[data-sound-mute-text]");
      const say = left > 0 ? words.replace("{time}", clock) : text?.dataset.idle;
      if (text && text.textContent !== say) text.textContent = say;
    }
  }

  function test() {
    wake().then(() => {
      if (!ready()) return;
      pair("life");
      setTimeout(() => pair("soon"), 900);
    });
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-sound-test]")) test();
    else if (event.target.closest("[data-sound-on]")) wake().then(tick);
    else if (event.target.closest("[data-sound-mute]")) {
      heard = new Set(unanswered().map(identOf));
      remember(MUTED, muteLeft() ? 0 : Date.now() + MUTE_MS);
      tick();
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-sound-volume]")) remember(VOLUME, event.target.value);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-sound-volume]")) test();
  });

  const wanted = () => document.querySelector("[data-alarm], [data-sound]") !== null;
  function start() {
    // Any tap or key lets the browser speak; until then the button says that it cannot.
    // The click, not the press: a button that vanishes under the finger would hand the click to its neighbour.
    for (const name of ["click", "keydown"]) document.addEventListener(name, () => wanted() && !ready() && wake(), { capture: true });
    if (wanted()) wake();
    heard = muteLeft() ? new Set(unanswered().map(identOf)) : new Set();
    setInterval(() => (wanted() ? tick() : (document.documentElement.dataset.sounding = "no")), 100);
    document.addEventListener("visibilitychange", () => wanted() && tick());
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
