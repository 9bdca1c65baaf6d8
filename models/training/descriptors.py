"""How a merchant's name really appears on a bill: card descriptors, branches, cut-offs, prefixes of payment services."""

import random
import re

_CITIES = """LONDON BIRMINGHAM LEEDS BRISTOL PARIS BERLIN NEW YORK CHICAGO AUSTIN SEATTLE BOSTON TORONTO SYDNEY SINGAPORE
SHANGHAI BEIJING SHENZHEN HANGZHOU HONG KONG TAIPEI MADRID MILANO DUBLIN GLASGOW OSLO""".split()
_COUNTRIES = ["GB", "GBR", "US", "USA", "CN", "SG", "DE", "FR", "CA", "AU"]
_PREFIXES = ["SQ *", "TST* ", "PAYPAL *", "ALIPAY*", "WXP*", "SumUp *", "ZETTLE_*", "IZ *", "SP ", "APLPAY ", "CKE*", "GOOGLE *", "POS ", "CARD "]
_SUFFIXES = ["STORE", "STORES", "LTD", "INC", "LLC", "PLC", "CO", "RETAIL", "ONLINE", "SVCS", "INTL", ".COM", ".CO.UK"]
_PLACES_ZH = """北京 上海 广州 深圳 杭州 成都 武汉 南京 西安 重庆 王府井 中关村 人民路 南京路 建国门 五角场 万达广场 大悦城 国贸 三里屯
陆家嘴 天河城 火车站 机场 万象城 银泰 解放路 中山路 科技园 大学城""".split()
_LEGAL_ZH = ["有限公司", "股份有限公司", "(中国)有限公司", "餐饮管理有限公司", "商贸有限公司", "集团"]
_PREFIXES_ZH = ["支付宝-", "微信支付-", "美团-", "饿了么-", "财付通-", "扫二维码付款-", "云闪付-", "商户消费 "]

_HAN = re.compile(r"[\u4e00-\u9fff]")


def has_han(text: str) -> bool:
    """Whether the text holds a Chinese character of the basic block."""
    return _HAN.search(text) is not None


def is_latin(text: str) -> bool:
    """Whether all letters of the text belong to the Latin blocks, so that the English teacher can read it."""
    return all(ord(c) < 0x250 for c in text if c.isalpha())


def _latin(name: str, rng: random.Random, cities) -> str:
    out = name
    if rng.random() < 0.25:
        out = out.replace("'", "").replace("&", rng.choice(["AND", "&", "N"]))
    if rng.random() < 0.10:
        out = out.replace(" ", "")
    if rng.random() < 0.08 and len(out) > 6:
        head, *rest = out.split(" ")
        out = " ".join([head] + [re.sub(r"(?<!^)[aeiou]", "", w, flags=re.I) for w in rest])
    if rng.random() < 0.20:
        out += " " + rng.choice(_SUFFIXES)
    if rng.random() < 0.45:
        number = rng.randrange(1, 10 ** rng.randrange(2, 6))
        out += rng.choice([f" {number}", f" #{number}", f" {number:04d}", f"-{number}", f" T{number}", f" STORE {number}"])
    if rng.random() < 0.40:
        out += " " + rng.choice(cities if cities and rng.random() < 0.7 else _CITIES)
        if rng.random() < 0.4:
            out += " " + rng.choice(_COUNTRIES)
    if rng.random() < 0.18:
        out = rng.choice(_PREFIXES) + out
    if rng.random() < 0.30:
        out = out[: rng.choice([22, 23, 25])]
    if rng.random() < 0.05 and len(out) > 5:
        cut = rng.randrange(1, len(out) - 1)
        out = out[:cut] + out[cut + 1] + out[cut] + out[cut + 2 :]
    case = rng.random()
    out = out.upper() if case < 0.6 else out.lower() if case < 0.75 else out
    return out.strip()


def _chinese(name: str, rng: random.Random) -> str:
    out = name
    place = rng.choice(_PLACES_ZH)
    roll = rng.random()
    if roll < 0.45:
        out += rng.choice([f"（{place}店）", f"({place}店)", f"·{place}店", f"{place}店", f"（{place}分店）", f"{rng.randrange(1, 900)}号店"])
    elif roll < 0.60:
        out = place + out
    elif roll < 0.75:
        out += rng.choice(_LEGAL_ZH)
    if rng.random() < 0.25:
        out = rng.choice(_PREFIXES_ZH) + out
    if rng.random() < 0.15:
        out = out[:20]
    return out


def noisy(name: str, rng: random.Random, cities=()) -> str:
    """One plausible bill line for the merchant `name`; `cities` are further towns that may follow it."""
    return _chinese(name, rng) if has_han(name) else _latin(name, rng, cities)
