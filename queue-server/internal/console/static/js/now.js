// The left side of the desk: the ticket at the counter, the big key, and the day's figures.
import { $, show, text } from './dom.js';
import { average, elapsed, longMinutes, minutes } from './format.js';
import { drawPerson } from './person.js';

let spoken = '';

/** Draws the ticket at the counter, or what the counter is doing without one. */
export function drawNow(view, elsewhere, { live, now }) {
  const ticket = view.current;
  const card = $('now');
  card.className = `card now ${ticket ? ticket.state : 'idle'}`;
  show($('now-actions'), Boolean(ticket) && !elsewhere);
  show($('desk-actions'), !ticket && (view.counter.status !== 'open' || elsewhere));
  show($('open'), !elsewhere);
  show($('other'), elsewhere || view.counter.status === 'closed');
  show($('now-clock'), Boolean(ticket));
  show($('person'), Boolean(ticket) && !elsewhere);
  drawPerson(elsewhere ? null : ticket, now);
  if (!ticket) {
    const [label, title, help] = idleWords(view, elsewhere, live);
    text($('now-state'), label);
    text($('now-number'), title);
    text($('now-service'), help);
    text($('now-facts'), '');
    text($('open'), view.counter.status === 'paused' ? 'Lanjutkan melayani' : 'Buka loket');
    return;
  }
  const called = ticket.state === 'called';
  text($('now-state'), called ? 'Dipanggil' : 'Sedang dilayani');
  text($('now-number'), ticket.number);
  text($('now-service'), ticket.service.id);
  for (const id of ['start', 'recall', 'no-show']) {
    show($(id), called);
  }
  show($('complete'), !called);
  text($('now-facts'), facts(ticket));
  speak(ticket);
}

function idleWords(view, elsewhere, live) {
  const { counter, next } = view;
  if (!live) {
    return ['Terputus', `Loket ${counter.number} menunggu sambungan`, 'Tombol aktif kembali begitu tersambung.'];
  }
  if (elsewhere) {
    return ['Loket terpakai', `Loket ${counter.number} sedang dipakai ${counter.officer}`, 'Pilih loket lain, atau minta petugas itu menutup loketnya.'];
  }
  if (counter.status === 'closed') {
    return ['Loket tutup', `Loket ${counter.number} belum dibuka`, 'Buka loket ini untuk mulai memanggil.'];
  }
  if (counter.status === 'paused') {
    return ['Istirahat', 'Anda sedang istirahat', 'Papan antrean menunjukkan bahwa loket ini istirahat.'];
  }
  return ['Loket buka', next ? 'Siap memanggil' : 'Belum ada yang menunggu',
    next ? `Tekan Spasi untuk memanggil ${next.number}.` : 'Tiket baru langsung muncul di sini.'];
}

function facts(ticket) {
  const until = Date.parse(ticket.called_at ?? ticket.started_at ?? ticket.waited_since);
  const parts = [`Menunggu ${longMinutes(minutes(ticket.waited_since, until))}`];
  if (ticket.state === 'called' && ticket.calls > 1) {
    parts.push(`panggilan ke-${ticket.calls}`);
  }
  if (ticket.standard_minutes) {
    parts.push(`standar ${longMinutes(ticket.standard_minutes)}`);
  }
  return parts.join(' · ');
}

/** Tells a screen reader of each call once. */
function speak(ticket) {
  const call = `${ticket.number} ${ticket.calls}`;
  if (ticket.state === 'called' && call !== spoken) {
    spoken = call;
    text($('spoken'), `Nomor ${ticket.number} dipanggil, ${ticket.service.id}`);
  }
}

/** Moves the running clock. */
export function tickNow({ current }, now) {
  if (current) {
    text($('now-clock'), elapsed(current.state === 'called' ? current.called_at : current.started_at, now));
  }
}

/** Draws what stands beside "Panggil Berikutnya". */
export function drawNext(view, live) {
  text($('next-what'), nextWords(view, live));
}

function nextWords({ counter, current, next }, live) {
  if (!live) {
    return 'Menunggu sambungan';
  }
  if (current) {
    return current.state === 'called' ? `${current.number} masih dipanggil` : `${current.number} masih dilayani`;
  }
  if (counter.status !== 'open') {
    return counter.status === 'paused' ? 'Sedang istirahat' : 'Loket tutup';
  }
  return next ? `${next.number} · ${next.service.id}` : 'Belum ada yang menunggu';
}

/** Draws the three figures. */
export function drawStats({ stats }) {
  text($('stat-served'), String(stats.served));
  text($('stat-average'), average(stats.average_seconds));
  text($('stat-over'), String(stats.over_standard));
  $('stat-over').className = stats.over_standard ? 'bad' : '';
}
