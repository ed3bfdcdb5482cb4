// Starts the page of the desk that the address names.
import { openOffice } from './office.js';
import { PAGES } from './pages.js';

const page = PAGES.find((one) => location.pathname === '/' + one.name);
if (page.start) page.start();
else page.page().then((Page) => openOffice(page.name, (office) => new Page(office)));
