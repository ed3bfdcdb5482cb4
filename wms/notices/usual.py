"""What buyers read where nobody has written anything else: subject and body by event and language, as templates."""
from __future__ import annotations

USUAL: dict[str, dict[str, tuple[str, str]]] = {
    "accepted": {
        "en": (
            "{{ shop }}: order {{ order }} received",
            "Your order {{ order }} at {{ shop }} ({{ total }} {{ currency }}) was received and "
            "is being prepared.",
        ),
        "zh_Hans": (
            "{{ shop }}：已收到订单 {{ order }}",
            "【{{ shop }}】您的订单 {{ order }}（{{ total }} {{ currency }}）已确认，正在备货。",
        ),
        "zh_Hant": (
            "{{ shop }}：已收到訂單 {{ order }}",
            "【{{ shop }}】您的訂單 {{ order }}（{{ total }} {{ currency }}）已確認，正在備貨。",
        ),
    },
    "shipped": {
        "en": (
            "{{ shop }}: order {{ order }} is on its way",
            "Your order {{ order }} at {{ shop }} has left with {{ carrier }}, tracking number {{ "
            "tracking }}.",
        ),
        "zh_Hans": (
            "{{ shop }}：订单 {{ order }} 已发货",
            "【{{ shop }}】您的订单 {{ order }} 已由{{ carrier }}发出，运单号 {{ tracking }}。",
        ),
        "zh_Hant": (
            "{{ shop }}：訂單 {{ order }} 已出貨",
            "【{{ shop }}】您的訂單 {{ order }} 已由{{ carrier }}寄出，運單號 {{ tracking }}。",
        ),
    },
    "delivered": {
        "en": (
            "{{ shop }}: order {{ order }} was delivered",
            "Your order {{ order }} at {{ shop }} was delivered. If you have not got it, please "
            "tell us.",
        ),
        "zh_Hans": (
            "{{ shop }}：订单 {{ order }} 已签收",
            "【{{ shop }}】您的订单 {{ order }} 已签收。如未收到，请联系我们。",
        ),
        "zh_Hant": (
            "{{ shop }}：訂單 {{ order }} 已簽收",
            "【{{ shop }}】您的訂單 {{ order }} 已簽收。如未收到，請聯絡我們。",
        ),
    },
    "address_question": {
        "en": (
            "{{ shop }}: a question about your address",
            "The address of your order {{ order }} at {{ shop }} is not clear to us. Please tell "
            "the shop the full address, so that it can leave.",
        ),
        "zh_Hans": (
            "{{ shop }}：请确认收货地址",
            "【{{ shop }}】您的订单 {{ order }} 收货地址不完整，请联系店铺补充完整地址，以便尽快发货。",
        ),
        "zh_Hant": (
            "{{ shop }}：請確認收件地址",
            "【{{ shop }}】您的訂單 {{ order }} 收件地址不完整，請聯絡店鋪補充完整地址，以便儘快出貨。",
        ),
    },
    "unpaid_reminder": {
        "en": (
            "{{ shop }}: order {{ order }} is not paid yet",
            "Your order {{ order }} at {{ shop }} ({{ total }} {{ currency }}) waits for your payment.",
        ),
        "zh_Hans": (
            "{{ shop }}：订单 {{ order }} 尚未付款",
            "【{{ shop }}】您的订单 {{ order }}（{{ total }} {{ currency }}）尚未付款，请尽快完成支付。",
        ),
        "zh_Hant": (
            "{{ shop }}：訂單 {{ order }} 尚未付款",
            "【{{ shop }}】您的訂單 {{ order }}（{{ total }} {{ currency }}）尚未付款，請儘快完成付款。",
        ),
    },
}
