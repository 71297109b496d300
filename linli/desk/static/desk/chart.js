// The building chart by keyboard: arrows go from door to door, Home and End to the first and last of a building.
// In the small drawing one door of each building is a tab stop; it moves along with the focus.
(() => {
  "use strict";
  const doorsOf = (figure) => [...figure.querySelectorAll(".building-chart a")];

  function nearest(doors, from, key) {
    const here = from.getBoundingClientRect();
    const along = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    let best = null;
    let least = Infinity;
    for (const door of doors) {
      const box = door.getBoundingClientRect();
      const dx = box.left + box.width / 2 - here.left - here.width / 2;
      const dy = box.top + box.height / 2 - here.top - here.height / 2;
      const ahead = sign * (along ? dx : dy);
      const beside = Math.abs(along ? dy : dx);
      if (ahead < 2 || (along && beside > 2)) continue;
      const far = ahead + beside * 3;
      if (far < least) [best, least] = [door, far];
    }
    return best;
  }

  function go(figure, doors, to) {
    if (!to) return;
    if (figure.classList.contains("chart-house")) for (const door of doors) door.setAttribute("tabindex", door === to ? "0" : "-1");
    to.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const from = event.target.closest?.(".building-chart a");
    const figure = from?.closest("[data-doors]");
    if (!figure) return;
    const doors = doorsOf(figure);
    if (event.key === "Home") go(figure, doors, doors[0]);
    else if (event.key === "End") go(figure, doors, doors.at(-1));
    else if (event.key.startsWith("Arrow")) go(figure, doors, nearest(doors, from, event.key));
    else return;
    event.preventDefault();
  });
})();
