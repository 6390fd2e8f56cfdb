// Opens the page's stream and says plainly how the line is: a badge in the header, and a strip with
// the time of the last data while it is down.
import { $, show, text } from './dom.js';
import { clock } from './format.js';
import { Stream } from './stream.js';
import { sentence } from './words.js';

const PATIENCE = 3000; // the first connection may take this long before it is worth a word

let refusal = null; // why the server does not let this page in

/** Opens the stream of a staff page: on has view(view) and line(live). */
export function openLine(topic, on) {
  const stream = new Stream({ role: document.body.dataset.role, topic }, {
    view: on.view,
    line(live) {
      draw(stream, live);
      on.line?.(live);
    },
    refused(reason) {
      refusal = reason;
      leave(reason.code);
      draw(stream, false);
    },
  });
  setTimeout(() => stream.live || draw(stream, false), PATIENCE);
  return stream;
}

function draw(stream, live) {
  const badge = $('line');
  badge.className = live ? 'badge ok' : 'badge bad';
  text(badge.lastElementChild, live ? 'Terhubung' : 'Terputus');
  if (live) {
    refusal = null;
  }
  text($('stale-text'), refusal ? sentence(refusal) : stale(stream.heardAt()));
  show($('stale'), !live);
}

function stale(heard) {
  return heard ? `Data terakhir ${clock(heard)}, menyambung kembali.` : 'Server belum menjawab, menyambung kembali.';
}

/** Goes where a refused page is better off; otherwise the strip says why. */
function leave(code) {
  if (code === 'login_required' || code === 'token_invalid') {
    location.replace('/login');
  } else if (code === 'topic_unknown' && location.pathname !== '/console') {
    location.replace('/console'); // the counter is gone: choose another
  } else if (code === 'version_unsupported' && !sessionStorage.getItem('reloaded')) {
    sessionStorage.setItem('reloaded', '1'); // once: the server was renewed under an open page
    location.reload();
  }
}
