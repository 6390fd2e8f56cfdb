// The questions of the desk: which number to call, where to send a ticket, and where to print a copy.
import { $, chip, el, icon, show, text } from './dom.js';

let answer = null;

/** Writes a number as it is printed: "a17" and "17" become "A-017"; null when it cannot be one. */
export function normalNumber(typed, series) {
  const parts = typed.trim().toUpperCase().match(/^([A-Z]?)\s*-?\s*0*(\d{1,4})$/);
  if (!parts || parts[2] === '0') {
    return null;
  }
  const letter = parts[1] || series;
  return letter ? `${letter}-${parts[2].padStart(3, '0')}` : null;
}

/** The one series letter that this counter's tickets have, or an empty string. */
function onlySeries(view) {
  const all = [...view.waiting, ...view.held, ...view.no_show].map((t) => t.number[0]);
  return new Set(all).size === 1 ? all[0] : '';
}

/** Asks for a number; call({number}) is told of it. */
export function askNumber(view, call) {
  const series = onlySeries(view);
  $('number-field').value = '';
  $('number-field').placeholder = `${series || 'A'}-001`;
  text($('number-note'), '');
  answer = () => {
    const number = normalNumber($('number-field').value, series);
    if (!number) {
      text($('number-note'), 'Tulis seperti di tiket, misalnya A-017.');
      return;
    }
    $('number-dialog').close();
    call({ number });
  };
  $('number-dialog').showModal();
}

$('number-form').addEventListener('submit', (event) => {
  event.preventDefault();
  answer?.();
});
$('number-field').addEventListener('input', () => text($('number-note'), ''));

/** Asks for the service to send the present ticket to; send({service_id}) is told of it. */
export function askTarget(view, send) {
  text($('transfer-number'), view.current.number);
  $('transfer-search').value = '';
  $('targets').replaceChildren(...view.targets.filter((target) => !isPresent(view, target)).map((target) => row(target, send)));
  filter();
  $('transfer-dialog').showModal();
}

/** True for the service that the ticket is at already. */
function isPresent({ counter, current }, target) {
  return target.service.id === current.service.id && target.agency.id === counter.agency.id;
}

function row(target, send) {
  const pick = () => {
    $('transfer-dialog').close();
    send({ service_id: target.service_id });
  };
  return el('li', { 'data-words': `${target.service.id} ${target.agency.id}`.toLowerCase() },
    el('button', { type: 'button', onclick: pick },
      chip(target.letter, target.color),
      el('span', { class: 'to' }, target.service.id, el('small', { text: target.agency.id })),
      el('kbd', { text: 'Enter' }),
      !target.open && el('span', { class: 'badge', text: 'belum ada loket buka' })));
}

function filter() {
  const words = $('transfer-search').value.toLowerCase().split(/\s+/);
  for (const item of $('targets').children) {
    show(item, words.every((w) => item.dataset.words.includes(w)));
    item.classList.remove('only');
  }
  show($('targets-empty'), shown('targets').length === 0);
  onlyHit()?.parentElement.classList.add('only');
}

/** The buttons of a list that can be seen. */
const shown = (id) => [...$(id).querySelectorAll('li:not([hidden]) button')];

/** The one button that a search has left; Enter takes it. */
function onlyHit() {
  const hits = shown('targets');
  return $('transfer-search').value.trim() && hits.length === 1 ? hits[0] : null;
}

$('transfer-search').addEventListener('input', filter);
$('transfer-search').addEventListener('keydown', (event) => {
  if (event.key === 'Enter') {
    event.preventDefault();
    if (!event.repeat) {
      onlyHit()?.click();
    }
  }
});

/** Lets the arrow keys mark a row of a list, which Enter then takes; above the first row is the field, if there is one. */
function arrows(dialogID, listID, field = null) {
  $(dialogID).addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const all = shown(listID);
      const to = all.indexOf(document.activeElement) + step;
      (to < 0 ? field : all[Math.min(to, all.length - 1)])?.focus();
    } else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.altKey && !event.metaKey) {
      field?.focus(); // whoever types on wants to search on
    }
  });
}

arrows('transfer-dialog', 'targets', $('transfer-search'));
arrows('kiosk-dialog', 'kiosk-list');

/** Asks at which kiosk to print a copy; at(kiosk) is told of it. The one that issued the ticket stands first and has the focus. */
export function askKiosk(ticket, kiosks, at) {
  text($('kiosk-number'), ticket.number);
  const own = (kiosk) => kiosk.id === ticket.kiosk_id;
  const sorted = kiosks.toSorted((a, b) => own(b) - own(a));
  $('kiosk-list').replaceChildren(...sorted.map((kiosk) => el('li', {},
    el('button', { type: 'button', onclick: () => { $('kiosk-dialog').close(); at(kiosk); } },
      icon('printer'),
      el('span', { class: 'to' }, kiosk.name, own(kiosk) && el('small', { text: 'Tiket ini diambil di sini' }))))));
  $('kiosk-dialog').showModal();
  $('kiosk-list').querySelector('button').focus();
}
