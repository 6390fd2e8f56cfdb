// The desk: one counter, its ticket and its keys. What may be done follows from the latest view
// alone; while a request runs, nothing else can be started.
import { $, dialog, enable, show, text } from './dom.js';
import { setZone } from './format.js';
import { uuidv7 } from './id.js';
import { shortcuts } from './keys.js';
import { openLine } from './line.js';
import { drawLists, startLists } from './lists.js';
import { drawNext, drawNow, drawStats, tickNow } from './now.js';
import { askKiosk, askNumber, askTarget } from './dialogs.js';
import { askCard, askNIK, closeIdentify } from './identify.js';
import { canVerify, hidePerson, ownerOf, remindCard, showPerson } from './person.js';
import { followPrints } from './prints.js';
import { Refusal } from './stream.js';
import { hideToast, toast, toastRefusal } from './toast.js';
import { drawTroubles } from './troubles.js';

const SAME_KEY = 700; // ms in which a second press of the same key is taken for a slip of the finger
const MINUTES_MOVE = 15000; // ms between two drawings when nothing new comes in
const SETTLE = 400; // ms to wait for the view that shows what a request did

let counter;
let stream;
let view = null;
let busy = false;
let views = 0; // views seen so far
let onView = null;
let last = { slot: '', at: -SAME_KEY };
let seated = ''; // number of the ticket at the counter

const idle = () => view.counter.status === 'open' && !view.current;
const state = (...states) => states.includes(view.current?.state);

// What each action sends, and when it may. Start and complete share a slot: a double Enter must not do both.
// call: it makes a call. anywhere: it does not name the counter. still: it changes nothing that a view shows.
const actions = {
  next: { slot: 'next', method: 'ticket.call_next', call: true, may: () => idle() && Boolean(view.next) },
  call: { slot: 'next', method: 'ticket.call', call: true, may: idle },
  recall: { slot: 'recall', method: 'ticket.recall', call: true, may: () => state('called') },
  start: { slot: 'enter', method: 'ticket.start', may: () => state('called') },
  complete: { slot: 'enter', method: 'ticket.complete', may: () => state('serving') },
  'no-show': { slot: 'no-show', method: 'ticket.no_show', may: () => state('called') },
  hold: { slot: 'hold', method: 'ticket.hold', may: () => state('called', 'serving') },
  transfer: { slot: 'transfer', method: 'ticket.transfer', may: () => state('called', 'serving') },
  resume: { slot: 'resume', method: 'ticket.resume', may: idle },
  requeue: { slot: 'requeue', method: 'ticket.requeue', may: () => view.counter.status !== 'closed' },
  reprint: { slot: 'reprint', method: 'ticket.reprint', anywhere: true, may: () => readyKiosks().length > 0 },
  reveal: { method: 'person.reveal', still: true, may: () => Boolean(view.current?.person) },
  bind: { method: 'person.bind', may: () => Boolean(view.current?.person) },
  correct: { method: 'person.correct', may: () => Boolean(view.current) },
  verify: { slot: 'verify', method: 'person.verify', may: () => canVerify(view.current?.person) },
  open: { slot: 'open', method: 'counter.open', may: () => view.counter.status !== 'open' },
  pause: { slot: 'open', method: 'counter.pause', may: () => view.counter.status === 'open' },
  close: { slot: 'close', method: 'counter.close', may: () => view.counter.status !== 'closed' && !view.current },
};

const readyKiosks = () => (view.kiosks ?? []).filter((k) => k.ready);

const may = (name) => Boolean(view) && !busy && stream.live && !elsewhere() && actions[name].may();
const elsewhere = () => view.counter.status !== 'closed' && Boolean(view.counter.officer) && view.counter.officer !== view.officer.name;

export function startDesk(id) {
  counter = id;
  wire();
  stream = openLine(`console/${id}`, {
    view(latest) {
      view = latest;
      views++;
      setZone(view.office.time_zone);
      draw();
      onView?.();
    },
    line: () => view && draw(),
  });
  setInterval(() => view && tickNow(view, stream.now()), 1000);
  setInterval(() => view && draw(), MINUTES_MOVE);
}

function wire() {
  for (const name of ['next', 'start', 'complete', 'recall', 'no-show', 'hold', 'open', 'close']) {
    $(name).addEventListener('click', () => run(name));
  }
  const pause = () => run(view?.counter.status === 'paused' ? 'open' : 'pause');
  const transfer = async () => may('transfer') && askTarget(view, (params) => run('transfer', params));
  const again = () => view?.current && reprint(view.current);
  const number = () => may('call') && askNumber(view, (params) => run('call', params));
  $('pause').addEventListener('click', pause);
  $('transfer').addEventListener('click', transfer);
  $('reprint').addEventListener('click', again);
  $('call-number').addEventListener('click', number);
  for (const [id, act] of Object.entries({ reveal, bind, correct, verify })) {
    $(id).addEventListener('click', act);
  }
  startLists((name, ticket) => (name === 'reprint' ? reprint(ticket) : run(name, { number: ticket.number })));
  shortcuts({
    ' ': () => run('next'),
    Enter: () => view && run(state('called') ? 'start' : 'complete'),
    r: () => run('recall'),
    x: () => run('no-show'),
    h: () => run('hold'),
    t: transfer,
    p: again,
    g: number,
    l: reveal,
    k: bind,
    n: correct,
    v: verify,
    Escape: () => { hideToast(); hidePerson(); },
  }, () => toast(view?.current?.person ? 'Kartu terbaca. Tekan K dahulu untuk menghubungkannya.' : 'Kartu terbaca, tetapi belum ada yang ditanyakan.', 'note'));
}

/** Has a copy of a ticket's slip printed; asks where when more than one kiosk can. */
function reprint(ticket) {
  if (!may('reprint')) {
    return;
  }
  const at = (kiosk) => run('reprint', { number: ticket.number, job_id: uuidv7(), device_id: kiosk.id });
  const kiosks = readyKiosks();
  if (kiosks.length === 1) {
    at(kiosks[0]);
  } else {
    askKiosk(ticket, kiosks, at);
  }
}

/** Shows the person at the counter, or hides her again. */
async function reveal() {
  if (hidePerson() || !may('reveal')) {
    return;
  }
  const owner = ownerOf(view.current);
  const data = await run('reveal', { number: view.current.number });
  if (data) {
    showPerson(owner, data);
  }
}

function bind() {
  if (may('bind')) {
    const { number } = view.current;
    askCard(view.current, async (card) => {
      await surely('bind', { number, card });
      remindCard('');
      toast(`Kartu sudah terhubung dengan pemilik tiket ${number}.`);
    });
  }
}

function correct() {
  if (may('correct')) {
    hidePerson();
    const { number, person } = view.current;
    askNIK(view.current, () => stream.now(), async (nik) => {
      await surely('correct', { number, nik });
      remindCard(person ? number : '');
      toast(`NIK pemilik tiket ${number} tersimpan.`);
    });
  }
}

async function verify() {
  if (may('verify') && await run('verify', { number: view.current.number })) {
    toast('Diperiksa lagi ke Dukcapil. Hasilnya muncul di sini.');
  }
}

/** Does an action if it is allowed now; extra are further params. Returns its result, and null when it was not done. */
async function run(name, extra = {}) {
  try {
    return await attempt(name, extra);
  } catch (err) {
    toastRefusal(err);
    return null;
  }
}

/** For questions that stay open until they are answered: throws what the server refuses, and what cannot be sent now. */
async function surely(name, extra) {
  if (!await attempt(name, extra)) {
    throw new Refusal({ code: 'not_now' });
  }
}

/** Like run, but throws what the server refuses. */
async function attempt(name, extra = {}) {
  const { slot, method, call, anywhere, still } = actions[name];
  const at = performance.now();
  if (!may(name) || (slot && last.slot === slot && at - last.at < SAME_KEY)) {
    return null;
  }
  last = { slot, at };
  busy = true;
  const seen = views;
  draw();
  try {
    const result = await stream.request(method, { ...(!anywhere && { counter_id: counter }), ...(call && { call_id: uuidv7() }), ...extra });
    if (name !== 'reprint') { // what becomes of a copy is told there
      hideToast();
    }
    if (name === 'close') {
      location.assign('/console');
    }
    if (!still) {
      await viewAfter(seen);
    }
    return result;
  } finally {
    busy = false;
    draw();
  }
}

/** Waits for a view newer than those seen, a short while at most: what is allowed next depends on it. */
async function viewAfter(seen) {
  if (views === seen) {
    await new Promise((resolve) => {
      onView = resolve;
      setTimeout(resolve, SETTLE);
    });
    onView = null;
  }
}

function draw() {
  const { counter: seat, officer } = view;
  if (seated !== view.current?.number) {
    seated = view.current?.number;
    closeIdentify();
  }
  text($('place'), `Loket ${seat.number}`);
  text($('who'), `${seat.agency.id} · ${officer.name}`);
  show($('lobby-actions'), false);
  show($('counter-actions'), seat.status !== 'closed' && !elsewhere());
  text($('pause'), seat.status === 'paused' ? 'Lanjutkan' : 'Istirahat');
  enable($('pause'), may('pause') || may('open'));
  for (const name of ['next', 'start', 'complete', 'recall', 'no-show', 'hold', 'transfer', 'reprint', 'reveal', 'bind', 'correct', 'verify', 'open', 'close']) {
    enable($(name), may(name));
  }
  enable($('call-number'), may('call'));
  drawNow(view, elsewhere(), { live: stream.live, now: stream.now() });
  drawNext(view, stream.live);
  drawStats(view);
  drawTroubles(view.troubles ?? []);
  followPrints(view.prints ?? []);
  drawLists(view, stream.now(), { may, shown: (name) => !elsewhere() && actions[name].may() });
  tickNow(view, stream.now());
  show($('desk'), true);
}

dialog('number-dialog');
dialog('transfer-dialog');
dialog('kiosk-dialog');
