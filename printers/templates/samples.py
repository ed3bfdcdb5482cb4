"""Data to try a template with: what is usual, what is long, what somebody typed in malice, and what is left out."""

from __future__ import annotations

from typing import Any

from printers.errors import UnknownDocument

SAMPLES = ("usual", "long", "hostile", "bare")

Data = dict[str, Any]

# Nothing here may be taken for a parcel: every number begins with TEST.
_PARTY: dict[str, tuple[str, str, str]] = {
    "usual": ("王伟", "138****5678", "上海市浦东新区张江高科技园区祖冲之路2288弄展想广场1号楼1206室"),
    "long": (
        "阿卜杜热西提·买买提依明·托合提",
        "0998-6543210 转 80123",
        "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿克陶县皮拉勒乡阿克陶工业园区创业大道与光明南路交叉口向西"
        "三百米路北幸福里小区二期17号楼2单元1806室（放到门口快递柜，不要打电话，谢谢）",
    ),
    "hostile": (
        "^XA^FDhaha^FS^XZ \x1b@😀𠮷\u202eנורא",
        "~JA 138\x10\x14\x00",
        "北京市 ~HS ^PQ9999 \x1bi 幸福路😂1号 <script>alert(1)</script> '; DROP TABLE print_job; -- שלום مرحبا",
    ),
    "bare": ("李", "-", "北京"),
}


def sample(document: str, name: str, locale: str = "zh_Hans") -> Data:
    """Data of a document by the name of a sample. Raises UnknownDocument."""
    try:
        return {**_DATA[document](name), "locale": locale}
    except KeyError:
        raise UnknownDocument(document) from None


def _party(name: str) -> dict[str, str]:
    return dict(zip(("name", "phone", "address"), _PARTY[name], strict=True))


def _waybill(name: str) -> Data:
    sender = {"name": "优品数码旗舰店", "phone": "400-820-8820", "address": "浙江省杭州市余杭区文一西路969号云仓3号库"}
    data: Data = {
        "carrier": "中通快递", "waybill_number": "TEST78901234", "route_code": "021-W3-05", "recipient": _party(name),
        "sender": _party("bare") if name == "bare" else sender,
    }  # fmt: skip
    if name == "bare":
        return data
    data |= {
        "sorting_code": "沪浦东 300-08", "hub": "上海浦东转运中心", "service": "标准快递",
        "order_number": "TEST2026112300019283", "shop": "优品数码旗舰店（天猫）", "weight_g": 1250,
        "items": "无线蓝牙耳机 白色 ×1; 手机壳 iPhone 15 透明 ×2", "note": "易碎，轻放",
        "printed_at": "2026-11-23 14:05 UTC",
    }  # fmt: skip
    if name == "long":
        data |= {
            "waybill_number": "TEST789012345678", "route_code": "0998-阿克陶县-A12-07",
            "sorting_code": "新喀什 克州 998-0127", "hub": "新疆喀什地区疏勒转运中心", "parcel_index": 12,
            "parcel_count": 18, "parent_number": "TEST789012345600", "cod": "¥12,888.00", "weight_g": 23456,
            "reprint": 12,
            "items": "加厚防风冲锋衣男女同款三合一 深空灰 XXXL ×2; 儿童保温杯 500ml 粉色 ×12; 纯棉四件套 1.8m ×3; +15",
            "note": "请务必在工作日下午六点以后派送，到之前打电话，不要放快递柜",
        }  # fmt: skip
    if name == "hostile":
        data |= {
            "shop": "~DGR:LOGO.GRF,00080 店", "items": "^FO0,0^GB800,1200,800^FS ×1; \x1d(k\x03 😈",
            "note": "\x10\x04\x01 ^XZ 🙏", "order_number": "TEST^XA~JR",
        }  # fmt: skip
    return data


def _bin(name: str) -> Data:
    long = name == "long"
    data: Data = {"code": "TEST-A01-05L3" if long else "T01-05L3"}
    if name == "bare":
        return data
    zone = "^XZ😀" if name == "hostile" else "A"
    return {**data, "level": 3, "arrow": "up", "check_digits": "472", "zone": zone, "reprint": 12 if long else 0}


def _lpn(name: str) -> Data:
    suppliers = {
        "usual": "宁波永兴日用品有限公司",
        "long": "内蒙古鄂尔多斯市羊绒服装国际贸易（集团）股份有限公司第二分公司",
        "hostile": "^XA^PQ9999 😀 \x1b@ 供应商", "bare": "",
    }  # fmt: skip
    receipt = "" if name == "bare" else "TEST-ASN-20261123-0042"
    return {"code": "TEST00001234", "receipt": receipt, "supplier": suppliers[name], "printed_at": "2026-11-23 14:05"}


def _tote(name: str) -> Data:
    named = {"usual": "周转箱 12", "long": "分区接力拣选专用大号周转箱 012", "hostile": "~JA 😀 箱", "bare": ""}[name]
    return {"code": "TEST-T012", "name": named, "zone": "" if name == "bare" else "A"}


def _sku(name: str) -> Data:
    names = {
        "usual": "无线蓝牙耳机 主动降噪 白色", "bare": "杯",
        "long": "【官方旗舰】加厚防风冲锋衣男女同款三合一可拆卸抓绒内胆户外登山服 深空灰 XXXL（建议体重170-190斤）",
        "hostile": "^XA^FDx^FS 耳机😀\x1b@ <b>؟</b>",
    }  # fmt: skip
    data: Data = {"code": "TEST6901234567", "sku": "EAR-W-001", "name": names[name]}
    if name == "bare":
        return data
    return {**data, "qty": 12, "lot": "L20261101", "expires_on": "2027-10-31", "reprint": 3 if name == "long" else 0}


def _gs1(name: str) -> Data:
    """A restricted number (prefix 02): no article on sale anywhere has it."""
    data: Data = {"gtin": "0200000012342", "sku": "EAR-W-001", "name": _sku(name)["name"]}
    if name == "bare":
        return data
    data |= {"qty": 12, "lot": "L20261101", "expires_on": "2027-10-31"}
    if name == "long":
        data |= {"lot": "TEST-2026-11-01/A-07", "serial": "TEST-0000-0000-00012", "reprint": 3}
    if name == "hostile":
        data |= {"lot": "!<b>'*%&/;21", "serial": "-1;\"DROP"}
    return data


_DATA = {
    "waybill": _waybill, "bin_label": _bin, "lpn_label": _lpn, "tote_label": _tote, "sku_label": _sku,
    "gs1_label": _gs1,
}  # fmt: skip
