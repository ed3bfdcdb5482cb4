"""The plug-ins that are built in."""
from wms.channels.platforms.jd import Jd
from wms.channels.platforms.own import OwnSite
from wms.channels.platforms.pinduoduo import Pinduoduo
from wms.channels.platforms.shopify import Shopify
from wms.channels.platforms.top import Top
from wms.channels.platforms.wangdiantong import WangDianTong
from wms.channels.platforms.woocommerce import WooCommerce
from wms.channels.plugin import Channel

BUILT_IN: dict[str, Channel] = {
    "top": Top(), "jd": Jd(), "pinduoduo": Pinduoduo(), "shopify": Shopify(), "woocommerce": WooCommerce(),
    "own": OwnSite(), "wangdiantong": WangDianTong(),
}  # fmt: skip
