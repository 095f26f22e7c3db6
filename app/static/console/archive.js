// The archive with a bar: each file in it begins with the same six bytes, and the answer says how many there will be.
"use strict";

const HEAD = [0x50, 0x4b, 0x03, 0x04, 0x14, 0x00];
const TAIL = [0x50, 0x4b, 0x05, 0x06];

const links = document.querySelectorAll("a[data-archive]");
const status = document.getElementById("packing");

// How often `mark` begins in `bytes`, of which the first `seen` were looked at before.
function count(bytes, mark, seen) {
  let found = 0;
  for (let at = bytes.indexOf(mark[0], Math.max(0, seen - mark.length + 1)); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (mark.every((byte, place) => bytes[at + place] === byte)) found += 1;
  }
  return found;
}

function joined(before, part) {
  const both = new Uint8Array(before.length + part.length);
  both.set(before);
  both.set(part, before.length);
  return both;
}

async function fetchArchive(link, show) {
  const answer = await fetch(link.href);
  if (!answer.ok || !answer.body) throw new Error(answer.status);
  const all = Number(answer.headers.get("X-Archive-Files"));
  const parts = [];
  let begun = 0;
  let rest = new Uint8Array(0); // what a mark may have begun in
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    const looked = joined(rest, value);
    begun += count(looked, HEAD, rest.length);
    rest = looked.slice(-64);
    show(begun, all);
  }
  if (!count(rest, TAIL, 0)) throw new Error("cut off");
  return new Blob(parts, { type: "application/zip" });
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const saving = document.createElement("a");
  saving.href = address;
  saving.download = name;
  saving.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

// One at a time: while an archive is on its way, no other begins.
async function take(event) {
  event.preventDefault();
  const link = event.currentTarget;
  if (link.getAttribute("aria-disabled")) return;
  links.forEach((each) => each.setAttribute("aria-disabled", "true"));
  const [bar, words] = status.children;
  status.hidden = false;
  try {
    save(await fetchArchive(link, (begun, all) => {
      bar.max = all;
      bar.value = begun;
      words.textContent = `${begun} / ${all}`;
    }), link.download);
  } catch {
    words.textContent = status.dataset.failed;
  } finally {
    links.forEach((each) => each.removeAttribute("aria-disabled"));
  }
}

links.forEach((link) => link.addEventListener("click", take));
