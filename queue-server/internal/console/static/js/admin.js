// Entry of the administrator's page: one stream of the supervisor's view, one tab at a time.
import { $, show } from './dom.js';
import { setZone } from './format.js';
import { openLine } from './line.js';
import { drawTroubles } from './troubles.js';
import { startCatalog } from './admin/catalog.js';
import { drawCounters, startCounters } from './admin/counters.js';
import { drawDevices, startDevices } from './admin/devices.js';
import { drawAlarm, drawRegistry, startRegistry } from './admin/registry.js';
import { drawServices, startServices } from './admin/services.js';
import { drawSummary } from './admin/summary.js';
import { closeTrail, openTrail, startTrail } from './admin/trail.js';
import { drawUsers, startUsers } from './admin/users.js';

// Tab (also the #fragment of the address) -> what draws it.
const tabs = {
  ringkasan: drawSummary,
  petugas: drawUsers,
  loket: drawCounters,
  layanan: drawServices,
  perangkat: drawDevices,
  kependudukan: drawRegistry,
  katalog: () => {},
};

let view = null;
let shown = '';

const stream = openLine('supervisor', {
  view(latest) {
    view = latest;
    setZone(view.office.time_zone);
    draw();
  },
});

const office = { view: () => view, now: () => stream.now(), request: (method, params) => stream.request(method, params) };
startUsers(office);
startCounters(office);
startServices(office);
startDevices(office);
startRegistry(office);
startTrail(office);
startCatalog();

function draw() {
  if (view) {
    drawAlarm(view);
    drawTroubles(view.devices.flatMap((d) => d.troubles ?? []));
    tabs[shown](view, stream.now());
  }
}

function choose(name) {
  shown = name in tabs ? name : 'ringkasan';
  for (const each of Object.keys(tabs)) {
    const tab = $(`to-${each}`);
    tab.setAttribute('aria-selected', String(each === shown));
    tab.tabIndex = each === shown ? 0 : -1;
    show($(each), each === shown);
  }
  (shown === 'kependudukan' ? openTrail : closeTrail)();
  draw();
}

const names = Object.keys(tabs);
for (const name of names) {
  $(`to-${name}`).addEventListener('click', () => { location.hash = name; });
  $(`to-${name}`).addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const to = names[(names.indexOf(name) + step + names.length) % names.length];
      location.hash = to;
      $(`to-${to}`).focus();
    }
  });
}
addEventListener('hashchange', () => choose(location.hash.slice(1)));
setInterval(draw, 30000); // times such as "sejak" move on
choose(location.hash.slice(1));
