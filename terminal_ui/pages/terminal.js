import { need } from '../core/fetched.js';
import { Later } from '../core/later.js';
import { Shell } from '../core/shell.js';
import { Home } from '../flows/home.js';
import { Login } from '../flows/login.js';

const FETCHED_LATER = ['pick', 'receive', 'check', 'putaway', 'replenish', 'putback', 'count', 'move', 'lookup', 'load', 'bulk', 'wall', 'label', 'problem', 'scanner'];

/** Show the screen that the server says this person is at. */
async function start(shell) {
  const envelope = await shell.link.ask('terminal.state', {});
  if (!envelope.ok) return envelope.local ? undefined : shell.say(envelope.message);
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

const shell = new Shell({ kind: 'terminal', namespace: '/terminal', flows: flows, signIn: 'login', camera: () => need('camera').then((scan) => scan()), start: start });
shell.run(document.getElementById('page')).then(() => location.search === '?scanner' && shell.go('scanner'));
