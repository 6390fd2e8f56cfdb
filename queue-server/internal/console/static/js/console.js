// Entry of the officer's page: /console is the choice of a counter, /console/<id> the desk there.
import { startDesk } from './desk.js';
import { startLobby } from './lobby.js';

const counter = location.pathname.match(/^\/console\/([^/]+)$/);
if (counter) {
  startDesk(decodeURIComponent(counter[1]));
} else {
  startLobby();
}
