// Dialogs with a form: open with values, send, tell a refusal beside the button, close when accepted.
import { $, dialog, el, show, text } from '../dom.js';
import { toast } from '../toast.js';
import { sentence } from '../words.js';

/**
 * A dialog with one form. save(form) and remove(), both async, may throw a Refusal, and return false to stay open; what
 * they return as a text is told when it is closed.
 * Nothing that was typed stays in it once it is closed.
 */
export class FormDialog {
  #dialog;
  #form;
  #save = null;
  #remove = null;

  constructor(id) {
    this.#dialog = dialog(id);
    this.#form = this.#dialog.querySelector('form');
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send(() => this.#save(this.#form));
    });
    this.#dialog.addEventListener('close', () => this.#form.reset());
    this.#form.querySelector('[data-remove]').addEventListener('click', async () => {
      if (await confirmed(this.#remove.title, this.#remove.text)) {
        this.#send(this.#remove.act);
      }
    });
  }

  get fields() { return this.#form.elements; }

  /** remove: {title, text, act}, or null when there is nothing to remove. */
  open({ values, save, remove = null }) {
    this.#form.reset();
    for (const [name, value] of Object.entries(values)) {
      const field = this.#form.elements[name];
      if (field.type === 'checkbox') {
        field.checked = value;
      } else {
        field.value = value;
      }
    }
    this.#save = save;
    this.#remove = remove;
    show(this.#form.querySelector('[data-remove]'), remove);
    this.#note('');
    this.#dialog.showModal();
    const inner = this.#form.querySelector('.scroll');
    if (inner) {
      inner.scrollTop = 0;
    }
  }

  #note(message) { text(this.#form.querySelector('.field-note'), message); }

  async #send(act) {
    const buttons = this.#form.querySelectorAll('button');
    this.#note('');
    buttons.forEach((b) => { b.disabled = true; });
    try {
      const told = await act();
      if (told !== false) {
        this.#dialog.close();
      }
      if (typeof told === 'string') {
        toast(told);
      }
    } catch (err) {
      if (err.code === undefined) {
        throw err;
      }
      this.#note(sentence(err));
    } finally {
      buttons.forEach((b) => { b.disabled = false; });
    }
  }
}

/** Sends a change, and says that it was kept. */
export async function kept(request) {
  await request;
  return 'Tersimpan.';
}

const question = dialog('confirm-dialog');

/** Asks once more before something is removed. */
export function confirmed(title, detail) {
  text($('confirm-title'), title);
  text($('confirm-text'), detail);
  question.returnValue = '';
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener('close', () => resolve(question.returnValue === 'yes'), { once: true });
  });
}
$('confirm-yes').addEventListener('click', () => question.close('yes'));

/** Fills a <select> with [value, label] pairs. */
export function options(select, pairs) {
  select.replaceChildren(...pairs.map(([value, label]) => el('option', { value, text: label })));
}

/** A table cell with a bold line and a second one. */
export function cell(main, sub, ...before) {
  const words = el('span', {}, el('span', { class: 'main', text: main }), sub && el('span', { class: 'sub', text: sub }));
  return el('td', {}, before.length ? el('span', { class: 'with' }, ...before, words) : words);
}

/** A table row of cells, and a button that edits it. */
export function row(cells, label, title, onclick) {
  return el('tr', {}, ...cells, el('td', { class: 'tools' }, el('button', { type: 'button', text: label, 'aria-label': `${label} ${title}`, onclick })));
}

/** Draws table rows anew, unless nothing that they show has changed. */
export function rows(body, items, make) {
  const now = JSON.stringify(items);
  if (body.dataset.drawn !== String(hash(now))) {
    body.dataset.drawn = String(hash(now));
    body.replaceChildren(...items.map(make));
  }
}

function hash(words) {
  let h = 7;
  for (let i = 0; i < words.length; i++) {
    h = (Math.imul(h, 31) + words.charCodeAt(i)) | 0;
  }
  return h;
}

/** A small label with a state in words. */
export const badge = (kind, words) => el('span', { class: `badge ${kind}`, text: words });
