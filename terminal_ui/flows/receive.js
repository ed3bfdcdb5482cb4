// Receiving: choose what the truck brought, scan goods, cases or pallets, say how many, take them in.
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { sendPhoto } from '../parts/photo.js';
import { Guided } from './guided.js';
import { chooseScreen, itemScreen, scanScreen, shortScreen, unknownScreen } from './receive_views.js';

export const SHORT_REASONS = ['not_delivered', 'backorder', 'damaged', 'wrong_announcement', 'other'];

export class Receive extends Guided {
  constructor(shell) {
    super(shell, {
      name: 'receive',
      events: ['receipt.received', 'receipt.finished'],
      screens: {
        receive_choose: chooseScreen, receive_scan: scanScreen, receive_item: itemScreen,
        receive_unknown: unknownScreen, receive_short: shortScreen,
      },
    });
  }

  /** A change of the goods in hand: qty, pack, lot, dates. */
  tell(told) {
    return this.send('receive.set', told);
  }

  askQuantity(item) {
    this.askNumber({ title: t('receive.how_many'), hint: item.sku.name, value: item.qty || undefined, onOk: (qty) => this.tell({ qty: qty }) });
  }

  askLot(item) {
    this.askText({ title: t('receive.which_lot'), hint: t('receive.lot_hint'), value: item.lot || item.lot_guess, onOk: (lot) => lot && this.tell({ lot: lot }) });
  }

  askExpiry(item) {
    this.askText({ title: t('receive.which_expiry'), hint: item.sku.name, type: 'date', value: item.expires_on, onOk: (day) => day && this.tell({ expires_on: day }) });
  }

  askProduced(item) {
    this.askText({ title: t('receive.which_produced'), hint: item.sku.name, type: 'date', value: item.produced_on, onOk: (day) => day && this.tell({ produced_on: day }) });
  }

  /** Set goods apart: how many, and what the desk should know. */
  askAside(reason, qty) {
    const note = (count) => this.askText({ title: t('receive.aside_note'), hint: t('receive.aside_hint'), onOk: (text) => this.send('receive.aside', { why: reason, qty: count, note: text }) });
    this.askNumber({ title: t('receive.aside_how_many'), value: qty || 1, onOk: (count) => setTimeout(() => note(count), 0) });
  }

  askBlind() {
    this.askText({ title: t('receive.blind'), hint: t('receive.blind_hint'), onOk: (supplier) => this.send('receive.open', { blind: true, supplier: supplier }) });
  }

  askMore() {
    const acts = { undo: () => this.send('receive.undo'), pallet: () => this.send('receive.label', { what: 'lpn' }), loose: () => this.send('receive.lpn'), aside: () => this.askAside('damaged', 1), leave: () => this.send('receive.leave') };
    const choices = [
      ['undo', t('receive.undo')], ['pallet', t(this.data.lpn ? 'receive.label_again' : 'receive.new_pallet')],
      ...(this.data.lpn ? [['loose', t('receive.loose')]] : []), ['aside', t('receive.aside')], ['leave', t('receive.leave')],
    ];
    this.askChoice({ title: t('receive.more'), choices: choices, onOk: (one) => setTimeout(() => acts[one](), 0) });
  }

  askWhyShort() {
    const choices = SHORT_REASONS.map((reason) => [reason, t('receive.short.' + reason)]);
    this.askChoice({ title: t('receive.why_short'), choices: choices, onOk: (reason) => this.send('receive.done', { why: reason }) });
  }

  async photo(blob) {
    const path = '/api/v1/receipt-photos?receipt=' + encodeURIComponent(this.data.receipt.number) + (this.data.aside_id ? '&aside_id=' + this.data.aside_id : '');
    const sent = blob && (await this.shell.work(() => sendPhoto(this.shell.session.token, path, blob).catch(() => false)));
    this.shell.tell(sent ? 'receive.photo_kept' : 'receive.photo_lost', sent ? 'ok' : 'error');
  }
}

offer('receive', (shell) => new Receive(shell));
