// Runs before the first paint: light or dark as the person chose, or as the computer says. The admin shell reads the same key.
(() => {
  "use strict";
  const KEY = "adminTheme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return ["auto", "light", "dark"].includes(kept) ? kept : "auto";
    } catch {
      return "auto";
    }
  }

  // A page may ask to be dark unless somebody chooses otherwise (the wall); every other follows the computer.
  const byItself = () => document.documentElement.dataset.themeDefault ?? (dark.matches ? "dark" : "light");

  function show() {
    const choice = read();
    const root = document.documentElement;
    root.dataset.theme = choice === "auto" ? byItself() : choice;
    root.dataset.themeChoice = choice;
  }

  function choose(choice) {
    try {
      localStorage.setItem(KEY, JSON.stringify(choice));
    } catch {
      // A browser that keeps nothing still gets the colours until the next page.
    }
    document.cookie = `linli_theme=${choice};path=/;max-age=31536000;samesite=lax`;
    show();
    document.documentElement.dataset.theme = choice === "auto" ? byItself() : choice;
    document.documentElement.dataset.themeChoice = choice;
  }

  show();
  dark.addEventListener?.("change", show);
  window.addEventListener("storage", (event) => event.key === KEY && show());
  window.linliTheme = { choose };
})();
