// Jejak akses: what was done with personal data, newest first, a page at a time. A NIK to filter by goes in the body
// of the request, and is forgotten when the tab is left.
import { $, el, show, text } from '../dom.js';
import { dateOf, stamp } from '../format.js';
import { bare, nikProblem } from '../nik.js';
import { Refusal } from '../stream.js';
import { sentence } from '../words.js';
import { deed, detail } from './deeds.js';
import { cell } from './form.js';

const PAGE = 25;

let office;
let nik = ''; // filter
let pages = [0]; // where each page begins, up to the one that is shown; 0 is the newest row
let last = 0; // seq of the oldest row shown
let asked = 0; // counts requests: only the latest answer is drawn
let opened = false;

export function startTrail(to) {
  office = to;
  $('trail-filter').addEventListener('submit', (event) => {
    event.preventDefault();
    filter($('trail-nik').value);
  });
  $('trail-all').addEventListener('click', () => {
    forget();
    load();
  });
  $('trail-older').addEventListener('click', () => {
    pages.push(last);
    load();
  });
  $('trail-newer').addEventListener('click', () => {
    pages.pop();
    load();
  });
  $('trail-reload').addEventListener('click', reloadTrail);
  addEventListener('pagehide', closeTrail);
}

/** Shows the newest rows, when the tab is opened. */
export function openTrail() {
  if (!opened) {
    opened = true;
    reloadTrail();
  }
}

/** Forgets the filter and the rows, when the tab is left. */
export function closeTrail() {
  opened = false;
  asked++;
  forget();
  $('trail').replaceChildren();
}

/** Asks for the newest rows again. */
export function reloadTrail() {
  pages = [0];
  load();
}

function forget() {
  nik = '';
  pages = [0];
  $('trail-nik').value = '';
  text($('trail-note'), '');
}

function filter(typed) {
  const code = nikProblem(typed, dateOf(office.now()));
  text($('trail-note'), code ? sentence({ code }) : '');
  if (!code) {
    nik = bare(typed);
    $('trail-nik').value = '';
    reloadTrail();
  }
}

async function load() {
  const mine = ++asked;
  try {
    // One row more than a page has tells whether there is an older page.
    const { rows } = await office.request('audit.list', { limit: PAGE + 1, ...(pages.at(-1) && { before: pages.at(-1) }), ...(nik && { nik }) });
    if (mine === asked) {
      draw(rows ?? []);
    }
  } catch (err) {
    if (!(err instanceof Refusal)) {
      throw err;
    }
    if (mine === asked) {
      text($('trail-note'), sentence(err));
    }
  }
}

function draw(all) {
  const rows = all.slice(0, PAGE);
  last = rows.at(-1)?.seq ?? 0;
  text($('trail-note'), '');
  text($('trail-what'), nik ? `Hanya NIK ${nik.slice(0, 4)}********${nik.slice(-4)}` : 'Siapa melihat atau mengubah data warga, kapan, dan mengapa.');
  show($('trail-all'), nik);
  show($('trail-table'), rows.length);
  show($('trail-empty'), !rows.length);
  $('trail').replaceChildren(...rows.map(line));
  $('trail-older').disabled = all.length <= PAGE;
  $('trail-newer').disabled = pages.length === 1;
  text($('trail-page'), `Halaman ${pages.length}`);
}

function line(row) {
  return el('tr', {},
    el('td', { class: 'plain', text: stamp(row.at) }),
    cell(who(row), kinds[row.actor]),
    cell(deed(row), detail(row)),
    el('td', { class: 'plain', text: row.ticket ?? '' }),
    el('td', { class: 'plain id', text: row.person ? row.person.slice(-6) : '', title: row.person ?? '' }));
}

const kinds = { officer: 'petugas', device: 'perangkat' };

const who = (row) => row.name || (row.actor === 'system' ? 'Sistem' : row.actor_id) || '';
