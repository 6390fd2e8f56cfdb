// Perangkat: kiosks and displays, how they are, and the code that pairs a new one.
import { $, dialog, el, show, text } from '../dom.js';
import { clock } from '../format.js';
import { toastRefusal } from '../toast.js';
import { trouble } from '../words.js';
import { FormDialog, badge, cell, confirmed, options, row, rows } from './form.js';

const programs = { kiosk: 'kiosk', display: 'layar' };
const roles = { kiosk: 'Kiosk antrean', display: 'Layar dinding' };
let office;
let form;
const codeDialog = dialog('code-dialog');

export function startDevices(to) {
  office = to;
  form = new FormDialog('device-dialog');
  $('device-add').addEventListener('click', add);
  form.fields.role.addEventListener('change', zoneOfDisplays);
}

export function drawDevices({ devices, zones }) {
  const zone = new Map(zones.map((z) => [z.id, z.name.id]));
  show($('devices').closest('table'), devices.length);
  show($('devices-empty'), devices.length === 0);
  rows($('devices'), devices, (device) => {
    const place = device.role === 'display' ? zone.get(device.zone) ?? 'Seluruh ruang' : '';
    const faults = (device.troubles ?? []).map((t) => el('span', { class: 'main', text: trouble(t) }));
    return row([
      cell(device.name, place),
      el('td', { class: 'plain', text: roles[device.role] }),
      el('td', { class: 'plain' }, state(device)),
      el('td', {}, ...(faults.length ? faults : [el('span', { class: 'sub', text: device.paired ? 'Tidak ada' : '' })])),
    ], 'Hapus', device.name, () => remove(device));
  });
}

function state(device) {
  if (!device.paired) {
    return waiting(device);
  }
  const since = device.since ? ` sejak ${clock(device.since)}` : '';
  return device.online ? badge('ok', `Tersambung${since}`) : badge('bad', `Terputus${since}`);
}

function waiting({ code, expires }) {
  if (!expires || Date.parse(expires) < office.now()) {
    return badge('', 'Kode kedaluwarsa, tambahkan lagi');
  }
  return badge('now', code ? `Kode ${grouped(code)}, sampai ${clock(expires)}` : `Menunggu kode, sampai ${clock(expires)}`);
}

/** A code in two groups, as it is read out and typed. */
const grouped = (code) => (code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);

function zoneOfDisplays() {
  show($('device-zone'), form.fields.role.value === 'display');
}

function add() {
  const view = office.view();
  if (!view) {
    return;
  }
  options(form.fields.zone, [['', 'Seluruh ruang'], ...view.zones.map((z) => [z.id, z.name.id])]);
  form.open({
    values: { name: '', role: 'kiosk', zone: '' },
    save: async (f) => {
      const { name, role, zone } = f.elements;
      const params = { name: name.value.trim(), role: role.value, ...(role.value === 'display' && zone.value && { zone: zone.value }) };
      showCode(params, await office.request('device.add', params));
    },
  });
  zoneOfDisplays();
}

function showCode(device, { code, expires }) {
  text($('code-for'), `Di ${device.name}, jalankan ${programs[device.role]} sekali dengan`);
  text($('code'), grouped(code));
  text($('code-expires'), `Setelah itu perangkat tersambung sendiri. Kode berlaku satu kali, sampai pukul ${clock(expires)}.`);
  codeDialog.showModal();
}

async function remove(device) {
  if (await confirmed(`Hapus ${device.name}?`, 'Perangkat ini langsung terputus dan harus dipasang ulang dengan kode baru.')) {
    try {
      await office.request('device.remove', { id: device.id });
    } catch (err) {
      toastRefusal(err);
    }
  }
}
