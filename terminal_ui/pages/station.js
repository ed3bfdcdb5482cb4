import { keepPages } from '../core/shelf.js';
import { Shell } from '../core/shell.js';
import { Login, stationOfDevice } from '../flows/login.js';
import { Station } from '../flows/station.js';

const flows = {
  login: (shell) => new Login(shell, stationOfDevice()),
  station: (shell) => new Station(shell),
};

const shell = new Shell({ kind: 'station', namespace: '/station', flows: flows, signIn: 'login', rest: 'station', alone: true, start: (one) => one.go('station') });
shell.run(document.getElementById('page'));
keepPages(() => !shell.session.token && shell.flow.view().step === 'badge');
