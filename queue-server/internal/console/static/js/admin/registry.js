// Data kependudukan: how the population registry answers and what to do about it, and erasing a person at her request.
import { $, el, list, show, text } from '../dom.js';
import { count, dateOf, moment } from '../format.js';
import { bare, nikProblem } from '../nik.js';
import { Refusal } from '../stream.js';
import { toast } from '../toast.js';
import { staffWord } from '../words.js';
import { FormDialog, confirmed } from './form.js';
import { reloadTrail } from './trail.js';

// State of the registry -> kind of badge, and its word.
const states = {
  ok: ['ok', 'Berjalan baik'],
  off: ['', 'Tidak dipakai'],
  slow: ['now', 'Lambat'],
  network: ['bad', 'Tidak terjangkau'],
  quota: ['now', 'Kuota habis'],
  hours: ['now', 'Di luar jam layanan'],
  config: ['bad', 'Akun ditolak'],
};

let office;
let form;

export function startRegistry(to) {
  office = to;
  form = new FormDialog('erase-dialog');
  $('erase-open').addEventListener('click', () => form.open({ values: { nik: '', reason: '' }, save: erase }));
}

/** Draws the strip that is seen on every tab while somebody has to act. */
export function drawAlarm({ registry }) {
  const low = registry.quota_low && registry.state !== 'config';
  show($('registry-alarm'), registry.state === 'config' || low);
  text($('registry-alarm-text'), low ? `Kuota Dukcapil tinggal ${count(registry.quota_left ?? 0)} pemeriksaan.` : 'Dukcapil menolak akun kantor ini. NIK warga tidak dapat diperiksa.');
}

export function drawRegistry({ registry }, now) {
  const state = states[registry.state] ? registry.state : 'off';
  const [kind, word] = states[state];
  $('registry-state').className = `badge ${kind}`;
  text($('registry-state'), word);
  text($('registry-since'), registry.since && state !== 'off' ? `sejak ${moment(registry.since, now)}` : '');
  text($('registry-words'), staffWord(`registry.${state}`));
  show($('registry-code'), registry.code && state !== 'ok');
  text($('registry-code'), `Jawaban Dukcapil: kode ${registry.code}${registry.text ? ` (${registry.text})` : ''}`);
  list($('registry-facts'), facts(registry, now), ({ label }) => label,
    ({ label }) => el('div', {}, el('dt', { text: label }), el('dd'), el('dd', { class: 'sub' })),
    (node, { value, note, bad }) => {
      const [main, sub] = node.querySelectorAll('dd');
      text(main, value);
      main.className = bad ? 'bad' : '';
      text(sub, note);
    });
}

function facts(r, now) {
  const known = typeof r.quota_left === 'number';
  return [
    { label: 'Sisa kuota', value: known ? count(r.quota_left) : '–', note: quotaNote(r, known), bad: r.quota_low },
    { label: 'Menunggu diperiksa', value: count(r.queued), note: queueNote(r, now) },
    { label: 'Warga tersimpan', value: count(r.persons), note: 'terenkripsi' },
    { label: 'Masa simpan', value: `${r.retention_days} hari`, note: retentionNote(r, now) },
  ];
}

function quotaNote(r, known) {
  if (r.quota_low) {
    return 'Hampir habis. Minta tambahan kuota.';
  }
  if (r.state === 'off') {
    return 'Tidak ada pemeriksaan';
  }
  return known ? staffWord(`adapter.${r.adapter}`) : 'Dukcapil tidak memberi tahu';
}

function queueNote(r, now) {
  if (!r.queued) {
    return 'Semua sudah diperiksa';
  }
  return r.next_try && Date.parse(r.next_try) > now ? `Dicoba lagi ${moment(r.next_try, now)}` : 'Sedang dicoba lagi';
}

function retentionNote(r, now) {
  if (!r.retention_ran) {
    return 'Penghapusan belum pernah berjalan';
  }
  return `Terakhir ${moment(r.retention_ran, now)}, ${r.retention_erased} dihapus`;
}

/** Asks a second time, erases, and says what there was. Returns false when it was not to be after all. */
async function erase(f) {
  const code = nikProblem(f.elements.nik.value, dateOf(office.now()));
  if (code) {
    f.elements.nik.select();
    throw new Refusal({ code });
  }
  const params = { nik: bare(f.elements.nik.value), reason: f.elements.reason.value.trim() };
  if (!await confirmed('Hapus data warga ini?', 'Nama, NIK, dan kartunya hilang untuk selamanya. Nomor antrean dan angka laporan tetap ada, tanpa nama.')) {
    return false;
  }
  const { persons, cards } = await office.request('person.erase', params);
  if (persons) {
    toast(`Data warga itu sudah dihapus, beserta ${cards} kartu.`);
  } else {
    toast('Tidak ada data dengan NIK itu. Tidak ada yang dihapus.', 'note');
  }
  reloadTrail();
  return true;
}
