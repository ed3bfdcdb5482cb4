import { need } from '../core/fetched.js';
import { Later } from '../core/later.js';
import { keepPages } from '../core/shelf.js';
import { Shell } from '../core/shell.js';
import { Home } from '../flows/home.js';
import { Login } from '../flows/login.js';

const FETCHED_LATER = ['pick', 'receive', 'check', 'putaway', 'replenish', 'putback', 'count', 'move', 'lookup', 'load', 'bulk', 'wall', 'label', 'problem'];

const AGAIN_MS = 5000;

/** Show the screen that the server says this person is at. */
async function start(shell) {
  const settled = shell.link.settled;
  const envelope = await shell.link.ask('terminal.state', {});
  if (!envelope.ok && envelope.local) return undefined; // asked again when there is a link
  if (!envelope.ok) {
    shell.say(envelope.message);
    return void setTimeout(() => shell.link && start(shell), AGAIN_MS);
  }
  if (settled !== shell.link.settled) return start(shell); // what was sent meanwhile makes the answer old
  const flow = envelope.next.split('_')[0];
  return shell.go(flow, flow === 'home' ? {} : Object.assign({ next: envelope.next }, envelope.data));
}

const flows = {
  login: (shell) => new Login(shell),
  home: (shell) => new Home(shell),
};
FETCHED_LATER.forEach((name) => {
  flows[name] = (shell) => new Later(shell, name);
});

const shell = new Shell({ kind: 'terminal', namespace: '/terminal', flows: flows, signIn: 'login', rest: 'home', alone: true, camera: () => need('camera').then((scan) => scan()), start: start });
shell.run(document.getElementById('page'));
keepPages(() => !shell.session.token && shell.flow.view().step === 'badge');
