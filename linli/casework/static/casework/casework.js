// An answer to begin with is put into the field it belongs to; what was typed there already stays in front of it.
document.addEventListener("change", (event) => {
  const chosen = event.target.closest("[data-fills]");
  if (!chosen || !chosen.value) return;
  const field = document.getElementById(chosen.dataset.fills);
  field.value = field.value.trim() ? `${field.value.trim()}\n${chosen.value}` : chosen.value;
  field.focus();
});
