// Starts the page of the layout. It only asks over HTTP: what it changes, it sees in the answer.
import { Shell } from '../core/shell.js';
import { DeskLogin } from './houses.js';
import { LayoutFlow } from './layout_flow.js';

const flows = { login: (shell) => new DeskLogin(shell), layout: (shell) => new LayoutFlow(shell) };

// The session is that of all pages of the desk: whoever is signed in at one need not sign in at another.
const shell = new Shell({ kind: 'board', namespace: null, flows: flows, signIn: 'login', start: (one) => one.go('layout') });
shell.run(document.getElementById('page'));
