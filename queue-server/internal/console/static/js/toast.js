// One short notice at the foot of the page; the newest replaces the last.
import { $, show, text } from './dom.js';
import { sentence } from './words.js';

const LASTS = 7000;
let timer = 0;

export function hideToast() {
  clearTimeout(timer);
  show($('toast'), false);
}

/** Shows a sentence for some seconds. */
export function toast(message) {
  clearTimeout(timer);
  text($('toast-text'), message);
  show($('toast'), true);
  timer = setTimeout(hideToast, LASTS);
}

/** Shows what a caught error of a request means; anything else is a defect and is thrown on. */
export function toastRefusal(err) {
  if (err.code === undefined) {
    throw err;
  }
  toast(sentence(err));
}

$('toast-close').addEventListener('click', hideToast);
