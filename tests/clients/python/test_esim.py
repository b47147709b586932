"""What a shop's own tests look like: buy an eSIM, lose an answer, let an hour pass, sixteen at once.

    pip install pytest pytest-xdist
    LINKSFIELD_SANDBOX_BIN=target/release/linksfield-sandbox pytest -n 16 tests/clients/python
"""

import json
import urllib.request

import pytest


class Shop:
    """The client under test; yours stands here. All that it is told is a base URL and an account."""

    def __init__(self, base_url, account):
        self.base_url, self.account, self.token = base_url, account, ""
        self.direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, path, body):
        headers = {"Content-Type": "application/json", "x-access-token": self.token}
        request = urllib.request.Request(self.base_url + path, json.dumps(body).encode(), headers)
        with self.direct.open(request, timeout=30) as answer:
            return json.load(answer)

    def login(self):
        self.token = self.call("/user/emailLogin", {key: self.account[key] for key in ("email", "passwd", "partnerCode")})["data"]["token"]

    def pre_order(self, **changes):
        return self.call("/v1.2/package/preOrderPackage", {
            "currency": "USD", "currencyId": 2, "deviceType": "10", "id": 1000000, "packageCode": "LP20220325000000",
            "packageNum": 1, "partnerCode": self.account["partnerCode"], "periodNum": 1, "receive_qr_email": "test@test.com",
            **changes,
        })

    def paid(self, order):
        """What the partner's server tells the vendor once the customer has paid."""
        return self.call("/v1.1/payment/webhook", {
            "dateTime": "1670228581", "orderId": str(order["id"]), "partnerCode": self.account["partnerCode"],
            "payAmount": str(order["amount"]), "payCurrency": order["currency"], "type": "payment_intent.succeeded",
        })

    def poll(self, order):
        return self.call("/package/queryOrdStatusAndEmail", {"orderId": order["id"]})["data"]


@pytest.fixture
def shop(sandbox):
    shop = Shop(sandbox.base_url, sandbox.account)
    shop.login()
    return shop


def test_buys_an_esim(shop):
    order = shop.pre_order()["data"]
    assert shop.poll(order) == {"orderPayStatus": 0, "qrCode": None}
    assert shop.paid(order)["code"] == 0
    bought = shop.poll(order)
    assert bought["orderPayStatus"] == 1 and bought["qrCode"].startswith("LPA:1$")


@pytest.mark.needs_control
def test_an_order_whose_answer_is_lost_is_stored(sandbox, shop):
    sandbox.fail_next("pre-order", fault="lost", commit=True)
    with pytest.raises(ConnectionResetError):
        shop.pre_order()
    assert [order["payStatus"] for order in sandbox.orders()] == ["waiting"]


@pytest.mark.needs_control
def test_an_address_loses_the_answer_as_well(sandbox, shop):
    with pytest.raises(ConnectionResetError):
        shop.pre_order(receive_qr_email="lost-answer@you.example")
    assert len(sandbox.orders()) == 1


@pytest.mark.needs_control
def test_an_hour_later_the_payment_is_too_late(sandbox, shop):
    order = shop.pre_order()["data"]
    fired = sandbox.advance("61m")["fired"]
    assert [(event["kind"], event["key"]) for event in fired] == [("orderTimedOut", str(order["id"]))]
    assert shop.paid(order)["code"] == 6006


@pytest.mark.needs_control
def test_the_sandbox_pays_and_the_mail_goes_out(sandbox, shop):
    order = shop.pre_order()["data"]
    sandbox.pay(order["id"])
    assert shop.poll(order)["orderPayStatus"] == 1
    sandbox.verify({"orders": {"payStatus": "paid"}, "count": 1}, {"mails": {"kind": "qr"}, "count": 1})


@pytest.mark.needs_control
@pytest.mark.sandbox(scenario="sold-out", seed=7)
def test_a_session_can_start_from_a_scenario(sandbox, shop):
    assert sandbox.seed == 7
    assert shop.pre_order()["code"] == 3005
    assert sandbox.token.startswith("sbx1~") and sandbox.orders() == []


@pytest.mark.needs_control
@pytest.mark.parametrize("number", range(16))
def test_sixteen_at_once_share_nothing(sandbox, shop, number):
    bought = [shop.pre_order(periodNum=1 + number % 12)["data"] for _ in range(1 + number % 3)]
    sandbox.fail_next("pre-order", code=5000 + number, custom=True, message=sandbox.name)
    assert shop.pre_order() == {"code": 5000 + number, "data": None, "message": sandbox.name}
    assert [order["id"] for order in sandbox.orders()] == [order["id"] for order in bought]
    # A login, the orders, the refusal: this test's own calls and nobody else's.
    assert [entry["response"]["code"] for entry in sandbox.journal()] == [0] + [0] * len(bought) + [5000 + number]
