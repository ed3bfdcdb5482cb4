import { openOffice } from './office.js';
import { StockPage } from './stock.js';

openOffice('stock', (office) => new StockPage(office));
