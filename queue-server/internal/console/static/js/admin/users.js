// Petugas: who may sign in.
import { $, el, text } from '../dom.js';
import { FormDialog, badge, cell, kept, row, rows } from './form.js';

const roles = { officer: 'Petugas loket', admin: 'Pengelola' };
let office;
let form;

export function startUsers(to) {
  office = to;
  form = new FormDialog('user-dialog');
  $('user-add').addEventListener('click', () => edit(null));
}

export function drawUsers({ users }) {
  rows($('users'), users, (user) => {
    const state = user.disabled ? badge('', 'Tidak boleh masuk') : badge('ok', 'Aktif');
    const line = row([cell(user.name), el('td', { text: user.login }), el('td', { class: 'plain', text: roles[user.role] }), el('td', { class: 'plain' }, state)],
      'Ubah', user.name, () => edit(user));
    line.classList.toggle('off', Boolean(user.disabled));
    return line;
  });
}

function edit(user) {
  text($('user-title'), user ? `Ubah ${user.name}` : 'Tambah petugas');
  text($('user-password-label'), user ? 'Kata sandi baru (kosongkan bila tetap)' : 'Kata sandi (paling sedikit 10 huruf)');
  form.fields.password.required = !user;
  form.open({
    values: { name: user?.name ?? '', login: user?.login ?? '', role: user?.role ?? 'officer', password: '', disabled: Boolean(user?.disabled) },
    save: (f) => kept(office.request('user.save', {
      ...(user && { id: user.id }),
      name: f.elements.name.value.trim(),
      login: f.elements.login.value.trim(),
      role: f.elements.role.value,
      ...(f.elements.password.value && { password: f.elements.password.value }),
      disabled: f.elements.disabled.checked,
    })),
    remove: user && {
      title: `Hapus ${user.name}?`,
      text: 'Akun ini tidak dapat masuk lagi. Catatan pelayanannya tetap tersimpan.',
      act: () => office.request('user.remove', { id: user.id }),
    },
  });
}
