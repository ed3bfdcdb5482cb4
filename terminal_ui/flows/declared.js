// Made by `wms docs` from the rooms' flows.toml. Do not edit.
export const FLOWS = {
  login: {
    page: 'terminal', state: '',
    posts: [],
    screens: {
      login: { expects: ['station', 'badge', 'PIN'] },
    },
  },
  scanner: {
    page: 'terminal', state: '',
    posts: [],
    screens: {
      scanner_read: { expects: ['anything'] },
      scanner_known: { expects: [] },
    },
  },
  count: {
    page: 'terminal', state: 'count.state',
    posts: ['picker', 'receiver', 'supervisor'],
    screens: {
      count_none: { prompt: 'count.scan_any', expects: ['bin'] },
      count_bin: { prompt: 'count.scan_bin', expects: ['bin'], say: { '': 'go bin:task.bin.code of:task.id' } },
      count_items: { prompt: 'count.scan_item', expects: ['SKU', 'pack', 'lot', 'serial', 'container'], say: { '': 'counted n:seen.0.counted of:seen.0.id' } },
      count_lot: { prompt: 'count.scan_lot', expects: ['lot'], say: { '': 'which_lot' } },
      count_serial: { prompt: 'tracking.scan_serial', expects: ['serial'], say: { '': 'each_serial' } },
      count_kept: { prompt: 'count.kept_prompt', expects: [] },
    },
  },
  receive: {
    page: 'terminal', state: 'receive.state',
    posts: ['receiver', 'supervisor'],
    screens: {
      receive_choose: { prompt: 'receive.scan_paper', expects: ['receipt', 'pallet', 'SKU'] },
      receive_scan: { prompt: 'receive.prompt', expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin', 'receipt'] },
      receive_item: { expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin'], say: { count: 'in_hand n:item.qty of:item.sku.code', lot: 'which_lot', expiry: 'which_expiry', serials: 'each_serial', stranger: 'not_announced' } },
      receive_unknown: { prompt: 'receive.scan_other', expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin', 'receipt'], say: { '': 'unknown' } },
      receive_short: { prompt: 'receive.go_on', expects: ['SKU', 'pack', 'lot', 'serial', 'pallet', 'container', 'bin', 'receipt'] },
    },
  },
  check: {
    page: 'terminal', state: 'check.state',
    posts: ['receiver', 'supervisor'],
    screens: {
      check_list: { prompt: 'check.scan', expects: ['SKU', 'lot', 'pallet', 'container'] },
      check_one: { expects: ['SKU', 'lot', 'serial', 'pallet', 'container'], say: { '': 'look_at n:check.sample of:check.id' } },
    },
  },
  putaway: {
    page: 'terminal', state: 'putaway.state',
    posts: ['receiver', 'supervisor'],
    screens: {
      putaway_load: { prompt: 'putaway.prompt', expects: ['SKU', 'lot', 'serial', 'pallet', 'container'] },
      putaway_walk: { prompt: 'putaway.scan_bin', expects: ['bin', 'digits'], say: { '': 'go bin:task.bin.code of:task.id' } },
      putaway_other: { prompt: 'putaway.scan_bin', expects: ['bin', 'digits'], say: { '': 'other_bin' } },
      putaway_put: { prompt: 'putaway.scan_again', expects: ['bin', 'digits'], say: { '': 'put_here n:task.qty of:task.id' } },
    },
  },
  pack: {
    page: 'station', state: 'pack.state',
    posts: ['packer', 'supervisor'],
    screens: {
      pack_home: { expects: ['tote', 'container', 'SKU', 'bin', 'carton', 'number'] },
      pack_verify: { expects: ['SKU', 'pack', 'lot', 'serial', 'carton', 'number', 'weight'] },
      pack_single: { expects: ['SKU', 'pack', 'lot', 'serial', 'tote'] },
      pack_same: { expects: ['SKU', 'pack', 'lot', 'serial', 'tote'] },
      pack_ahead: { expects: ['bin', 'SKU', 'pack', 'container', 'number'] },
    },
  },
  home: {
    page: 'terminal', state: 'terminal.state',
    posts: [],
    screens: {
      home: { expects: [] },
    },
  },
  pick: {
    page: 'terminal', state: 'pick.task',
    posts: ['picker'],
    screens: {
      pick_wait: { expects: ['cart'] },
      pick_start: { expects: ['cart'], say: { '': 'cart' } },
      pick_totes: { expects: ['tote'], say: { '': 'tote slot:free.slot' } },
      pick_line: { expects: ['bin', 'SKU', 'pack', 'lot', 'serial', 'number', 'tote'], say: { bin: 'go bin:line.bin.code of:line.id', item: 'take n:left of:line.id', lot: 'which_lot of:line.id', serial: 'each_serial of:line.id', tote: 'put n:qty slot:line.slot of:line.id' } },
      pick_done: { expects: [], say: { '': 'done' } },
    },
  },
  bulk: {
    page: 'terminal', state: 'bulk.state',
    posts: ['picker'],
    screens: {
      bulk_start: { expects: ['cart'], say: { '': 'cart' } },
      bulk_stop: { expects: ['bin', 'SKU', 'pack', 'lot', 'serial', 'tote'], say: { bin: 'go bin:bulk.stop.bin.code of:bulk.stop.seq', item: 'take n:left of:bulk.stop.seq', lot: 'which_lot of:bulk.stop.seq', serial: 'each_serial of:bulk.stop.seq', tote: 'put_tote n:taken of:bulk.stop.seq' } },
      bulk_done: { expects: [], say: { '': 'done' } },
    },
  },
  wall: {
    page: 'wall', state: 'wall.state',
    posts: ['packer', 'picker', 'supervisor'],
    screens: {
      wall_choose: { prompt: 'wall.scan_wall', expects: ['wall', 'slot'] },
      wall_tote: { prompt: 'wall.scan_tote', expects: ['tote'] },
      wall_item: { expects: ['SKU', 'pack', 'number', 'tote'] },
      wall_put: { expects: ['slot'], say: { slot: 'slot slot:put.slot, pieces n>1:put.qty of:put.code', aside: 'aside, pieces n>1:put.qty of:put.code' } },
    },
  },
  putback: {
    page: 'terminal', state: 'putback.state',
    posts: ['packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      putback_none: { prompt: 'putback.scan_tote', expects: ['tote', 'parcel'] },
      putback_item: { expects: ['SKU', 'lot', 'serial', 'bin'], say: { item: 'take n:piece.qty of:piece.sku.code', bin: 'bring bin:piece.bin.code of:piece.sku.code' } },
    },
  },
  label: {
    page: 'terminal', state: 'label.state',
    posts: ['packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      label_scan: { prompt: 'label.scan', expects: ['SKU', 'pack', 'lot', 'bin', 'pallet', 'tote', 'container'] },
      label_choose: { prompt: 'label.scan_other', expects: ['SKU', 'pack', 'lot', 'bin', 'pallet', 'tote', 'container', 'station'] },
    },
  },
  problem: {
    page: 'terminal', state: 'problem.state',
    posts: ['packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      problem_what: { prompt: 'problem.scan', expects: ['anything'] },
      problem_why: { prompt: 'problem.scan_other', expects: ['anything'] },
      problem_sent: { expects: [] },
    },
  },
  replenish: {
    page: 'terminal', state: 'replenish.state',
    posts: ['picker', 'receiver', 'supervisor'],
    screens: {
      replenish_none: { prompt: 'replenish.press_next', expects: [] },
      replenish_go: { prompt: 'replenish.scan_source', expects: ['bin'], say: { '': 'fetch bin:task.from.code of:task.id' } },
      replenish_take: { expects: ['SKU', 'pack', 'serial'], say: { '': 'take n:task.qty of:task.id' } },
      replenish_put: { prompt: 'replenish.scan_face', expects: ['SKU', 'bin'], say: { '': 'bring bin:chosen.to.code, put_here n:chosen.left of:chosen.id' } },
    },
  },
  load: {
    page: 'terminal', state: 'load.state',
    posts: ['packer', 'picker', 'supervisor'],
    screens: {
      load: { prompt: 'load.scan', expects: ['parcel'] },
      load_out: { prompt: 'load.scan_unload', expects: ['parcel'] },
    },
  },
  move: {
    page: 'terminal', state: 'move.state',
    posts: ['picker', 'receiver', 'supervisor'],
    screens: {
      move_from: { prompt: 'move.scan_from', expects: ['bin', 'container'], say: { '': 'from' } },
      move_hand: { expects: ['SKU', 'pack', 'lot', 'serial', 'bin', 'container'], say: { item: 'scan_item of:bin.code', target: 'in_hand n:lines.-1.qty of:lines.-1.balance_id' } },
      move_choose: { prompt: 'move.choose', expects: ['lot', 'container'], say: { '': 'which_of' } },
    },
  },
  lookup: {
    page: 'terminal', state: 'lookup.state',
    posts: ['clerk', 'packer', 'picker', 'receiver', 'supervisor'],
    screens: {
      lookup_scan: { prompt: 'lookup.scan', expects: ['anything'] },
      lookup_show: { prompt: 'lookup.scan', expects: ['anything'] },
    },
  },
};
