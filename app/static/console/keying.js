// Keying from paper: a code that is complete takes the hand to the next question. Every page works without this.
"use strict";

const keyed = [...document.querySelectorAll("[data-keying] input[data-codes]")];

function judge(input) {
  const codes = input.dataset.codes.split(" ");
  const typed = input.value.trim();
  const right = typed === "" || codes.includes(typed);
  const unfinished = codes.some((code) => code !== typed && code.startsWith(typed));
  input.setAttribute("aria-invalid", String(!right && !unfinished));
  return typed !== "" && right && !unfinished;
}

keyed.forEach((input, place) => {
  const next = keyed[place + 1] ?? document.querySelector("[data-keying] textarea, [data-keying] button");
  input.addEventListener("input", () => { if (judge(input)) next?.focus(); });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); next?.focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); keyed[place - 1]?.focus(); }
  });
});
if (!document.querySelector(".refused")) keyed[0]?.focus();
