// The lobby: choose a counter and open it.
import { $, chip, el, list, show, text } from './dom.js';
import { setZone } from './format.js';
import { openLine } from './line.js';
import { toastRefusal } from './toast.js';

let stream;
let view = null;
let busy = false;

export function startLobby() {
  stream = openLine('console', {
    view(latest) {
      view = latest;
      setZone(view.office.time_zone);
      draw();
    },
    line: () => view && draw(),
  });
}

function draw() {
  const { office, officer, counters, mine } = view;
  text($('place'), office.name.id);
  text($('who'), `${office.place.id} · ${officer.name}`);
  const seat = counters.find((c) => c.id === mine);
  text($('lobby-lead'), seat
    ? `Anda masih duduk di Loket ${seat.number}. Lanjutkan di sana, atau tutup dahulu loket itu.`
    : 'Pilih loket untuk membukanya.');
  list($('counters'), counters, (c) => c.id, make, fill);
  show($('lobby'), true);
}

function make(counter) {
  const button = el('button', { type: 'button', class: 'counter', onclick: () => choose(counter.id) },
    el('b', { class: 'nth' }), chip(counter.letter, counter.color), el('span', { class: 'agency' }), el('span', { class: 'state' }));
  return el('li', {}, button);
}

function fill(item, counter) {
  const button = item.firstElementChild;
  const mine = counter.id === view.mine;
  const taken = counter.status !== 'closed' && !mine;
  button.classList.toggle('mine', mine);
  button.disabled = busy || taken || !stream.live || Boolean(view.mine && !mine);
  text(button.querySelector('.nth'), String(counter.number));
  text(button.querySelector('.agency'), counter.agency.id);
  text(button.querySelector('.state'), describe(counter, mine));
  button.setAttribute('aria-label', `Loket ${counter.number}, ${counter.agency.id}, ${describe(counter, mine)}`);
}

function describe(counter, mine) {
  const waiting = counter.waiting ? ` · ${counter.waiting} menunggu` : '';
  if (mine) {
    return `Lanjutkan di sini${waiting}`;
  }
  if (counter.status === 'closed') {
    return `Tutup${waiting}`;
  }
  return counter.status === 'paused' ? `Istirahat · ${counter.officer ?? ''}` : `Dipakai ${counter.officer ?? ''}`;
}

async function choose(id) {
  if (busy) {
    return;
  }
  busy = true;
  draw();
  try {
    if (id !== view.mine) {
      await stream.request('counter.open', { counter_id: id });
    }
    location.assign(`/console/${encodeURIComponent(id)}`);
  } catch (err) {
    toastRefusal(err);
  } finally {
    busy = false;
    draw();
  }
}
