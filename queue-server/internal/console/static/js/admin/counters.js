// Loket: number, agency, zone, and which services are called there in which rank.
import { $, chip, el, show, text } from '../dom.js';
import { FormDialog, badge, cell, kept, options, row, rows } from './form.js';

const ranks = ['Tidak dilayani', 'Utama', 'Tambahan 1', 'Tambahan 2'];
let office;
let form;

export function startCounters(to) {
  office = to;
  form = new FormDialog('counter-dialog');
  $('counter-add').addEventListener('click', () => edit(null));
  $('tier-search').addEventListener('input', filter);
}

export function drawCounters({ counters, agencies, zones, services }) {
  const agency = new Map(agencies.map((a) => [a.id, a]));
  const zone = new Map(zones.map((z) => [z.id, z.name.id]));
  const name = new Map(services.map((s) => [s.id, s.name.id]));
  const sorted = [...counters].sort((a, b) => a.number - b.number);
  rows($('counters'), sorted, (counter) => {
    const { letter, color, short } = agency.get(counter.agency_id);
    const all = counter.tiers.flatMap((t) => t.services);
    const names = all.slice(0, 2).map((id) => name.get(id)).join(', ');
    return row([
      cell(`Loket ${counter.number}`),
      el('td', {}, el('span', { class: 'with' }, chip(letter, color), short.id)),
      el('td', { class: 'plain', text: zone.get(counter.zone_id) ?? '' }),
      cell(`${all.length} layanan`, all.length > 2 ? `${names}, …` : names),
      el('td', { class: 'plain' }, state(counter)),
    ], 'Ubah', `Loket ${counter.number}`, () => edit(counter));
  });
}

function state(counter) {
  if (counter.status === 'open') {
    return badge('ok', counter.officer ?? 'Buka');
  }
  return counter.status === 'paused' ? badge('now', 'Istirahat') : badge('', 'Tutup');
}

function edit(counter) {
  const view = office.view();
  if (!view) {
    return;
  }
  const free = Math.max(0, ...view.counters.map((c) => c.number)) + 1;
  text($('counter-title'), counter ? `Ubah Loket ${counter.number}` : 'Tambah loket');
  options(form.fields.agency_id, view.agencies.map((a) => [a.id, a.short.id]));
  options(form.fields.zone_id, view.zones.map((z) => [z.id, z.name.id]));
  form.open({
    values: {
      number: counter?.number ?? free,
      agency_id: counter?.agency_id ?? view.agencies[0]?.id,
      zone_id: counter?.zone_id ?? view.zones[0]?.id,
      limit1: counter?.tiers[1]?.limit_minutes ?? 0,
      limit2: counter?.tiers[2]?.limit_minutes ?? 0,
    },
    save: (f) => kept(office.request('counter.save', {
      id: counter?.id ?? '',
      number: Number(f.elements.number.value),
      agency_id: f.elements.agency_id.value,
      zone_id: f.elements.zone_id.value,
      tiers: readTiers([0, Number(f.elements.limit1.value), Number(f.elements.limit2.value)]),
    })),
    remove: counter && {
      title: `Hapus Loket ${counter.number}?`,
      text: 'Loket ini tidak dapat dibuka lagi. Tiket yang menunggu tetap di antrean layanannya.',
      act: () => office.request('counter.remove', { id: counter.id }),
    },
  });
  drawTiers(view, counter); // after open, which resets every field of the form
}

/** Lists every service with its rank here; those that are served here come first. */
function drawTiers(view, counter) {
  const rank = new Map();
  (counter?.tiers ?? []).forEach((tier, i) => tier.services.forEach((id) => rank.set(id, Math.min(i + 1, ranks.length - 1))));
  const agency = new Map(view.agencies.map((a) => [a.id, a]));
  const order = (s) => (rank.get(s.id) ?? (s.agency_id === counter?.agency_id ? 8 : 9));
  const sorted = [...view.services].sort((a, b) => order(a) - order(b));
  $('tier-search').value = '';
  $('tiers').replaceChildren(...sorted.map((service) => {
    const { letter, color, short } = agency.get(service.agency_id);
    const select = el('select', { 'data-service': service.id, 'aria-label': `Urutan ${service.name.id}` });
    options(select, ranks.map((label, i) => [i, label]));
    select.value = String(rank.get(service.id) ?? 0);
    return el('li', { 'data-words': `${service.name.id} ${short.id}`.toLowerCase() }, chip(letter, color),
      el('span', { class: 'what' }, service.name.id, el('small', { text: short.id })), select);
  }));
}

/** The tiers as chosen, without the empty ones. */
function readTiers(limits) {
  const tiers = limits.map((limit) => ({ services: [], ...(limit && { limit_minutes: limit }) }));
  for (const select of $('tiers').querySelectorAll('select')) {
    if (select.value !== '0') {
      tiers[Number(select.value) - 1].services.push(select.dataset.service);
    }
  }
  return tiers.filter((t) => t.services.length);
}

function filter() {
  const words = $('tier-search').value.toLowerCase().split(/\s+/);
  for (const item of $('tiers').children) {
    show(item, words.every((w) => item.dataset.words.includes(w)));
  }
}
