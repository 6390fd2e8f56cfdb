// The citizen's ticket: where she stands in the queue, where to go, and a way out.
import { $, chip, data, dialog, el, show, text } from './dom.js';
import { clock, setZone } from './format.js';
import { Stream } from './stream.js';

const LONG = 100; // minutes from which a wait is told in hours
const SOON = 2; // people ahead from which one should be near

const GONE = new Set(['ticket_unknown', 'topic_unknown', 'version_unsupported']);

const words = data('words'); // language -> key -> text
const leaving = dialog('leave-dialog');
let language = remembered();
let view = null;
let lastCall = '';

const stream = new Stream({ role: 'citizen', topic: `ticket/${document.body.dataset.token}` }, {
  view(latest) {
    view = latest;
    setZone(view.office.time_zone);
    draw();
  },
  line: drawLine,
  refused,
});
setTimeout(() => stream.live || drawLine(false), 3000);
setInterval(drawUpdated, 1000);

/** A ticket that is gone has a page of its own; every other refusal shows as a line that is down. */
function refused({ code }) {
  if (GONE.has(code) && !sessionStorage.getItem('reloaded')) {
    sessionStorage.setItem('reloaded', '1'); // once, should page and stream ever disagree
    location.reload();
  }
}

/** The text of a key with its {placeholders} filled. */
function t(key, values = {}) {
  const raw = words[language][`phone.${key}`] ?? key;
  return raw.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

const both = (words) => (language === 'en' && words.en ? words.en : words.id);

function draw() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-t]')) {
    text(node, t(node.dataset.t));
  }
  text($('language'), language === 'en' ? 'ID' : 'EN');
  $('language').lang = language === 'en' ? 'id' : 'en';
  $('language').setAttribute('aria-label', language === 'en' ? 'Bahasa Indonesia' : 'English');
  if (!view) {
    return;
  }
  text($('office'), both(view.office.name));
  text($('place'), both(view.office.place));
  text($('number'), view.number);
  $('chip').replaceChildren(chip(view.agency.letter, view.agency.color));
  text($('agency'), both(view.agency.short));
  text($('service'), both(view.service));
  drawQueue();
  drawSay();
  drawBring();
  show($('leave'), view.can_cancel);
  if (!view.can_cancel && leaving.open) {
    leaving.close();
  }
  document.title = `${view.number} · ${view.counter ? t('counter', { n: view.counter }) : both(view.office.name)}`;
  show($('main'), true);
  drawUpdated();
  buzz();
}

function drawQueue() {
  const waiting = view.state === 'waiting';
  show($('queue'), waiting);
  if (!waiting) {
    return;
  }
  const { known, low, high } = view.wait;
  const [from, to, unit] = high < LONG ? [low, high, 'minutes'] : [halfHours(low, Math.floor), halfHours(high, Math.ceil), 'hours'];
  const range = from === to ? `${to}` : `${from}–${to}`;
  const words = !known ? t('wait_unknown') : high === 0 ? t('wait_now') : '';
  text($('ahead'), String(view.ahead));
  text($('wait'), words || range);
  text($('wait-unit'), words ? '' : t(unit));
  $('wait').parentElement.classList.toggle('words', !known);
  const start = Math.max(view.ahead_at_issue ?? 0, view.ahead);
  $('progress').value = start ? (start - view.ahead) / start : 1;
}

/** Minutes as hours, to the half hour: "1,5". */
function halfHours(minutes, round) {
  const hours = String(round(minutes / 30) / 2);
  return language === 'en' ? hours : hours.replace('.', ',');
}

function drawSay() {
  const soon = view.state === 'waiting' && view.ahead <= SOON;
  const key = soon ? 'soon' : view.state;
  const values = { n: view.counter, zone: both(view.zone) };
  $('say').className = `say ${key}`;
  text($('say-title'), t(`say.${key}.title`, values));
  text($('say-counter'), view.state === 'called' ? t('counter', values) : '');
  text($('say-text'), t(`say.${key}.text`, values));
}

function drawBring() {
  const useful = ['printing', 'waiting', 'called', 'held', 'no_show'].includes(view.state);
  show($('bring'), useful && view.requirements.length);
  $('requirements').replaceChildren(...view.requirements.map((r) => el('li', { text: both(r) })));
}

function drawLine(live) {
  const heard = stream.heardAt();
  text($('stale-text'), heard ? t('stale', { time: clock(heard) }) : t('connecting'));
  show($('stale'), !live);
  drawUpdated();
}

function drawUpdated() {
  if (view && stream.live) {
    text($('updated'), t('updated', { time: clock(stream.heardAt()) }));
  } else {
    text($('updated'), '');
  }
}

/** Shakes the phone once for a new call, if its owner has touched the page before. */
function buzz() {
  const fresh = view.state === 'called' && view.call_id !== lastCall;
  lastCall = view.call_id ?? '';
  if (fresh && navigator.userActivation?.hasBeenActive) {
    navigator.vibrate?.([300, 150, 300]);
  }
}

function remembered() {
  try {
    return localStorage.getItem('language') === 'en' ? 'en' : 'id';
  } catch {
    return 'id'; // storage is switched off
  }
}

$('language').addEventListener('click', () => {
  language = language === 'en' ? 'id' : 'en';
  try {
    localStorage.setItem('language', language);
  } catch {
    // storage is switched off: the choice lasts until the page is left
  }
  draw();
  drawLine(stream.live);
});

$('leave').addEventListener('click', () => {
  show($('leave-note'), false);
  leaving.showModal();
});

$('leave-yes').addEventListener('click', async () => {
  $('leave-yes').disabled = true;
  try {
    await stream.request('ticket.cancel', { reason: 'citizen' });
    leaving.close();
  } catch (err) {
    text($('leave-note'), words[language][`error.${err.code}`] ?? t('failed'));
    show($('leave-note'), true);
  } finally {
    $('leave-yes').disabled = false;
  }
});

draw();
