// The slider: what the page says is written already, one sentence for each point; here it is only chosen.
"use strict";

(() => {
  const form = document.getElementById("suppose");
  if (!form) return;
  const { first, said, own } = JSON.parse(document.getElementById("slide").textContent);
  const number = form.querySelector("[name=less]"), slider = form.querySelector("[type=range]");

  const say = (less) => {
    const place = Math.round(less) - first;
    if (!(place in said)) return;
    document.getElementById("supposed").textContent = said[place];
    for (const [group, values] of Object.entries(own)) {
      const cell = document.querySelector(`[data-own="${group}"]`);
      if (cell) cell.textContent = values[place];
    }
    window.dispatchEvent(new Event("resize")); // the chart reads the number again
  };

  slider.min = first;
  slider.max = first + said.length - 1;
  slider.value = number.value;
  slider.parentElement.hidden = false;
  slider.addEventListener("input", () => { number.value = slider.value; say(slider.value); });
  number.addEventListener("input", () => { slider.value = number.value; say(number.value); });
})();
