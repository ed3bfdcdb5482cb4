import { openOffice } from './office.js';
import { PeoplePage } from './people_page.js';

openOffice('people', (office) => new PeoplePage(office));
