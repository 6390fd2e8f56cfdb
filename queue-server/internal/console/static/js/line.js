// Opens the page's stream and says plainly how the line is: a badge in the header, and a strip with
// the time of the last data while it is down.
import { $, show, text } from './dom.js';
import { clock } from './format.js';
import { Stream } from './stream.js';
import { toastRefusal } from './toast.js';

const PATIENCE = 3000; // the first connection may take this long before it is worth a word

/** Opens the stream of a staff page: on has view(view) and line(live). */
export function openLine(topic, on) {
  const stream = new Stream({ role: document.body.dataset.role, topic }, {
    view: on.view,
    line(live) {
      draw(stream, live);
      on.line?.(live);
    },
    refused,
  });
  setTimeout(() => stream.live || draw(stream, false), PATIENCE);
  return stream;
}

function draw(stream, live) {
  const badge = $('line');
  badge.className = live ? 'badge ok' : 'badge bad';
  text(badge.lastElementChild, live ? 'Terhubung' : 'Terputus');
  const heard = stream.heardAt();
  text($('stale-text'), heard ? `Data terakhir ${clock(heard)}, menyambung kembali.` : 'Server belum menjawab, menyambung kembali.');
  show($('stale'), !live);
}

/** What to do when the server does not let this page in. */
function refused(refusal) {
  if (refusal.code === 'login_required' || refusal.code === 'token_invalid') {
    location.replace('/login');
    return;
  }
  if (refusal.code === 'version_unsupported' && !sessionStorage.getItem('reloaded')) {
    sessionStorage.setItem('reloaded', '1'); // once: the server was renewed under an open page
    location.reload();
    return;
  }
  toastRefusal(refusal);
}
