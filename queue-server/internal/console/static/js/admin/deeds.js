// The audit trail in words: what was done with personal data, what came of it, and why.
import { count } from '../format.js';
import { staffWordOr } from '../words.js';

// What the server writes with numbers in it, and how that reads.
const counted = [
  [/^(\d+) persons?, (\d+) cards?$/, (persons, cards) => `${count(persons)} warga, ${count(cards)} kartu`],
  [/^done, (\d+) persons?$/, (persons) => `selesai, ${count(persons)} warga`],
];

/** "Data ditampilkan". */
export const deed = ({ action }) => staffWordOr(`audit.${action}`, action);

/** "belum terverifikasi, kuota habis (kode 05) · kunjungan". */
export function detail({ action, outcome, why }) {
  const reason = action === 'erased' ? why : why && staffWordOr(`reason.${why}`, why); // an erasure's is the administrator's own
  return [outcome && result(action, outcome), reason].filter(Boolean).join(' · ');
}

function result(action, outcome) {
  if (/^\d+$/.test(outcome)) {
    return `${count(outcome)} ${action === 'audit_read' ? 'baris' : 'warga'}`;
  }
  for (const [form, words] of counted) {
    const numbers = outcome.match(form);
    if (numbers) {
      return words(...numbers.slice(1));
    }
  }
  const [, state, code] = outcome.match(/^(\w+)(?: (\S+))?$/) ?? [];
  const words = state && stateWords(state);
  if (!words) {
    return outcome; // of a newer server: as it is, rather than garbled
  }
  return code && state !== 'verified' ? `${words} (kode ${code})` : words;
}

/** "belum terverifikasi, kuota habis" of unverified_quota; nothing for a state without words. */
function stateWords(state) {
  const [, name, why] = state.match(/^(unverified|fault)_(\w+)$/) ?? [];
  return name ? `${staffWordOr(`outcome.${name}`, name)}, ${staffWordOr(`short.${why}`, why)}` : staffWordOr(`outcome.${state}`, '');
}
