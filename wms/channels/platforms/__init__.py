"""The plug-ins that are built in."""
from wms.channels.platforms.amazon import Amazon
from wms.channels.platforms.douyin import Douyin
from wms.channels.platforms.jd import Jd
from wms.channels.platforms.own import OwnSite
from wms.channels.platforms.pinduoduo import Pinduoduo
from wms.channels.platforms.shopee import Shopee
from wms.channels.platforms.shopify import Shopify
from wms.channels.platforms.top import Top
from wms.channels.platforms.vendure import Vendure
from wms.channels.platforms.wangdiantong import WangDianTong
from wms.channels.platforms.woocommerce import WooCommerce
from wms.channels.plugin import Channel

BUILT_IN: dict[str, Channel] = {
    "top": Top(), "jd": Jd(), "pinduoduo": Pinduoduo(), "douyin": Douyin(), "shopify": Shopify(),
    "woocommerce": WooCommerce(), "amazon": Amazon(), "shopee": Shopee(), "vendure": Vendure(),
    "own": OwnSite(), "wangdiantong": WangDianTong(),
}  # fmt: skip
