// Every page of the desk in the order of the navigation: the posts that may open it (an admin may open any), and the
// script with its class, or with what starts a page that has a frame of its own.
export const PAGES = [
  { name: 'board', posts: ['supervisor'], start: () => import('./board_start.js') },
  { name: 'orders', posts: ['supervisor', 'clerk'], page: () => import('./orders.js').then((one) => one.OrdersPage) },
  { name: 'audit', posts: ['supervisor', 'clerk'], page: () => import('./audit_page.js').then((one) => one.AuditPage) },
  { name: 'customers', posts: ['supervisor', 'clerk'], page: () => import('./customers.js').then((one) => one.CustomersPage) },
  { name: 'waves', posts: ['supervisor', 'clerk'], page: () => import('./wave_rules.js').then((one) => one.WavesPage) },
  { name: 'stock', posts: ['supervisor', 'clerk', 'receiver'], page: () => import('./stock.js').then((one) => one.StockPage) },
  { name: 'inbound', posts: ['supervisor', 'clerk', 'receiver'], page: () => import('./inbound.js').then((one) => one.InboundPage) },
  { name: 'counts', posts: ['supervisor', 'clerk'], page: () => import('./counts.js').then((one) => one.CountsPage) },
  { name: 'replenishment', posts: ['supervisor', 'clerk'], page: () => import('./replenishment.js').then((one) => one.ReplenishmentPage) },
  { name: 'packing', posts: ['supervisor', 'clerk'], page: () => import('./packing_page.js').then((one) => one.PackingPage) },
  { name: 'printers', posts: ['supervisor'], page: () => import('./printers_page.js').then((one) => one.PrintersPage) },
  { name: 'problems', posts: ['supervisor', 'clerk'], page: () => import('./problems.js').then((one) => one.ProblemsPage) },
  { name: 'shops', posts: ['supervisor', 'clerk'], page: () => import('./shops.js').then((one) => one.ShopsPage) },
  { name: 'programs', posts: ['supervisor'], page: () => import('./programs.js').then((one) => one.ProgramsPage) },
  { name: 'layout', posts: ['supervisor'], start: () => import('./layout_start.js') },
  { name: 'templates', posts: ['supervisor'], page: () => import('./templates.js').then((one) => one.TemplatesPage) },
  { name: 'people', posts: ['supervisor'], page: () => import('./people_page.js').then((one) => one.PeoplePage) },
  { name: 'settings', posts: ['supervisor'], page: () => import('./settings.js').then((one) => one.SettingsPage) },
];

/** Whether a person may open a page of the desk. */
export function mayOpen(person, page) {
  return Boolean(person) && page.posts.concat('admin').some((post) => person.posts.indexOf(post) >= 0);
}
