import { CountsPage } from './counts.js';
import { openOffice } from './office.js';

openOffice('counts', (office) => new CountsPage(office));
