// The page's line to the server: says hello for one topic, hands on whole views, sends requests and
// reconnects by itself. A request that was sent before the line broke goes out again under the same
// id, which the server answers like the first time.
import { uuidv7 } from './id.js';

const VERSION = 1;
const SPEAK_EVERY = 8000; // a heartbeat is due 10 s after our last frame at the latest
const DEAD_AFTER = 25000; // heard nothing for so long: the line is dead
const GIVE_UP = 30000; // a request without an answer
const FIRST_WAIT = 300;
const LONGEST_WAIT = 8000;
const REFUSED_WAIT = 30000; // after a refusal that trying again will hardly heal

/** A request's refusal or fault; code is a key of the table of sentences. */
export class Refusal extends Error {
  constructor({ code, message = '', ref = '' }) {
    super(message || code);
    this.code = code;
    this.ref = ref;
  }
}

export class Stream {
  #hello;
  #on;
  #socket = null;
  #pending = new Map(); // id -> {frame, resolve, reject, timer}
  #live = false;
  #closed = false;
  #refused = false;
  #failures = 0;
  #retry = 0;
  #sentAt = 0;
  #heardAt = 0; // by this machine's clock
  #offset = null; // server's clock minus this machine's, in ms
  #pulse = 0;

  /**
   * hello: {role, topic, token?}. on: view(view), line(live), and refused(Refusal) when trying again will hardly help; each is optional.
   */
  constructor(hello, on) {
    this.#hello = hello;
    this.#on = on;
    this.#pulse = setInterval(() => this.#beat(), 2000);
    this.wake = this.wake.bind(this);
    addEventListener('online', this.wake);
    document.addEventListener('visibilitychange', this.wake);
    this.#connect();
  }

  /** True between the server's welcome and the end of the line. */
  get live() { return this.#live; }

  /** The server's time now, in ms since 1970. */
  now() { return Date.now() + this.#offset; }

  /** When the server was last heard, by its own clock, in ms since 1970; 0 for never. */
  heardAt() { return this.#heardAt && this.#heardAt + this.#offset; }

  /** Ends the line; requests that wait are rejected. */
  close() {
    this.#closed = true;
    clearInterval(this.#pulse);
    clearTimeout(this.#retry);
    removeEventListener('online', this.wake);
    document.removeEventListener('visibilitychange', this.wake);
    this.#drop();
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id, { error: { code: 'unconfirmed' } });
    }
  }

  /** Tries at once when the page is looked at again or the network is back. */
  wake() {
    this.#beat();
    if (!this.#closed && !this.#socket && !this.#refused && !document.hidden) {
      clearTimeout(this.#retry);
      this.#connect();
    }
  }

  /** Sends a request and returns its result, or throws a Refusal. */
  request(method, params) {
    const id = uuidv7();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, { error: { code: 'unconfirmed' } }), GIVE_UP);
      const frame = { type: 'request', id, method, params };
      this.#pending.set(id, { frame, resolve, reject, timer });
      if (this.#live) {
        this.#send(frame);
      }
    });
  }

  #connect() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/v1/stream`);
    this.#socket = socket;
    this.#sentAt = Date.now();
    socket.onopen = () => this.#send({ type: 'hello', version: VERSION, ...this.#hello });
    socket.onmessage = (event) => this.#hear(socket, event.data);
    socket.onclose = () => this.#lost(socket);
  }

  #hear(socket, data) {
    if (socket !== this.#socket) {
      return;
    }
    const frame = JSON.parse(data);
    this.#heardAt = Date.now();
    this.#setClock(frame);
    if (frame.type === 'welcome') {
      this.#welcomed();
    }
    if (frame.view && (frame.type === 'welcome' || frame.type === 'view')) {
      this.#on.view?.(frame.view);
    } else if (frame.type === 'reply') {
      this.#settle(frame.id, frame);
    } else if (frame.type === 'error') {
      this.#refused = LASTING.has(frame.error.code);
      if (this.#refused) {
        this.#on.refused?.(new Refusal(frame.error)); // others heal: the line just comes back
      }
    }
  }

  // A heartbeat carries the server's present time; a view the time it was made, which may be a while ago.
  #setClock({ type, at }) {
    if (at) {
      const offset = Date.parse(at) - this.#heardAt;
      const exact = type === 'heartbeat' || this.#offset === null;
      this.#offset = exact ? offset : Math.max(offset, this.#offset);
    }
  }

  #welcomed() {
    this.#live = true;
    this.#refused = false;
    this.#failures = 0;
    this.#on.line?.(true);
    for (const { frame } of this.#pending.values()) {
      this.#send(frame);
    }
  }

  #settle(id, { result, error }) {
    const waiting = this.#pending.get(id);
    if (!waiting) {
      return; // answered already: the same id went out twice
    }
    this.#pending.delete(id);
    clearTimeout(waiting.timer);
    if (error) {
      waiting.reject(new Refusal(error));
    } else {
      waiting.resolve(result ?? {});
    }
  }

  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
      this.#sentAt = Date.now();
    }
  }

  #beat() {
    const now = Date.now();
    const quiet = now - Math.max(this.#heardAt, this.#connectedAt());
    if (this.#socket && quiet > DEAD_AFTER) {
      this.#lost(this.#socket); // do not wait for a closing handshake with nobody
    } else if (this.#live && now - this.#sentAt > SPEAK_EVERY) {
      this.#send({ type: 'heartbeat' });
    }
  }

  #connectedAt() { return this.#live ? 0 : this.#sentAt; }

  #lost(socket) {
    if (socket !== this.#socket) {
      return;
    }
    this.#drop();
    if (this.#closed) {
      return;
    }
    const wait = this.#refused ? REFUSED_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    this.#failures++;
    this.#retry = setTimeout(() => this.#connect(), wait * (0.5 + Math.random()));
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const was = this.#live;
    this.#live = false;
    if (was) {
      this.#on.line?.(false);
    }
  }
}

// Refusals that stay until somebody signs in again, reloads the page or changes the set-up.
const LASTING = new Set(['login_required', 'token_invalid', 'forbidden', 'version_unsupported', 'topic_unknown', 'ticket_unknown', 'counter_unknown']);
