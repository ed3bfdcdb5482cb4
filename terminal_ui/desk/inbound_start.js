import { InboundPage } from './inbound.js';
import { openOffice } from './office.js';

openOffice('inbound', (office) => new InboundPage(office));
