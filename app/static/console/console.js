// Comfort only: every page works without this.
"use strict";

// What was refused is what to read first.
document.querySelector(".refused")?.focus();

// A second press while the first is on its way would only wait for it.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[type=submit]");
  if (button) setTimeout(() => { button.disabled = true; }, 0);
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

// Texts to paste elsewhere.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies);
    text.select();
    if (navigator.clipboard) await navigator.clipboard.writeText(text.value); else document.execCommand("copy");
    button.textContent = button.dataset.done;
  });
}
