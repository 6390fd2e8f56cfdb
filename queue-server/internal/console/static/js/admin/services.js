// Layanan: what the kiosk tells of each service, and whether it gives out numbers.
import { $, chip, el, show, text } from '../dom.js';
import { rupiah } from '../format.js';
import { FormDialog, badge, cell, kept, options, row, rows } from './form.js';

const texts = ['name', 'bring_short', 'completion', 'fee_note', 'procedure', 'product', 'complaint'];
const numbers = ['standard_minutes', 'fee_rupiah', 'daily_quota', 'person_limit'];
let office;
let form;

export function startServices(to) {
  office = to;
  form = new FormDialog('service-dialog');
  $('service-search').addEventListener('input', () => office.view() && drawServices(office.view()));
}

export function drawServices({ services, agencies }) {
  const agency = new Map(agencies.map((a) => [a.id, a]));
  const words = $('service-search').value.toLowerCase().split(/\s+/);
  const haystack = (s) => `${s.name.id} ${agency.get(s.agency_id).short.id} ${(s.keywords ?? []).join(' ')}`.toLowerCase();
  const found = services.filter((s) => words.every((w) => haystack(s).includes(w)));
  text($('services-count'), found.length === services.length ? `${services.length} layanan` : `${found.length} dari ${services.length} layanan`);
  show($('services-empty'), found.length === 0);
  rows($('services'), found, (service) => {
    const { letter, color, short } = agency.get(service.agency_id);
    const line = row([
      cell(service.name.id, short.id, chip(letter, color)),
      el('td', { class: 'plain', text: `${service.standard_minutes} menit` }),
      el('td', { class: 'plain', text: rupiah(service.fee_rupiah) }),
      identity(service),
      el('td', { class: 'num', text: issued(service) }),
      el('td', { class: 'plain' }, service.closed ? badge('bad', 'Ditutup') : badge('ok', 'Dibuka')),
    ], 'Ubah', service.name.id, () => edit(service, short.id));
    line.classList.toggle('off', Boolean(service.closed));
    return line;
  });
}

const identities = { optional: 'Boleh', required: 'Wajib' };

/** Whether the kiosk asks for the KTP-el, and how many tickets a person may have. */
function identity({ identity: asked, person_limit: limit }) {
  const most = limit ? `${limit} tiket per orang` : '';
  return identities[asked] ? cell(identities[asked], most) : el('td', {}, el('span', { class: 'sub', text: most || 'Tidak diminta' }));
}

const issued = ({ issued = 0, daily_quota: quota }) => (quota ? `${issued} dari ${quota}` : String(issued));

function edit(service, agency) {
  text($('service-title'), service.name.id);
  text($('service-agency'), `${agency} · seri ${service.series}`);
  options(form.fields.zone_id, office.view().zones.map((z) => [z.id, z.name.id]));
  form.open({ values: valuesOf(service), save: (f) => kept(office.request('service.save', read(service, f.elements))) });
}

function valuesOf(service) {
  const values = {
    closed: Boolean(service.closed),
    zone_id: service.zone_id,
    identity: service.identity || 'none',
    last_ticket: service.last_ticket ?? '',
    legal_basis: service.legal_basis,
    keywords: (service.keywords ?? []).join(', '),
    'requirements.id': service.requirements.map((r) => r.id).join('\n'),
    'requirements.en': service.requirements.map((r) => r.en ?? '').join('\n'),
  };
  for (const name of numbers) {
    values[name] = service[name] ?? 0;
  }
  for (const name of texts) {
    values[`${name}.id`] = service[name]?.id ?? '';
    if (form.fields[`${name}.en`]) {
      values[`${name}.en`] = service[name]?.en ?? '';
    }
  }
  return values;
}

/** The service with the form's values; what the form does not show stays as it was. */
function read(service, fields) {
  const { issued: _issued, ...changed } = service; // what the view counts is not part of the set-up
  for (const name of texts) {
    const en = fields[`${name}.en`] ? fields[`${name}.en`].value.trim() : service[name]?.en;
    changed[name] = { id: fields[`${name}.id`].value.trim(), ...(en && { en }) };
  }
  for (const name of numbers) {
    changed[name] = Number(fields[name].value);
  }
  const english = lines(fields['requirements.en'].value);
  changed.requirements = lines(fields['requirements.id'].value).map((id, i) => ({ id, ...(english[i] && { en: english[i] }) })).filter((r) => r.id);
  changed.closed = fields.closed.checked;
  changed.zone_id = fields.zone_id.value;
  if (fields.identity.value !== (service.identity || 'none')) {
    changed.identity = fields.identity.value;
  }
  changed.last_ticket = fields.last_ticket.value;
  changed.legal_basis = fields.legal_basis.value.trim();
  changed.keywords = fields.keywords.value.split(',').map((w) => w.trim()).filter(Boolean);
  return changed;
}

const lines = (value) => value.split('\n').map((line) => line.trim());
