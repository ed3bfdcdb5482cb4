// Made by `wms docs` from the rooms' flows.toml. Do not edit.
export const FLOWS = {
  login: {
    state: '', posts: [],
    screens: {
      login: { expects: ['station', 'badge', 'PIN'] },
    },
  },
  scanner: {
    state: '', posts: [],
    screens: {
      scanner_read: { expects: ['anything'] },
      scanner_known: { expects: [] },
    },
  },
  count: {
    state: 'count.state', posts: ['picker', 'receiver', 'supervisor'],
    screens: {
      count_none: { prompt: 'count.scan_any', expects: ['bin'] },
      count_bin: { prompt: 'count.scan_bin', expects: ['bin'] },
      count_items: { prompt: 'count.scan_item', expects: ['SKU', 'pack', 'lot', 'serial', 'container'] },
      count_lot: { prompt: 'count.scan_lot', expects: ['lot'] },
      count_serial: { prompt: 'tracking.scan_serial', expects: ['serial'] },
      count_kept: { prompt: 'count.kept_prompt', expects: [] },
    },
  },
  receive: {
    state: 'receive.state', posts: ['receiver', 'supervisor'],
    screens: {
      receive_choose: { prompt: 'receive.scan_paper', expects: ['receipt', 'pallet', 'SKU'] },
      receive_scan: { prompt: 'receive.prompt', expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin', 'receipt'] },
      receive_item: { expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin'] },
      receive_unknown: { prompt: 'receive.scan_other', expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin', 'receipt'] },
      receive_short: { prompt: 'receive.go_on', expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin', 'receipt'] },
    },
  },
  check: {
    state: 'check.state', posts: ['receiver', 'supervisor'],
    screens: {
      check_list: { prompt: 'check.scan', expects: ['SKU', 'lot', 'pallet', 'container'] },
      check_one: { expects: ['SKU', 'lot', 'serial', 'pallet', 'container'] },
    },
  },
  putaway: {
    state: 'putaway.state', posts: ['receiver', 'supervisor'],
    screens: {
      putaway_load: { prompt: 'putaway.prompt', expects: ['SKU', 'lot', 'serial', 'pallet', 'container'] },
      putaway_walk: { prompt: 'putaway.scan_bin', expects: ['bin', 'digits'] },
      putaway_other: { prompt: 'putaway.scan_bin', expects: ['bin', 'digits'] },
      putaway_put: { prompt: 'putaway.scan_again', expects: ['bin', 'digits'] },
    },
  },
  pack: {
    state: 'pack.state', posts: ['packer', 'supervisor'],
    screens: {
      pack_home: { expects: ['tote', 'container'] },
      pack_verify: { expects: ['SKU', 'pack', 'lot', 'serial', 'carton', 'number', 'weight'] },
      pack_single: { expects: ['SKU', 'pack', 'lot', 'serial', 'tote'] },
      pack_same: { expects: ['SKU', 'pack', 'lot', 'serial', 'tote'] },
      pack_ahead: { expects: ['bin', 'SKU', 'pack', 'container', 'number'] },
    },
  },
  home: {
    state: 'terminal.state', posts: [],
    screens: {
      home: { expects: [] },
    },
  },
  pick: {
    state: 'pick.task', posts: ['picker'],
    screens: {
      pick_wait: { expects: ['cart'] },
      pick_start: { expects: ['cart'] },
      pick_totes: { expects: ['tote'] },
      pick_line: { expects: ['bin', 'SKU', 'pack', 'lot', 'serial', 'number', 'tote'] },
      pick_done: { expects: [] },
    },
  },
  bulk: {
    state: 'bulk.state', posts: ['picker'],
    screens: {
      bulk_start: { expects: ['cart'] },
      bulk_stop: { expects: ['bin', 'SKU', 'pack', 'lot', 'serial', 'tote'] },
      bulk_done: { expects: [] },
    },
  },
  wall: {
    state: 'wall.state', posts: ['packer', 'picker', 'supervisor'],
    screens: {
      wall_choose: { prompt: 'wall.scan_wall', expects: ['wall', 'slot'] },
      wall_tote: { prompt: 'wall.scan_tote', expects: ['tote'] },
      wall_item: { expects: ['SKU', 'pack', 'number', 'tote'] },
      wall_put: { expects: ['slot'] },
    },
  },
  putback: {
    state: 'putback.state', posts: ['packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      putback_none: { prompt: 'putback.scan_tote', expects: ['tote', 'parcel'] },
      putback_item: { expects: ['SKU', 'lot', 'serial', 'bin'] },
    },
  },
  label: {
    state: 'label.state', posts: ['packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      label_scan: { prompt: 'label.scan', expects: ['SKU', 'pack', 'lot', 'bin', 'pallet', 'tote', 'container'] },
      label_choose: { prompt: 'label.scan_other', expects: ['SKU', 'pack', 'lot', 'bin', 'pallet', 'tote', 'container', 'station'] },
    },
  },
  problem: {
    state: 'problem.state', posts: ['packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      problem_what: { prompt: 'problem.scan', expects: ['anything'] },
      problem_why: { prompt: 'problem.scan_other', expects: ['anything'] },
      problem_sent: { expects: [] },
    },
  },
  replenish: {
    state: 'replenish.state', posts: ['picker', 'receiver', 'supervisor'],
    screens: {
      replenish_none: { prompt: 'replenish.press_next', expects: [] },
      replenish_go: { prompt: 'replenish.scan_source', expects: ['bin'] },
      replenish_take: { expects: ['SKU', 'pack', 'serial'] },
      replenish_put: { prompt: 'replenish.scan_face', expects: ['SKU', 'bin'] },
    },
  },
  load: {
    state: 'load.state', posts: ['packer', 'picker', 'supervisor'],
    screens: {
      load: { expects: ['parcel'] },
    },
  },
  move: {
    state: 'move.state', posts: ['picker', 'receiver', 'supervisor'],
    screens: {
      move_from: { prompt: 'move.scan_from', expects: ['bin', 'container'] },
      move_hand: { expects: ['SKU', 'pack', 'lot', 'serial', 'bin', 'container'] },
      move_choose: { prompt: 'move.choose', expects: ['lot', 'container'] },
    },
  },
  lookup: {
    state: 'lookup.state', posts: ['clerk', 'packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      lookup_scan: { prompt: 'lookup.scan', expects: ['anything'] },
      lookup_show: { prompt: 'lookup.scan', expects: ['anything'] },
    },
  },
};
