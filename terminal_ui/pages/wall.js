import { need } from '../core/fetched.js';
import { keepPages } from '../core/shelf.js';
import { Shell } from '../core/shell.js';
import { Login } from '../flows/login.js';
import { Wall } from '../flows/wall.js';

const flows = {
  login: (shell) => new Login(shell),
  wall: (shell) => new Wall(shell),
  home: (shell) => new Home(shell),
};

/** From a page of its own, the way back is to the terminal. */
class Home {
  constructor(shell) {
    this.shell = shell;
  }

  enter() {
    location.assign('/terminal');
  }

  scan() {
    return undefined;
  }

  view() {
    return { screen: 'home', prompt: '', actions: [], body: '' };
  }
}

// The board's door hears of every change, so that all screens of a wall show the same.
const shell = new Shell({ kind: 'terminal', namespace: '/board', flows: flows, signIn: 'login', rest: 'wall', alone: true, camera: () => need('camera').then((scan) => scan()), start: (one) => one.go('wall') });
shell.run(document.getElementById('page'));
keepPages(() => !shell.session.token && shell.flow.view().step === 'badge');
