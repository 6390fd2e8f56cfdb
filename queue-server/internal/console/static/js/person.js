// The person of the ticket at the counter: masked, until the officer asks to see her. What was revealed is shown for
// a short while and is nowhere else: not in the view, the title, the address or any storage of the browser.
import { $, show, text } from './dom.js';
import { day, moment } from './format.js';
import { grouped } from './nik.js';
import { staffWord } from './words.js';

const SHOWN_FOR = 20000; // ms
const states = { verified: ['ok', 'NIK terverifikasi'], unverified: ['now', 'Belum terverifikasi'], refer: ['bad', 'Perlu petugas Dukcapil'] };

let revealed = null; // {owner, data, until, timer}
let latest = null; // the ticket, masked
let unbound = ''; // number of the ticket whose NIK was changed: a card that was tapped still opens the other person's visits
let now = 0; // the server's time of the latest drawing

/** Names the ticket and person that are at the counter; an empty string without a person. */
export const ownerOf = (ticket) => (ticket?.person ? `${ticket.number} ${ticket.person.id}` : '');

/** Draws whose ticket it is; without one, hides what was revealed. */
export function drawPerson(ticket, at) {
  latest = ticket ?? null;
  if (ticket && ticket.number !== unbound) {
    unbound = '';
  }
  now = at;
  if (revealed && revealed.owner !== ownerOf(ticket)) {
    hidePerson();
    return;
  }
  if (ticket) {
    draw(ticket);
  } else {
    empty();
  }
}

function empty() {
  $('person').className = 'person';
  for (const id of ['person-name', 'person-nik', 'person-more', 'person-priority']) {
    $(id).replaceChildren();
  }
}

/** Shows what the registry knows of the owner, if she is still at the counter, for 20 seconds. */
export function showPerson(owner, data) {
  hidePerson();
  if (owner !== ownerOf(latest) || document.hidden) {
    return;
  }
  revealed = { owner, data, until: performance.now() + SHOWN_FOR, timer: setInterval(tick, 250) };
  draw(latest);
}

/** Masks the person again and forgets what was revealed. Returns whether there was anything. */
export function hidePerson() {
  if (!revealed) {
    return false;
  }
  clearInterval(revealed.timer);
  revealed = null;
  empty();
  if (latest) {
    draw(latest);
  }
  return true;
}

/** Reminds the officer that a card has to be bound again to the ticket's new owner; an empty number ends that. */
export function remindCard(number) {
  unbound = number;
  if (latest) {
    draw(latest);
  }
}

function tick() {
  if (performance.now() >= revealed.until) {
    hidePerson();
  } else {
    drawRest();
  }
}

function drawRest() {
  text($('person-rest'), `${Math.ceil((revealed.until - performance.now()) / 1000)} dtk`);
}

function draw({ person, priority, number }) {
  const data = revealed?.data;
  const rebind = person && number === unbound;
  $('person').className = `person${person ? '' : ' nobody'}${data ? ' revealed' : ''}${rebind ? ' rebind' : ''}`;
  text($('person-priority'), priority?.id ?? '');
  show($('person-priority'), priority?.id);
  show($('person-marks'), person || priority?.id);
  drawState(person);
  text($('person-name'), name(person, data));
  text($('person-nik'), data ? grouped(data.nik) : person?.masked_nik ?? '');
  text($('person-more'), data ? particulars(data) : explain(person));
  show($('person-card'), rebind && !data);
  show($('person-logged'), data);
  text($('reveal').firstChild, data ? 'Sembunyikan ' : 'Lihat data ');
  text($('correct').firstChild, person ? 'Ubah NIK ' : 'Isi NIK ');
  $('correct').title = `${person ? 'Ubah' : 'Isi'} NIK pemilik tiket ${number}`;
  show($('reveal'), person);
  show($('bind'), person && !data);
  show($('correct'), !data);
  show($('verify'), canVerify(person) && !data);
  if (data) {
    drawRest();
  }
}

function name(person, data) {
  if (!person) {
    return 'Tanpa identitas';
  }
  return data?.name || person.masked_name || 'Nama belum diketahui';
}

function drawState(person) {
  show($('person-state'), person);
  if (person) {
    const [kind, words] = states[person.state] ?? ['', person.state];
    $('person-state').className = `badge ${kind}`;
    text($('person-state').lastChild, words);
    $('person-state').querySelector('use').setAttribute('href', person.state === 'verified' ? '#i-check' : '#i-alert');
  }
}

/** Why she is not verified and when that is tried again, and how many cards she has. */
function explain(person) {
  if (!person) {
    return 'Tiket ini tidak memuat data diri.';
  }
  const parts = [];
  if (person.state === 'refer') {
    parts.push(staffWord('state.refer'));
  } else if (person.state === 'unverified') {
    parts.push(staffWord(`why.${person.why}`));
    if (person.retry_at) {
      parts.push(Date.parse(person.retry_at) > now ? `Akan diperiksa lagi ${moment(person.retry_at, now)}.` : 'Sedang diperiksa lagi.');
    }
  }
  if (person.cards > 0) {
    parts.push(person.cards === 1 ? 'Kartu sudah dihubungkan.' : `${person.cards} kartu dihubungkan.`);
  }
  return parts.join(' ');
}

const particulars = (data) => [data.birth_date && `Lahir ${day(data.birth_date)}`, data.region].filter(Boolean).join(' · ');

/** Asking the registry again can only help with a person whom it has not confirmed, where there is one. */
export const canVerify = (person) => Boolean(person) && person.state !== 'verified' && person.why !== 'off';

document.addEventListener('visibilitychange', () => document.hidden && hidePerson());
addEventListener('pagehide', hidePerson);
