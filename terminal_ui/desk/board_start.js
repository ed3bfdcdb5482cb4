// The board hears of what happens by itself.
import { Shell } from '../core/shell.js';
import { Board } from './board.js';
import { DeskLogin } from './houses.js';

const PLANNING_MS = 60000; // the release of a large wave plans its walks before it answers

const flows = {
  login: (shell) => new DeskLogin(shell),
  board: (shell) => new Board(shell),
};

/** Signed in and connected: the board, which hears of later connections itself. */
async function start(shell) {
  await shell.go('board');
  return shell.flow.connected();
}

const shell = new Shell({ kind: 'board', namespace: '/board', flows: flows, signIn: 'login', start: start, answerMs: PLANNING_MS });
shell.run(document.getElementById('page'));
