// The right side of the desk: who waits, who was put aside, who did not come.
import { $, el, enable, icon, list, show, text } from './dom.js';
import { minutes, shortMinutes } from './format.js';

const LONG_WAIT = 30; // minutes, as in the figure beside

// Each list with its tab, its row actions and the words when it is empty.
const lists = {
  waiting: { tab: 'tab-waiting', rows: ['call', 'reprint'], empty: 'Tidak ada yang menunggu.' },
  held: { tab: 'tab-held', rows: ['resume', 'requeue', 'reprint'], empty: 'Tidak ada tiket yang ditunda.' },
  no_show: { tab: 'tab-no-show', rows: ['call', 'requeue', 'reprint'], empty: 'Semua yang dipanggil datang.' },
};
const labels = { call: 'Panggil', resume: 'Layani lagi', requeue: 'Antrekan lagi', reprint: 'Cetak ulang' };
const signs = { reprint: 'printer' }; // actions that a sign stands for, where words have no room

let shown = 'waiting';
let act;
let latest = null; // {view, now, rules}

/** Wires the tabs; onAct(action, ticket) is called by a row's button. */
export function startLists(onAct) {
  act = onAct;
  const names = Object.keys(lists);
  for (const name of names) {
    $(lists[name].tab).addEventListener('click', () => choose(name));
    $(lists[name].tab).addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        const to = names[(names.indexOf(name) + step + names.length) % names.length];
        choose(to);
        $(lists[to].tab).focus();
      }
    });
  }
}

function choose(name) {
  shown = name;
  for (const [each, { tab }] of Object.entries(lists)) {
    $(tab).setAttribute('aria-selected', String(each === name));
    $(tab).tabIndex = each === name ? 0 : -1;
  }
  $('list').setAttribute('aria-labelledby', lists[name].tab);
  $('list').classList.toggle('aside', name !== 'waiting');
  $('list').replaceChildren();
  $('list').scrollTop = 0;
  if (latest) {
    draw();
  }
}

/** Draws the chosen list. rules: shown(action) says whether rows offer it, may(action) whether it can start now. */
export function drawLists(view, now, rules) {
  latest = { view, now, rules };
  draw();
}

function draw() {
  const { view } = latest;
  text($('count-waiting'), String(Math.max(view.counter.waiting, view.waiting.length)));
  text($('count-held'), String(view.held.length));
  text($('count-no-show'), String(view.no_show.length));
  list($('list'), view[shown], (t) => t.number, make, fill);
  text($('list-empty'), view[shown].length ? '' : lists[shown].empty);
}

function make(ticket) {
  const row = el('span', { class: 'row' });
  for (const action of lists[shown].rows) {
    row.append(el('button', {
      type: 'button',
      class: 'quiet',
      title: labels[action],
      'data-action': action,
      'aria-label': `${labels[action]} ${ticket.number}`,
      onclick: () => act(action, ticket),
    }, signs[action] ? icon(signs[action]) : labels[action]));
  }
  return el('li', {}, el('span', { class: 'no', text: ticket.number }), el('span', { class: 'what' }, el('span'), el('span', { class: 'badge now' })), el('span', { class: 'wait' }), row);
}

function fill(item, ticket) {
  const waited = minutes(ticket.waited_since, latest.now);
  const wait = item.querySelector('.wait');
  const [service, priority] = item.querySelector('.what').children;
  text(service, ticket.service.id);
  service.title = ticket.service.id; // what has no room is cut off
  text(priority, ticket.priority?.id ?? '');
  show(priority, ticket.priority?.id);
  text(wait, shortMinutes(waited));
  wait.classList.toggle('over', shown === 'waiting' && waited > LONG_WAIT);
  for (const button of item.querySelectorAll('button')) {
    show(button, latest.rules.shown(button.dataset.action));
    enable(button, latest.rules.may(button.dataset.action));
  }
}
