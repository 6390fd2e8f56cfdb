// Sentences for refusals and device faults, which the template hands over as JSON.
import { data } from './dom.js';

const words = data('words');

/** The sentence for a refusal; an unknown one is told as a fault of ours, with the reference for the log. */
export function sentence(refusal) {
  const known = words[`error.${refusal.code}`];
  const text = known ?? words['error.internal'] ?? 'Terjadi gangguan. Coba lagi.';
  return refusal.ref ? `${text} (${refusal.ref})` : text;
}

/** A word of the staff's pages for a code of the wire, such as "why.quota". */
export const staffWord = (key) => staffWordOr(key, key);

/** The same, or what to say instead of a code that has no word. */
export const staffWordOr = (key, other) => words[`staff.${key}`] ?? other;

/** What stops a printer: "kertas habis". */
export const cause = (name) => words[`device.cause.${name}`] ?? name;

/** What is wrong with a part of a device: "kertas habis". */
export function trouble({ part, cause: reason }) {
  const name = words[`device.part.${part}`] ?? part;
  return `${name}: ${cause(reason)}`;
}
