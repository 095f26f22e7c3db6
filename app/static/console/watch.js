// Looks again every few seconds while somebody looks. Without this the page has a link, and renews itself more slowly.
"use strict";

(() => {
  const live = document.getElementById("live"), lost = document.getElementById("lost");
  const SOON = 1000, every = 1000 * Number(live.dataset.every);
  let known = "", running = false, taken = "";

  // What a reader has opened and scrolled stays as it is.
  const replace = (html) => {
    const open = [...live.querySelectorAll("details[open]")].map((each) => each.id);
    const scrolled = [...live.querySelectorAll(".scroll")].map((each) => [each.scrollLeft, each.scrollTop]);
    const focused = live.contains(document.activeElement) ? document.activeElement : null;
    const again = focused && { id: focused.closest("[id]")?.id, href: focused.getAttribute("href") };
    live.innerHTML = html;
    for (const id of open) if (id) document.getElementById(id)?.setAttribute("open", "");
    live.querySelectorAll(".scroll").forEach((each, place) => {
      if (scrolled[place]) [each.scrollLeft, each.scrollTop] = scrolled[place];
    });
    if (!again) return;
    const same = again.href
      ? live.querySelector(`a[href="${CSS.escape(again.href)}"]`)
      : document.querySelector(`#${CSS.escape(again.id)} summary`);
    same?.focus({ preventScroll: true });
  };

  const say = (moment) => {
    taken = moment || taken;
    for (const each of document.querySelectorAll(".taken")) if (taken) each.textContent = taken;
  };

  const look = async () => {
    if (document.hidden || running) return;
    running = true;
    try {
      const answer = await fetch(live.dataset.source, {
        headers: known ? { "If-None-Match": known } : {}, cache: "no-store", signal: AbortSignal.timeout(every),
      });
      if (answer.redirected || answer.status === 403) { location.reload(); return; } // signed out meanwhile
      if (answer.status !== 304 && !answer.ok) throw new Error(answer.statusText);
      if (answer.ok) {
        replace(await answer.text());
        known = answer.headers.get("ETag") || "";
      }
      say(answer.headers.get("Renke-Taken-At"));
      if (live.querySelector("[data-pending]")) setTimeout(look, SOON);
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    } finally {
      running = false;
    }
  };

  document.getElementById("alone")?.removeAttribute("hidden");
  setInterval(look, every);
  if ("hurry" in live.dataset) setTimeout(look, SOON); // it was counted a while ago, or is being counted
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
})();
