// The audit trail in words: what was done with personal data, what came of it, and why.
import { staffWordOr } from '../words.js';

/** "Data ditampilkan". */
export const deed = ({ action }) => staffWordOr(`audit.${action}`, action);

/** "belum terverifikasi, kuota habis (kode 05) · kunjungan". */
export function detail({ action, outcome, why }) {
  const reason = action === 'erased' ? why : why && staffWordOr(`reason.${why}`, why); // an erasure's is the administrator's own
  return [outcome && result(action, outcome), reason].filter(Boolean).join(' · ');
}

function result(action, outcome) {
  const erased = outcome.match(/^(\d+) person, (\d+) cards$/);
  if (erased) {
    return `${erased[1]} warga, ${erased[2]} kartu`;
  }
  if (/^\d+$/.test(outcome)) {
    return `${outcome} ${action === 'audit_read' ? 'baris' : 'warga'}`;
  }
  const [, state, why, code] = outcome.match(/^(unverified|fault)_(\w+)(?: (\w+))?$/) ?? [];
  if (state) {
    return `${staffWordOr(`outcome.${state}`, state)}, ${staffWordOr(`short.${why}`, why)}${code ? ` (kode ${code})` : ''}`;
  }
  const [name, own] = outcome.split(' ');
  return `${staffWordOr(`outcome.${name}`, name)}${own && name !== 'verified' ? ` (kode ${own})` : ''}`;
}
