// The questions about a ticket's owner: her card, from a reader that types like a keyboard, and her NIK. What was typed
// is wiped when a question is closed.
import { $, dialog, enable, text } from './dom.js';
import { dateOf, day } from './format.js';
import { bare, birthDate, checkNIK, isUID, nikProblem } from './nik.js';
import { Refusal } from './stream.js';
import { sentence } from './words.js';

const wrongCard = 'Nomor kartu tidak terbaca utuh. Tempelkan kartu sekali lagi.';
const notACard = 'Itu bukan nomor kartu. Tempelkan KTP-el pada pembaca, jangan ketik NIK di sini.';

/** A dialog with one field, which tells changed(question, typed) of every change. */
class Question {
  #dialog;
  #field;
  #note;
  #changed;
  #ask = null;

  constructor(name, changed) {
    this.#dialog = dialog(`${name}-dialog`);
    this.#field = $(`${name}-field`);
    this.#note = $(`${name}-note`);
    this.#changed = changed;
    this.#dialog.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener('input', () => {
      this.say('');
      this.#changed(this, this.#field.value);
    });
    this.#dialog.addEventListener('close', () => this.#wipe());
    addEventListener('pagehide', () => this.close());
  }

  /** ask: read(typed), which returns {value} or {problem}, and send(value). */
  open(ask) {
    this.#wipe();
    this.#ask = ask;
    this.#dialog.showModal();
    this.#field.focus();
  }

  close() {
    this.#dialog.close();
    this.#wipe(); // the dialog's own event comes a moment later
  }

  say(problem) {
    text(this.#note, problem);
    this.#field.setAttribute('aria-invalid', String(Boolean(problem)));
  }

  async #submit() {
    const ask = this.#ask;
    const button = this.#dialog.querySelector('[type="submit"]');
    if (!ask || button.disabled) {
      return;
    }
    const { value, problem } = ask.read(this.#field.value);
    if (problem) {
      this.say(problem);
      this.#field.select();
      return;
    }
    enable(button, false);
    try {
      await ask.send(value);
      this.close();
    } catch (err) {
      if (!(err instanceof Refusal)) {
        throw err;
      }
      this.say(sentence(err));
      this.#field.select();
    } finally {
      enable(button, true);
    }
  }

  #wipe() {
    this.#ask = null;
    this.#field.value = '';
    this.say('');
    this.#changed(this, '');
  }
}

const card = new Question('card', () => {});
let today = () => dateOf(Date.now());
const nik = new Question('nik', drawNIK);

/** Asks for the card of a ticket's owner; send(uid) binds it. */
export function askCard(ticket, send) {
  text($('card-number'), ticket.number);
  card.open({
    read(typed) {
      const value = typed.replace(/[\s:.-]/g, '').toUpperCase();
      if (isUID(value)) {
        return { value };
      }
      return { problem: /^\d{16}$/.test(value) ? notACard : wrongCard };
    },
    send,
  });
}

/** Asks for the NIK of a ticket's owner; send(nik) gives her the ticket. now() is the server's time. */
export function askNIK(ticket, now, send) {
  today = () => dateOf(now());
  text($('nik-title'), `${ticket.person ? 'Ubah' : 'Isi'} NIK pemilik tiket ${ticket.number}`);
  nik.open({
    read(typed) {
      const code = nikProblem(typed, today());
      return code ? { problem: sentence({ code }) } : { value: bare(typed) };
    },
    send,
  });
}

/** Says what is certain while a NIK is typed: how many digits there are, what is wrong, or the date of birth to compare. */
function drawNIK(question, typed) {
  const digits = bare(typed);
  const problem = digits && checkNIK(digits, today());
  if (problem) {
    question.say(sentence({ code: problem }));
  }
  const whole = !problem && digits.length === 16;
  text($('nik-count'), whole ? `Lahir ${day(birthDate(digits, today()))}. Cocokkan dengan KTP-el.` : `${digits.length} dari 16 angka`);
}

/** Closes the questions, when the ticket that they are about has left the counter. */
export function closeIdentify() {
  card.close();
  nik.close();
}
