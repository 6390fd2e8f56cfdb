// The part of the page that is a citizen's hands: cards to tap and codes to scan. The numbers are made up.
import { $, act, call } from "./bench.js";

const cards = [
  { type: "A", uid: "0455A2B2C36180", name: "e-KTP", note: "type A, 7 bytes" },
  { type: "B", uid: "9A8B7C6D", name: "e-KTP", note: "type B" },
  { type: "A", uid: "04A1B2C3", name: "Older card", note: "type A, 4 bytes" },
  { type: "A", uid: "04112233445566778899", name: "Long UID", note: "type A, 10 bytes" },
  { type: "A", uid: "08D1E2F3", name: "Phone", note: "random number" },
];
const codes = [
  ["NIK", () => "0000000000000001"],
  ["Member card", () => "0012345678"],
  ["Latest slip", latest],
];
const faults = {
  unplugged: "Cable out", silent: "No answers", noise: "Noise", bad_checksum: "Bad checksum", lost_bytes: "Lost bytes", halves: "Halves",
};
const kinds = { pn532: "PN532", acr122s: "ACR122S", line: "Scanner" };

// latest is the code on the newest slip that has one.
async function latest() {
  const slips = await call("/slips");
  const slip = slips.reverse().find((s) => s.qrs.length > 0);
  if (!slip) throw new Error("No slip has a code yet");
  return slip.qrs[0];
}

function item(list, button) {
  const li = document.createElement("li");
  li.append(button);
  list.append(li);
}

function pill(text, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", () => act(() => run(button)));
  return button;
}

const pressed = (button) => button.getAttribute("aria-pressed") === "true";

function makeCards() {
  for (const card of cards) {
    const button = pill("", () => (pressed(button) ? call("/reader/lift", {}) : call("/reader/tap", { type: card.type, uid: card.uid })));
    button.dataset.uid = card.uid;
    const name = document.createElement("strong");
    name.textContent = card.name;
    const note = document.createElement("small");
    note.textContent = card.note;
    const verb = document.createElement("em");
    button.append(name, note, verb);
    item($("cards"), button);
  }
}

function makeFaults(list, reader, has) {
  for (const [fault, label] of Object.entries(faults)) {
    if (!(fault in has)) continue;
    const button = pill(label, (b) => call("/reader/faults", { reader, fault, on: !pressed(b) }));
    button.dataset.readerFault = fault;
    item(list, button);
  }
}

const scan = async (code) => call("/reader/scan", { code });

function makeCodes() {
  for (const [label, code] of codes) item($("codes"), pill(label, async () => scan(await code())));
  $("scan").addEventListener("submit", (e) => {
    e.preventDefault();
    act(() => scan($("code").value));
  });
}

// drawReaders shows the readers that the bench has.
export function drawReaders(s) {
  document.body.classList.toggle("with-readers", s.readers.length > 0);
  $("readers").hidden = s.readers.length === 0;
  for (const r of s.readers) {
    const one = r.reader === "cards" ? "card" : "code";
    if ($(one + "-reader").hidden) {
      $(one + "-reader").hidden = false;
      makeFaults($(one + "-faults"), r.reader, r.faults);
    }
    $(one + "-kind").textContent = kinds[r.kind];
    $(one + "-kind").title = `${r.device} · ${r.baud} baud`;
    const looks = r.count === 1 ? "1 look" : `${r.count.toLocaleString("en")} looks`;
    const shown = r.count === 1 ? "1 code" : `${r.count.toLocaleString("en")} codes`;
    $(one + "-state").textContent = r.faults.unplugged ? "cable out" : one === "card" ? looks : shown;
    for (const button of $(one + "-faults").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(Boolean(r.faults[button.dataset.readerFault])));
    }
    if (one === "code") continue;
    for (const button of $("cards").querySelectorAll("button")) {
      const on = r.cards.some((c) => c.uid === button.dataset.uid);
      button.setAttribute("aria-pressed", String(on));
      button.querySelector("em").textContent = on ? "take away" : "tap";
    }
  }
}

// makeReaders puts the cards and the codes on the page.
export function makeReaders() {
  makeCards();
  makeCodes();
}
