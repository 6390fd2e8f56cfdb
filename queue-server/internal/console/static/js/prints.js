// What becomes of the copies that this officer asked for: each change is told once.
import { toast } from './toast.js';
import { cause } from './words.js';

let told = null; // job id -> state; null before the first view, whose jobs are old news

const kinds = { sent: 'note', printed: 'ok' }; // the others are bad news
const sentences = {
  sent: ({ number, kiosk }) => `Mencetak salinan ${number} di ${kiosk}.`,
  printed: ({ number, kiosk }) => `Salinan ${number} sudah tercetak di ${kiosk}.`,
  failed: (p) => `Salinan ${p.number} tidak tercetak di ${p.kiosk}: ${cause(p.cause)}.`,
  expired: ({ number, kiosk }) => `Salinan ${number} tidak tercetak: ${kiosk} tidak menjawab.`,
};

/** Tells of each copy in the view whose state has changed. */
export function followPrints(prints) {
  const now = new Map(prints.map((p) => [p.id, p.state]));
  const before = told ?? now;
  told = now;
  for (const p of prints.toReversed()) { // the newest is told last, and stays
    if (before.get(p.id) !== p.state) {
      toast(sentences[p.state]?.(p) ?? `Salinan ${p.number}: ${p.state}`, kinds[p.state] ?? 'bad');
    }
  }
  for (const [id, state] of before) {
    if (state === 'sent' && !now.has(id)) { // the server was started anew in between
      toast('Salinan mungkin tidak tercetak. Periksa kiosk, atau cetak sekali lagi.', 'bad');
    }
  }
}
