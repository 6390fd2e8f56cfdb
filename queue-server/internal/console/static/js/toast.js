// One short notice at the foot of the page; the newest replaces the last.
import { $, show, text } from './dom.js';
import { sentence } from './words.js';

const LASTS = 7000;
const signs = { ok: 'check', note: 'info', bad: 'alert' };
let timer = 0;

export function hideToast() {
  clearTimeout(timer);
  show($('toast'), false);
}

/** Shows a sentence for some seconds. kind: "ok" for what was done, "note" for what is only told, "bad" for what was not done. */
export function toast(message, kind = 'ok') {
  clearTimeout(timer);
  text($('toast-text'), message);
  $('toast').className = `toast ${kind}`;
  $('toast').querySelector('use').setAttribute('href', `#i-${signs[kind]}`);
  show($('toast'), true);
  timer = setTimeout(hideToast, LASTS);
}

/** Shows what a caught error of a request means; anything else is a defect and is thrown on. */
export function toastRefusal(err) {
  if (err.code === undefined) {
    throw err;
  }
  toast(sentence(err), 'bad');
}

$('toast-close').addEventListener('click', hideToast);
