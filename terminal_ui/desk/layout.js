// Starts the page of the layout. It only asks over HTTP: what it changes, it sees in the answer.
import { Shell } from '../core/shell.js';
import { recall } from '../core/storage.js';
import { Login } from '../flows/login.js';
import { LayoutFlow } from './layout_flow.js';

const flows = { login: (shell) => new Login(shell), layout: (shell) => new LayoutFlow(shell) };
// Whoever is signed in at the board of this browser need not sign in again.
const lent = ['session.layout', 'session.board'].map((key) => recall(key, null)).find(Boolean);

const shell = new Shell({ kind: 'layout', namespace: null, flows: flows, signIn: 'login', start: (one) => one.go('layout') });
if (lent) shell.session.current = lent;
shell.run(document.getElementById('page'));
