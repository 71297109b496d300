// The registers' boxes that search while one types have no name of their own: they get their field's label.
(() => {
  "use strict";
  function nameThem() {
    for (const box of document.querySelectorAll(".select2-selection[role=combobox]:not([data-named])")) {
      const field = box.closest(".select2-container")?.previousElementSibling;
      const label = field?.id ? document.querySelector(`label[for="${CSS.escape(field.id)}"]`) : null;
      const words = label?.textContent.trim() || field?.getAttribute("aria-label") || "";
      if (!words) continue;
      box.dataset.named = "yes";
      box.querySelector(".select2-selection__rendered[role=textbox]")?.setAttribute("aria-label", words);
      if (label) {
        label.id ||= `${field.id}_label`;
        box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") ?? ""}`.trim());
      } else {
        box.removeAttribute("aria-labelledby");
        box.setAttribute("aria-label", words);
      }
    }
  }
  window.addEventListener("load", () => {
    nameThem();
    new MutationObserver(nameThem).observe(document.body, { childList: true, subtree: true });
  });
})();
