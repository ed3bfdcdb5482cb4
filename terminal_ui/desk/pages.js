// Every page of the desk in the order of the navigation, and the posts that may open it (an admin may open any).
export const PAGES = [
  { name: 'board', path: '/board', posts: ['supervisor'] },
  { name: 'waves', path: '/waves', posts: ['supervisor', 'clerk'] },
  { name: 'stock', path: '/stock', posts: ['supervisor', 'clerk', 'receiver'] },
  { name: 'inbound', path: '/inbound', posts: ['supervisor', 'clerk', 'receiver'] },
  { name: 'counts', path: '/counts', posts: ['supervisor', 'clerk'] },
  { name: 'replenishment', path: '/replenishment', posts: ['supervisor', 'clerk'] },
  { name: 'layout', path: '/layout', posts: ['supervisor'] },
  { name: 'people', path: '/people', posts: ['supervisor'] },
];

/** Whether a person may open a page of the desk. */
export function mayOpen(person, page) {
  return Boolean(person) && page.posts.concat('admin').some((post) => person.posts.indexOf(post) >= 0);
}
