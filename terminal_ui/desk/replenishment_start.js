import { openOffice } from './office.js';
import { ReplenishmentPage } from './replenishment.js';

openOffice('replenishment', (office) => new ReplenishmentPage(office));
