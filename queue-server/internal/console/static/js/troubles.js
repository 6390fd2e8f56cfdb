// Strips that tell staff which device needs a hand.
import { $, el, icon, list, text } from './dom.js';
import { clock } from './format.js';
import { trouble } from './words.js';

/** Draws one strip for each fault, under the header. */
export function drawTroubles(troubles) {
  list($('troubles'), troubles, (t) => `${t.device_id} ${t.part}`,
    () => el('div', { class: 'strip' }, icon('printer'), el('b'), el('span')),
    (strip, t) => {
      text(strip.children[1], t.device);
      text(strip.children[2], `${trouble(t)} · sejak ${clock(t.since)}`);
    });
}
