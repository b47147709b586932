// What a shop's own tests look like: buy an eSIM, lose an answer, let an hour pass, sixteen at once.
//
//     LINKSFIELD_SANDBOX_BIN=target/release/linksfield-sandbox node --test tests/clients/javascript/esim.test.mjs

import assert from "node:assert/strict";
import { describe } from "node:test";

import { sandboxTest } from "./linksfield-sandbox.mjs";

/** The client under test; yours stands here. All that it is told is a base URL and an account. */
class Shop {
  constructor({ baseUrl, account }) {
    this.baseUrl = baseUrl;
    this.account = account;
    this.token = "";
  }

  async call(path, body) {
    const headers = { "Content-Type": "application/json", "x-access-token": this.token };
    const answer = await fetch(this.baseUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.json();
  }

  async login() {
    const { email, passwd, partnerCode } = this.account;
    this.token = (await this.call("/user/emailLogin", { email, passwd, partnerCode })).data.token;
    return this;
  }

  preOrder(changes = {}) {
    return this.call("/v1.2/package/preOrderPackage", {
      currency: "USD", currencyId: 2, deviceType: "10", id: 1000000, packageCode: "LP20220325000000", packageNum: 1,
      partnerCode: this.account.partnerCode, periodNum: 1, receive_qr_email: "test@test.com", ...changes,
    });
  }

  /** What the partner's server tells the vendor once the customer has paid. */
  paid({ id, amount, currency }) {
    return this.call("/v1.1/payment/webhook", {
      dateTime: "1670228581", orderId: String(id), partnerCode: this.account.partnerCode,
      payAmount: String(amount), payCurrency: currency, type: "payment_intent.succeeded",
    });
  }

  async poll({ id }) {
    return (await this.call("/package/queryOrdStatusAndEmail", { orderId: id })).data;
  }
}

describe("a shop", { concurrency: 16 }, () => {
  sandboxTest("buys an eSIM", async (sandbox) => {
    const shop = await new Shop(sandbox).login();
    const order = (await shop.preOrder()).data;
    assert.deepEqual(await shop.poll(order), { orderPayStatus: 0, qrCode: null });
    assert.equal((await shop.paid(order)).code, 0);
    const bought = await shop.poll(order);
    assert.equal(bought.orderPayStatus, 1);
    assert.match(bought.qrCode, /^LPA:1\$/);
  });

  sandboxTest("an order whose answer is lost is stored", { needsControl: true }, async (sandbox) => {
    const shop = await new Shop(sandbox).login();
    await sandbox.failNext("pre-order", { fault: "lost", commit: true });
    await assert.rejects(shop.preOrder(), (error) => error.cause.code === "ECONNRESET" || error.cause.code === "UND_ERR_SOCKET");
    assert.deepEqual((await sandbox.orders()).map((order) => order.payStatus), ["waiting"]);
  });

  sandboxTest("an address loses the answer as well", { needsControl: true }, async (sandbox) => {
    const shop = await new Shop(sandbox).login();
    await assert.rejects(shop.preOrder({ receive_qr_email: "lost-answer@you.example" }), TypeError);
    assert.equal((await sandbox.orders()).length, 1);
  });

  sandboxTest("an hour later the payment is too late", { needsControl: true }, async (sandbox) => {
    const shop = await new Shop(sandbox).login();
    const order = (await shop.preOrder()).data;
    const { fired } = await sandbox.advance("61m");
    assert.deepEqual(fired.map(({ kind, key }) => [kind, key]), [["orderTimedOut", String(order.id)]]);
    assert.equal((await shop.paid(order)).code, 6006);
  });

  sandboxTest("the sandbox pays and the mail goes out", { needsControl: true }, async (sandbox) => {
    const shop = await new Shop(sandbox).login();
    const order = (await shop.preOrder()).data;
    await sandbox.pay(order.id);
    assert.equal((await shop.poll(order)).orderPayStatus, 1);
    await sandbox.verify({ orders: { payStatus: "paid" }, count: 1 }, { mails: { kind: "qr" }, count: 1 });
  });

  sandboxTest("a session can start from a scenario", { needsControl: true, sandbox: { scenario: "sold-out", seed: 7 } }, async (sandbox) => {
    const shop = await new Shop(sandbox).login();
    assert.equal(sandbox.seed, 7);
    assert.equal((await shop.preOrder()).code, 3005);
    assert.match(sandbox.token, /^sbx1~/);
  });

  for (let number = 0; number < 16; number++) {
    sandboxTest(`sixteen at once share nothing: ${number}`, { needsControl: true }, async (sandbox) => {
      const shop = await new Shop(sandbox).login();
      const bought = [];
      for (let at = 0; at <= number % 3; at++) bought.push((await shop.preOrder({ periodNum: 1 + (number % 12) })).data.id);
      await sandbox.failNext("pre-order", { code: 5000 + number, custom: true, message: sandbox.name });
      assert.deepEqual(await shop.preOrder(), { code: 5000 + number, data: null, message: sandbox.name });
      assert.deepEqual((await sandbox.orders()).map((order) => order.id), bought);
      // A login, the orders, the refusal: this test's own calls and nobody else's.
      const codes = (await sandbox.journal()).map((entry) => entry.response.code);
      assert.deepEqual(codes, [0, ...bought.map(() => 0), 5000 + number]);
    });
  }
});
