// Keyboard shortcuts of a page. They rest while somebody types, while a dialog is open, and for
// Enter and Space on a focused button, which are the button's own. A card reader types like a keyboard: what follows a
// hex digit faster than fingers can is its own, so no shortcut is a hex digit.

const typing = (node) => node.matches?.('input, textarea, select, [contenteditable]');

const READER_GAP = 100; // ms between two keys of a reader, at most
const CARD_DIGITS = 8; // of the shortest card number

/**
 * Binds keys ("Enter", " ", "r") to functions. A key that is held down counts once.
 * onReader is told when a card reader has typed a number that nobody asked for.
 */
export function shortcuts(keys, onReader = () => {}) {
  const byReader = readerWatch(onReader);
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (typing(event.target) || document.querySelector('dialog[open]')) {
      return;
    }
    if (byReader(event)) {
      event.preventDefault();
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((key === 'Enter' || key === ' ') && event.target.closest?.('button, a[href]')) {
      return;
    }
    if (keys[key]) {
      event.preventDefault();
      if (!event.repeat) {
        keys[key]();
      }
    }
  });
  // A button clicked with the mouse must not keep the focus: the next Space is meant for the page. It loses it before it
  // acts, so that a dialog which it opens does not give it back.
  addEventListener('click', (event) => {
    if (event.detail > 0 && !document.querySelector('dialog[open]')) {
      event.target.closest?.('button')?.blur();
    }
  }, true);
}

/** Returns a function that says whether a key is a reader's; it counts digits and keeps none. */
function readerWatch(onReader) {
  let digits = 0;
  let lastAt = -READER_GAP;
  return (event) => {
    if (event.key === 'Shift') {
      return false; // some readers type capitals
    }
    const follows = digits > 0 && event.timeStamp - lastAt < READER_GAP;
    const before = follows ? digits : 0;
    const hex = /^[0-9a-f]$/i.test(event.key);
    digits = hex ? before + 1 : 0;
    lastAt = event.timeStamp;
    if (event.key === 'Enter' && before >= CARD_DIGITS) {
      onReader();
    }
    return hex || follows;
  };
}
