// Katalog: replace it by a file. The server checks it as a whole and answers with what it found.
import { $, el, text } from '../dom.js';
import { Refusal } from '../stream.js';
import { sentence } from '../words.js';

export function startCatalog() {
  $('catalog-file').addEventListener('change', named);
  $('catalog-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    $('catalog-send').disabled = true;
    tell('', 'Memeriksa…');
    try {
      await send($('catalog-file').files[0]);
      tell('ok', 'Katalog terpasang.');
      $('catalog-form').reset();
      named();
    } catch (err) {
      tell('bad', err instanceof Refusal ? sentence(err) : 'Server tidak menjawab. Coba lagi.', err.findings);
    }
    $('catalog-send').disabled = !$('catalog-file').files.length;
  });
}

/** Says which file was chosen. */
function named() {
  const [file] = $('catalog-file').files;
  text($('catalog-name'), file ? file.name : 'Belum ada berkas');
  $('catalog-send').disabled = !file;
}

async function send(file) {
  const answer = await fetch('/admin/catalog', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: file });
  if (answer.ok) {
    return;
  }
  const { error, findings } = await answer.json();
  const refusal = new Refusal(error);
  refusal.findings = findings ?? (error.code === 'catalog_invalid' ? error.message.split('\n') : []);
  throw refusal;
}

function tell(kind, message, findings = []) {
  const lines = findings.filter(Boolean).map((f) => el('li', { text: f }));
  $('catalog-result').replaceChildren(el('div', { class: `notice ${kind}` }, el('div', {}, message, lines.length > 0 && el('ul', {}, ...lines))));
}
