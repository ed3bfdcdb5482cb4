import { openOffice } from './office.js';
import { WavesPage } from './wave_rules.js';

openOffice('waves', (office) => new WavesPage(office));
