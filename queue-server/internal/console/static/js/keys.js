// Keyboard shortcuts of a page. They rest while somebody types, while a dialog is open, and for
// Enter and Space on a focused button, which are the button's own.

const typing = (node) => node.matches?.('input, textarea, select, [contenteditable]');

/** Binds keys ("Enter", " ", "r") to functions. A key that is held down counts once. */
export function shortcuts(keys) {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (typing(event.target) || document.querySelector('dialog[open]')) {
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
  // A button clicked with the mouse must not keep the focus: the next Space is meant for the page.
  addEventListener('click', (event) => {
    if (event.detail > 0 && !document.querySelector('dialog[open]')) {
      event.target.closest?.('button')?.blur();
    }
  });
}
