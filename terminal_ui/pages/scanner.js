import { keepPages } from '../core/shelf.js';
import { Shell } from '../core/shell.js';
import { Scanner } from '../flows/scanner.js';

const shell = new Shell({ kind: 'scanner', namespace: null, flows: { scanner: (one) => new Scanner(one) }, signIn: 'scanner', start: () => undefined });
shell.run(document.getElementById('page')).then(() => shell.go('scanner'));
keepPages(() => false);
