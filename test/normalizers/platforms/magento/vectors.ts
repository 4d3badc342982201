/**
 * Signatures that were computed with node:crypto from the vendors' rules, not with our own code; the private key was thrown
 * away. That Adobe's rule is right was checked with the event in adobe/aio-lib-events, test/mock.js.
 */
export const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAz4tnQu3iRW7zh9MCep9G
v2fm6bkT9C/8uWRb7wGFL0C8z6TvJJ7vCAQLN2ncgrM/zvhbjW1dgd9/8PzcvN+V
Gi8W9WeniYztxI6aIRQzM4niw1Vd3e5eTDC2YbtaST1uRYGtKAPuz0pnLeV9FxwR
PLqFtL6aIPJOEnPns6uNwJ9bM0PjM26Z/F7ccTrDGMe/3qiKvytzmuMVALqBiTTu
A5x78BxyNMrs8NGEcvcb4lDY6Ho7lYQIc1wD8OxyEmizTWoqtncF0/YS2ezbpQAj
x3Aa5Ypo+QmJn9L/T8SgQS4mN1W684PpRPV5m/VocPFOMiAZ9pNyRZRIRzWLMHOT
twIDAQAB
-----END PUBLIC KEY-----
`;

export const COMMERCE_BODY =
  '{"eventName":"observer.checkout_cart_product_add_before","data":{"product":{"sku":"24-MB01","name":"Joust Duffle Bag"}}}';
export const COMMERCE_SIGNATURE =
  "iTT9qy4KA9kgqhsShGnIPBCDOkWxN6E8HROvTynGlXiWgu57umBW6ElZOseMo0OtqkA8lPdpX6FRKZm8bE/y3brSrKf4wUNt1Nic" +
  "oOUI4F/nDYiHwTZTj+CEwkyErq2pvQgi25R0FcCWCumRsN//xj9WPeBjqtRmVpw590/l+5oOhGqR2UcsXX2fkqPX0VOeyKsTftq8" +
  "00eMs7bHs15hebwSxV8VX+qhmIMegaaag58jP746PlOfds/uWCx/hrlT/RlpTGm0lWolQ+ARqc/3iVZ7UsP7shmW4LvGR6V179Y4" +
  "bMrzuQTuyx4/rd8VmBaacCSUonY3wHpUhXcjZk3BJA==";

export const EVENT_BODY =
  '{"specversion":"1.0","id":"7c1c7e0a-3c1b-4b7f-9f0e-2d1f5a6b7c8d","source":"urn:uuid:11111111-2222-3333-4444-555555555555","type":"com.adobe.commerce.observer.sales_order_save_commit_after","datacontenttype":"application/json","time":"2026-08-01T10:00:00.000Z","eventid":"e1e1e1e1-0000-4000-8000-000000000001","recipientclientid":"client_id1","data":{"key":"k-1","value":{"entity_id":"12","increment_id":"000000012","state":"processing","grand_total":"54.5000"}}}';
export const EVENT_SIGNATURE =
  "j7+7pdyx4W9HVbSPvwplaGQ6fqCkh9X8NTRgGbu/ERyk9ft7v21hSstXXc9PRmEl6xt5HfP8OA+UO+Byyzm0y5vqeF6GGPBanQIg" +
  "qbWSEa6A6MhdpkwH1B/lCJiBUH0F9qffB+6iPgeaTOkvvWJXEWIbAcZEdhILUvNKaaVMnv4s4q7geJoX1v6nEm4sA9YjbDhFMsVW" +
  "vUSBzSB5I+vC10iqxxvaQKWTdHitOvRbrjicvp7F9r+6vDbi15VG/acvftk3rRJ2us0YgIXczRGcPWEG3VF/5WP4J+Z6rH82lk2g" +
  "XgPbggLL4//S+PxsDqPGPRk/PGwMsWrLzjqakaVMDA==";

export const ASYNC_BODY =
  '{"data":{"entity_id":12,"increment_id":"000000012","state":"processing","grand_total":54.5}}';
export const ASYNC_SECRET = "verification-token-1";
export const ASYNC_SIGNATURE = "46e717253aaee7e31bbab7bf9ca5034ceb817a09abdca5d55b01451cf23b3c45";
