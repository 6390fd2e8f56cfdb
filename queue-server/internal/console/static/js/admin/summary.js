// Ringkasan: the day in figures, and who sits where.
import { $, chip, el, list, show, text } from '../dom.js';
import { longDay } from '../format.js';
import { badge } from './form.js';

const totals = [
  ['issued', 'Nomor diambil'], ['waiting', 'Menunggu'], ['serving', 'Di loket'], ['completed', 'Selesai'],
  ['no_show', 'Tidak hadir'], ['cancelled', 'Dibatalkan'], ['expired', 'Kedaluwarsa'],
];

export function drawSummary(view) {
  text($('day'), view.day ? longDay(view.day) : 'Hari pelayanan belum dimulai');
  list($('totals'), totals, ([key]) => key,
    ([, label]) => el('div', {}, el('dt', { text: label }), el('dd')),
    (node, [key]) => text(node.lastElementChild, String(view.totals[key])));
  const seats = view.counters.filter((c) => c.status && c.status !== 'closed').sort((a, b) => a.number - b.number);
  text($('seats-count'), seats.length ? `${seats.length} dari ${view.counters.length} loket` : '');
  show($('seats-empty'), seats.length === 0);
  const agencies = new Map(view.agencies.map((a) => [a.id, a]));
  $('seats').replaceChildren(...seats.map((seat) => {
    const agency = agencies.get(seat.agency_id);
    return el('li', {}, el('span', { class: 'nth', text: String(seat.number) }), chip(agency.letter, agency.color),
      el('span', { class: 'who' }, el('b', { text: seat.officer ?? '' }), el('span', { text: agency.short.id })),
      seat.status === 'paused' ? badge('now', 'Istirahat') : badge('ok', 'Buka'));
  }));
}
