// The live link's own Socket.IO, against a server that says what a server says.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Socket } from '../core/socket.js';

const heard = {};
globalThis.window = { addEventListener: (name, act) => { heard[name] = act; }, removeEventListener: (name) => { delete heard[name]; } };
globalThis.location = { origin: 'https://wms.lan' };

/** A websocket whose other end is the test. */
class Wire {
  constructor(address) {
    Object.assign(this, { address, sent: [], closed: false });
    Wire.all.push(this);
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.closed = true;
  }

  says(text) {
    this.onmessage({ data: text });
  }
}

const GREETING = '0{"sid":"a","upgrades":[],"pingInterval":5000,"pingTimeout":4000}';

function begin(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  Wire.all = [];
  const told = [];
  const socket = new Socket('/terminal', { auth: (give) => give({ token: 'x', after: 7 }), WebSocket: Wire });
  ['connect', 'disconnect', 'connect_error', 'event'].forEach((name) => socket.on(name, (...values) => told.push([name, ...values])));
  socket.connect();
  const wire = Wire.all[0];
  wire.says(GREETING);
  wire.says('40/terminal,{"sid":"b"}');
  return { socket, wire, told, tick: (ms) => context.mock.timers.tick(ms) };
}

test('it greets, says who it is, hears events and answers pings', (context) => {
  const { socket, wire, told } = begin(context);
  assert.equal(wire.address, 'wss://wms.lan/socket.io/?EIO=4&transport=websocket');
  assert.deepEqual(wire.sent, ['40/terminal,{"token":"x","after":7}']);
  wire.says('2');
  assert.equal(wire.sent[1], '3');
  wire.says('42/terminal,["event",{"seq":8,"text":"a,b\\n[1]"}]');
  assert.deepEqual(told, [['connect'], ['event', { seq: 8, text: 'a,b\n[1]' }]]);
  assert.ok(socket.connected && socket.active);
});

test('answers find their questions; a late one finds nobody', (context) => {
  const { socket, wire, tick } = begin(context);
  const answers = [];
  for (const code of ['a', 'b', 'c']) socket.timeout(1000).emit('command', 'pick.scan', { code }, (error, value) => answers.push([code, error && error.message, value]));
  assert.equal(wire.sent[2], '42/terminal,1["command","pick.scan",{"code":"b"}]');
  wire.says('43/terminal,1[{"ok":true}]');
  wire.says('43/terminal,1[{"ok":true}]');
  tick(1000);
  wire.says('43/terminal,0[{"ok":true}]');
  assert.deepEqual(answers, [['b', null, { ok: true }], ['a', 'no answer', undefined], ['c', 'no answer', undefined]]);
});

test('a server that is silent for longer than it promised is gone, and sought again', (context) => {
  const { socket, wire, told, tick } = begin(context);
  const answers = [];
  tick(8999);
  wire.says('2');
  socket.timeout(60000).emit('command', 'x', {}, (error) => answers.push(error.message));
  tick(8999);
  assert.ok(socket.connected);
  tick(1);
  assert.deepEqual([told[1], answers, wire.closed, socket.connected, socket.active], [['disconnect', 'transport close'], ['transport close'], true, false, true]);
  tick(1500);
  assert.equal(Wire.all.length, 2);
  wire.onclose(); // the old one's last word
  Wire.all[1].says(GREETING); // and then nothing more
  tick(6000);
  assert.equal(Wire.all[1].closed, true);
  assert.equal(told[2][0], 'connect_error');
  tick(3000);
  Wire.all[2].onclose();
  tick(3000);
  assert.equal(Wire.all.length, 4);
  Wire.all[3].says(GREETING);
  Wire.all[3].says('40/terminal,{"sid":"c"}');
  assert.deepEqual(told.slice(3).map((one) => one[0]), ['connect_error', 'connect']);
});

test('what the server ended or refused waits until it is asked for', (context) => {
  const { socket, wire, told, tick } = begin(context);
  wire.says('41/terminal,');
  tick(60000);
  assert.deepEqual([told[1], socket.active, Wire.all.length], [['disconnect', 'io server disconnect'], false, 1]);
  socket.connect();
  Wire.all[1].says(GREETING);
  Wire.all[1].says('44/terminal,{"message":"refused","data":{"code":"core.not_signed_in"}}');
  tick(60000);
  assert.deepEqual([told[2], socket.active, Wire.all.length], [['connect_error', { message: 'refused', data: { code: 'core.not_signed_in' } }], false, 2]);
});

test('put away and taken up again at once, it is another connection', (context) => {
  const { socket, wire, told, tick } = begin(context);
  socket.disconnect().connect();
  assert.deepEqual([wire.sent[1], wire.closed, told[1], Wire.all.length], ['41/terminal,', true, ['disconnect', 'io client disconnect'], 2]);
  wire.onclose();
  tick(100);
  assert.equal(Wire.all.length, 2);
  heard.offline();
  assert.equal(Wire.all[1].closed, true);
  heard.online();
  assert.equal(Wire.all.length, 3);
  socket.disconnect();
  assert.deepEqual(heard, {});
});
