// The few things that pages do to the document: find, make, change only what differs.

const SVG = 'http://www.w3.org/2000/svg';

/** The element with this id. */
export const $ = (id) => document.getElementById(id);

/** Makes an element. Attributes: class, text, data-*, on<event>, and any property of the element. */
export function el(tag, attrs = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name === 'class') {
      node.className = value;
    } else if (name === 'text') {
      node.textContent = value;
    } else if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (name in node) {
      node[name] = value;
    } else {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** Makes an icon of the sheet that every page carries. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A letter chip in the agency's colour. */
export function chip(letter, color) {
  const node = el('span', { class: 'chip', text: letter });
  node.style.backgroundColor = color;
  return node;
}

/** Sets the text of an element if it differs. */
export function text(node, value) {
  if (node.textContent !== value) {
    node.textContent = value;
  }
}

/** Shows or hides an element. */
export function show(node, on) {
  if (node.hidden === Boolean(on)) {
    node.hidden = !on;
  }
}

/** Enables or disables a button. */
export function enable(button, on) {
  if (button.disabled === Boolean(on)) {
    button.disabled = !on;
  }
}

/**
 * Makes the children of parent show items in order, keeping the node of every key that stays.
 * make(item) builds a node; fill(node, item) brings it up to date.
 */
export function list(parent, items, key, make, fill) {
  const old = new Map();
  for (const node of parent.children) {
    old.set(node.dataset.key, node);
  }
  let at = parent.firstElementChild;
  for (const item of items) {
    const k = String(key(item));
    let node = old.get(k);
    if (node) {
      old.delete(k);
    } else {
      node = make(item);
      node.dataset.key = k;
    }
    fill(node, item);
    if (node === at) {
      at = at.nextElementSibling;
    } else {
      parent.insertBefore(node, at);
    }
  }
  for (const node of old.values()) {
    node.remove();
  }
}

/** Reads a block of JSON that the template put into the page. */
export const data = (id) => JSON.parse($(id).textContent);

/** Wires the [data-close] buttons of a dialog and returns it. */
export function dialog(id) {
  const node = $(id);
  for (const button of node.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => node.close());
  }
  return node;
}
