import { Shell } from '../core/shell.js';
import { recall } from '../core/storage.js';
import { Labels } from '../flows/labels.js';
import { Login } from '../flows/login.js';

const flows = { login: (shell) => new Login(shell), labels: (shell) => new Labels(shell) };
// Whoever is signed in at the station or board of this browser sees the labels without signing in again.
const lent = ['session.labels', 'session.station', 'session.board'].map((key) => recall(key, null)).find(Boolean);

const shell = new Shell({ kind: 'labels', namespace: null, flows: flows, signIn: 'login', start: (one) => one.go('labels') });
if (lent) shell.session.current = lent;
shell.run(document.getElementById('page'));
