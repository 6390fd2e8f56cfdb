// The page asks the bench how the devices are, and draws what changed. It keeps nothing of its own.
import { drawReaders, makeReaders } from "./readers.js";

const labels = {
  paper_low: "Paper nearly out", paper_out: "Paper out", cover_open: "Cover open", cutter_jam: "Cutter jam",
  overheated: "Head too hot", offline: "Put offline", unplugged: "Cable out", silent: "No answers", noise: "Noise on the line",
  slip_left: "Slip not taken",
};
export const $ = (id) => document.getElementById(id);
let shown = { rows: -1, slips: -1 };
let buttons = null;

export async function call(path, body) {
  const init = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const res = await fetch(path, init);
  const data = await res.json();
  if (!res.ok) throw new Error(data.error);
  return data;
}

function makeButtons() {
  buttons = new Map();
  for (const [fault, label] of Object.entries(labels)) {
    const name = document.createElement("span");
    name.textContent = label;
    const verb = document.createElement("em");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.fault = fault;
    button.append(name, verb);
    button.addEventListener("click", () => act(() => call("/faults", { fault, on: button.getAttribute("aria-pressed") !== "true" })));
    const item = document.createElement("li");
    item.append(button);
    $("faults").append(item);
    buttons.set(fault, { item, button, verb });
  }
}

function condition(faults) {
  const worst = ["unplugged", "cover_open", "paper_out", "cutter_jam", "overheated", "offline", "silent", "noise", "slip_left", "paper_low"].find((f) => faults[f]);
  if (!worst) return ["Ready", "ok"];
  return [labels[worst], ["paper_low", "slip_left"].includes(worst) ? "low" : "bad"];
}

async function draw(s) {
  drawReaders(s);
  const [word, kind] = condition(s.faults);
  $("condition").textContent = s.error || word;
  $("condition").className = "chip " + (s.error ? "bad" : kind);
  $("device").textContent = `${s.device} · ${s.baud ? s.baud + " baud" : "speed of the driver"}`;
  $("model").textContent = s.title;
  $("power").className = s.faults.unplugged ? "" : "on";
  $("error").className = kind === "bad" ? "on" : "";
  for (const [fault, { item, button, verb }] of buttons) {
    const on = Boolean(s.faults[fault]);
    item.hidden = fault === "slip_left" && !s.presenter;
    button.setAttribute("aria-pressed", String(on));
    verb.textContent = on ? "mend" : "";
  }
  $("count").textContent = s.slips;
  $("received").textContent = s.received.toLocaleString("en");
  $("lost").textContent = s.lost.toLocaleString("en");
  $("tear").hidden = s.rows === 0;
  if (s.rows === shown.rows && s.slips === shown.slips) return;
  const more = s.slips !== shown.slips;
  shown = { rows: s.rows, slips: s.slips };
  const paper = $("paper");
  if (s.rows > 0) paper.src = `/paper.png?rows=${s.rows}&slip=${s.slips}`;
  else if (s.slips > 0) paper.src = `/slips/${s.slips}.png`;
  paper.className = s.rows > 0 ? "" : "cut";
  paper.hidden = s.rows === 0 && s.slips === 0;
  if (more) await list();
}

async function list() {
  const slips = await call("/slips");
  $("none").hidden = slips.length > 0;
  $("slips").replaceChildren(...slips.reverse().slice(0, 30).map((s) => {
    const link = document.createElement("a");
    link.href = s.picture;
    link.target = "_blank";
    const img = document.createElement("img");
    img.src = s.picture;
    img.alt = "";
    img.loading = "lazy";
    const text = document.createElement("span");
    const title = document.createElement("strong");
    title.textContent = s.lines.find((l) => /^[A-Z]-\d{3,}$/.test(l)) || (s.lines.length ? `Slip ${s.number}` : "Blank piece");
    const small = document.createElement("small");
    small.textContent = `${new Date(s.at).toLocaleTimeString("en-GB")} · ${s.cut ? "cut" : "torn off"}`;
    text.append(title, small);
    link.append(img, text);
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
}

export async function act(f) {
  try {
    await draw(await f());
  } catch (err) {
    $("condition").textContent = err instanceof TypeError ? "Bench stopped" : err.message;
    $("condition").className = "chip bad";
  }
}

async function watch() {
  await act(() => call("/state"));
  setTimeout(watch, 300);
}

makeButtons();
makeReaders();
$("end").addEventListener("click", () => act(() => call("/paper", { left_mm: Number($("left").value) })));
$("tear").addEventListener("click", () => act(() => call("/tear", {})));
watch();
