// A Vendure server with nothing for sale yet, on a PostgreSQL database of its own: SHOP_PORT, SHOP_DB (JSON for its
// driver). It says {"ready": true} on stdout and ends with its stdin, where it may be told {"notices": url, "secret"}:
// from then on it posts there what happens to orders.
process.env.VENDURE_DISABLE_TELEMETRY = 'true';
const { createHmac } = require('node:crypto');
const { createInterface } = require('node:readline');
const {
  AutoIncrementIdStrategy, DefaultLogger, EventBus, LogLevel, OrderEvent, OrderStateTransitionEvent, PluginCommonModule,
  Populator, RefundStateTransitionEvent, VendurePlugin, bootstrap, dummyPaymentHandler, manualFulfillmentHandler,
} = require('@vendure/core');

const { SHOP_PORT, SHOP_DB } = process.env;
let told = {};

/** Posts the code of each order to which something happened: what a shop adds so that its orders come at once. */
class Notices {
  constructor(bus) {
    this.bus = bus;
  }

  onApplicationBootstrap() {
    const post = (order) => {
      if (!told.notices) return;
      const body = JSON.stringify({ code: order.code });
      const sign = createHmac('sha256', told.secret).update(body).digest('base64');
      const headers = { 'Content-Type': 'application/json', 'X-Vendure-Signature': sign };
      fetch(told.notices, { method: 'POST', headers, body }).catch((error) => console.error('notice', error.message));
    };
    const placed = (event) => { if (event.order.orderPlacedAt) post(event.order); };
    [OrderStateTransitionEvent, OrderEvent, RefundStateTransitionEvent].forEach((kind) => this.bus.ofType(kind).subscribe(placed));
  }
}
Reflect.decorate([VendurePlugin({ imports: [PluginCommonModule], compatibility: '^3.0.0' })], Notices);
Reflect.defineMetadata('design:paramtypes', [EventBus], Notices);

const config = {
  apiOptions: { port: Number(SHOP_PORT), hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: {
    tokenMethod: ['bearer', 'api-key'], requireVerification: false, cookieOptions: { secret: 'peer' },
    superadminCredentials: { identifier: 'wms', password: 'peer' },
  },
  dbConnectionOptions: { type: 'postgres', synchronize: true, logging: false, ...JSON.parse(SHOP_DB) },
  entityOptions: { entityIdStrategy: new AutoIncrementIdStrategy() },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  shippingOptions: { fulfillmentHandlers: [manualFulfillmentHandler] },
  systemOptions: { errorHandlers: [] },
  plugins: [Notices],
};

const settled = [{ name: 'automaticSettle', value: 'true' }];
const furnished = {
  defaultLanguage: 'en', defaultZone: 'Europe', collections: [],
  countries: [{ name: 'France', code: 'FR', zone: 'Europe' }],
  taxRates: [{ name: 'Standard', percentage: 20 }],
  shippingMethods: [{ name: 'Standard', price: 500 }],
  paymentMethods: [{ name: 'paid', handler: { code: dummyPaymentHandler.code, arguments: settled } }],
};

bootstrap(config).then(async (app) => {
  await app.get(Populator).populateInitialData(furnished);
  const heard = createInterface({ input: process.stdin });
  heard.on('line', (line) => { told = JSON.parse(line); });
  heard.on('close', () => app.close().finally(() => process.exit(0)));
  console.log(JSON.stringify({ ready: true }));
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
