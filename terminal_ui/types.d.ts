// What our scripts hold and tell each other. Types only: no browser loads this.

/** What the server answers to every scan; `local` when this page answered itself, because there is no link. */
export interface Envelope {
  ok: boolean;
  next: string | null;
  data: any;
  message: Message | null;
  popup?: unknown;
  local?: boolean;
}

export interface Message {
  code: string;
  tone?: string;
  text: string;
  params?: Record<string, unknown>;
}

/** A command that goes out. */
export interface Unsent {
  id: string;
  name: string;
  body: any;
  person: number;
  durable: boolean;
  at: number; // ms
}

/** A command that was not answered yet, or that was refused; `kind` is that of its page. */
export interface Row extends Unsent {
  kind: string;
  order: number;
  refused?: Envelope;
}

/** What this device's scanner sends (core/enrol.js). */
export interface Scanner {
  end: string;
  aim: boolean;
  prefix: string;
  suffix: string;
  separator: string;
  gs: boolean | null;
  ms: number;
}

/** One reading of a code, key by key. */
export interface Reading {
  text: string;
  end: string;
  at: number[];
  odd: string[];
}

/** What one key does to the scan field. */
export interface Step {
  alt: string;
  insert: string;
  end: boolean;
  prevent: boolean;
}

/** A pushed event; a `hint` stands for one that was too large to be pushed. */
export interface Pushed {
  seq: number;
  name: string;
  data: any;
  hint?: boolean;
}

export interface Person {
  id: number;
  name: string;
  posts: string[];
  locale: string;
  settings?: Record<string, any>;
}

export interface Signed {
  token: string;
  person: Person;
  warehouse: { name: string };
  heard?: boolean;
  at?: string | null;
  [more: string]: any;
}

/** A button of a screen. */
export interface Action {
  id: string;
  label: string;
  icon?: string;
  kind?: string;
  hotkey?: string;
  pressed?: boolean;
  disabled?: boolean;
  always?: boolean;
  onTap: () => any;
}

/** What a flow shows. */
export interface View {
  screen: string;
  step?: string;
  prompt?: string;
  secret?: boolean;
  scanless?: boolean;
  head?: any;
  body?: any;
  actions: Action[];
  keys?: { hotkey: string; onTap: () => any }[];
  progress?: any;
}

/** What a link is told of its page (core/link.js). */
export interface LinkOptions {
  namespace: string;
  outbox: any;
  auth: () => { token: string; person: number };
  after?: { get(): number; set(seq: number): void };
  /** How long an answer may take before the link counts as dead (ms). */
  answerMs?: number;
  [more: string]: any;
}

/** One task of a page. What of it is missing, the shell does without. */
export interface Flow {
  scan(code: string): any;
  view(): View;
  enter?(data: any): any;
  event?(row: Pushed): any;
  changed?(body: any): any;
  connected?(): any;
  settled?(row: Row, envelope: Envelope): any;
  sheet?(name: string): any;
  menu?(): any;
  /** Draws the whole page itself. */
  page?(): any;
  readonly scansInSheet?: boolean;
  [more: string]: any;
}

export interface Options {
  kind: string;
  namespace: string | null;
  flows: Record<string, (shell: any) => any>;
  signIn: string;
  start: (shell: any) => any;
  answerMs?: number;
  camera?: () => Promise<string>;
  /** The flow to show to whoever is signed in before the server has said where they stand. */
  rest?: string;
  /** Only one page of this kind may be at work in a browser. */
  alone?: boolean;
}

export interface Camera {
  label: string;
  read: () => Promise<string>;
}

declare global {
  /** zxing-wasm, in the worker that reads barcodes. */
  const ZXingWASM: any;
  function importScripts(...addresses: string[]): void;
  interface Navigator {
    serial?: any; // Web Serial: Chromium on desks
    getBattery?: () => Promise<any>; // Chromium
  }
  interface Window {
    webkitAudioContext: typeof AudioContext; // iOS before 14.5
  }
}
