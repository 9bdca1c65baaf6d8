"""The hand-written bilingual payment lexicon (lexicon.tsv) and the request sentences built from it.

A template has one English and one Chinese side with the same slots. Slots are filled with the two sides of one lexicon entry or
of the small tables below, so that every sentence pair means the same in both languages.
"""

import csv
import random
from pathlib import Path

_PLACES = """the airport=机场|the railway station=火车站|the office=公司|home=家|the hospital=医院|People's Square=人民广场|the hotel=酒店|the stadium=体育馆
the university=大学|Hongqiao Airport=虹桥机场|the cinema=电影院|the museum=博物馆|the shopping centre=购物中心|my parents' house=爸妈家|the zoo=动物园"""
_CITIES = """Beijing=北京|Shanghai=上海|Guangzhou=广州|Shenzhen=深圳|Hangzhou=杭州|Chengdu=成都|Xi'an=西安|Nanjing=南京|Wuhan=武汉|Hong Kong=香港
London=伦敦|Paris=巴黎|Tokyo=东京|Singapore=新加坡|New York=纽约|Bangkok=曼谷|Seoul=首尔|Sydney=悉尼|Berlin=柏林|Taipei=台北"""
_PEOPLE = "my mum=我妈妈|my dad=我爸爸|my wife=我老婆|my husband=我老公|my sister=我妹妹|my brother=我哥哥|my friend=我朋友|my colleague=我同事|my landlord=房东|Xiao Wang=小王|Li Lei=李雷|Tom=汤姆|my daughter=我女儿|my teacher=我老师"
_DAYS = "today=今天|tomorrow=明天|the day after tomorrow=后天|tonight=今晚|this weekend=这个周末|next Monday=下周一|on Friday=周五|next week=下周|on the first of May=五月一号|at Christmas=圣诞节"
_TIMES = "at eight in the morning=早上八点|at half past nine=九点半|at noon=中午十二点|at three in the afternoon=下午三点|at seven in the evening=晚上七点|at 6:30 pm=晚上六点半|at ten at night=晚上十点"
_COUNTS = "one=一|two=两|three=三|four=四|five=五|six=六|ten=十"
_SIZES = "large=大杯|medium=中杯|small=小杯"
_CARDS = "my credit card=我的信用卡|my debit card=我的借记卡|Alipay=支付宝|WeChat Pay=微信支付|the balance=余额|Apple Pay=苹果支付"


def _table(text: str):
    return [tuple(p.split("=")) for p in text.replace("\n", "|").split("|")]


_FIXED = {
    "place": _table(_PLACES), "city": _table(_CITIES), "person": _table(_PEOPLE), "day": _table(_DAYS), "time": _table(_TIMES),
    "count": _table(_COUNTS), "size": _table(_SIZES), "card": _table(_CARDS),
}
_FROM_LEXICON = {
    "dish": ("dining", "fast_food"), "drink": ("coffee",), "food": ("groceries", "bakery"), "good": ("clothing", "electronics", "home", "books", "beauty"),
    "bill": ("utilities", "telecom", "insurance", "rent"), "sub": ("subscription", "software"), "fun": ("entertainment",), "any": None,
}

_TEMPLATES = """
order {dish} for {day}	{day}点{dish}
I would like {dish} delivered to {place}	我想点{dish}送到{place}
get me a {size} {drink}	给我来一杯{size}{drink}
a {size} {drink} please, no sugar	一杯{size}{drink}，不加糖
{count} {size} {drink}	{count}杯{size}{drink}
one {drink} and one {dish}	一份{drink}和一份{dish}
buy {food} for {day}	买{day}的{food}
please buy {count} portions of {food}	请买{count}份{food}
add {food} to the order	订单里加上{food}
I need a new {good}	我需要买新的{good}
buy {good} for {person}	给{person}买{good}
find a cheaper {good}	找一个便宜一点的{good}
call a taxi to {place}	叫辆车去{place}
get me a ride to {place} {time}	{time}帮我叫车去{place}
book a taxi from {place} to {place2}	帮我叫一辆从{place}到{place2}的车
a ride home from {place}	从{place}打车回家
train from {city} to {city2} {day}	{day}从{city}到{city2}的火车
{count} train tickets to {city} {day}	{day}去{city}的{count}张火车票
book a flight from {city} to {city2}	订从{city}到{city2}的机票
book a flight to {city} {day} for {count} people	订{day}飞{city}的机票，{count}个人
book a hotel in {city} for {count} nights	在{city}订酒店住{count}晚
a hotel near {place} for {day}	{day}在{place}附近订一家酒店
reserve a table for {count} {time}	{time}订一张{count}人的桌子
book a restaurant for {count} people {day}	{day}订餐厅，{count}个人
{count} tickets for {fun} {day}	{day}的{fun}，{count}张
pay the {bill}	交{bill}
pay this month's {bill}	交这个月的{bill}
how much is the {bill}	{bill}多少钱
pay {amount} yuan for {bill}	{bill}付{amount}元
top up my phone with {amount} yuan	手机充值{amount}元
renew {sub}	续费{sub}
cancel {sub}	取消{sub}
subscribe to {sub} with {card}	用{card}订阅{sub}
transfer {amount} yuan to {person}	给{person}转{amount}块钱
send {person} {amount} yuan	转{amount}元给{person}
send {person} a red packet of {amount}	给{person}发一个{amount}元的红包
pay {amount} dollars to {person}	付给{person}{amount}美元
pay with {card}	用{card}付款
pay for {any} with {card}	用{card}付{any}的钱
how much did I spend on {any}	我在{any}上花了多少钱
how much did I spend {day}	我{day}花了多少钱
the price is {amount} yuan	价格是{amount}元
not more than {amount} yuan	不超过{amount}元
the total is {amount} euros including {any}	一共{amount}欧元，包括{any}
fill up the car, at most {amount} yuan	给车加满油，最多{amount}元
charge the car near {place}	在{place}附近给车充电
park the car at {place} until {time}	把车停在{place}，停到{time}
send a parcel to {person} in {city}	给在{city}的{person}寄一个包裹
buy flowers for {person}	给{person}买花
confirm the payment of {amount} yuan	确认支付{amount}元
yes, pay {amount}	好的，付{amount}
no, not {any}, I said {any2}	不是{any}，我说的是{any2}
change the time to {time}	时间改成{time}
change it to {day} {time}	改到{day}{time}
make it {count} instead	改成{count}份
I want a refund for {any}	我要退{any}的钱
was {any} delivered	{any}送到了吗
payment to {any}	付款给{any}
{any}, {amount} yuan	{any}，{amount}元
{amount} for {any}	{any} {amount}元
"""

_REPLIES = """
yes=好的|yes=是的|yes, go ahead=好的，付吧|confirm=确认|I confirm the payment=我确认付款|okay, pay=行，付款|sure=当然|that is right=没错|correct=对|do it=就这么办
no=不|no=不要|no, do not pay=不要付|cancel=取消|cancel the payment=取消付款|stop=停|wait a moment=等一下|not now=现在不要|that is wrong=不对|I did not ask for that=我没让你买这个
too expensive=太贵了|how much is it=多少钱|who is the payee=收款人是谁|what is this=这是什么|change the amount=改一下金额|later=以后再说|I refuse=我拒绝|never mind=算了
agree=同意|approve=批准|decline=拒绝|I do not know=我不知道|ask me later=晚点再问我|the usual=老样子|the same as last time=和上次一样|repeat that=再说一遍
"""


def pairs() -> list[tuple[str, str, str]]:
    """(category, English, Chinese) rows; the replies have the category `-`."""
    with open(Path(__file__).with_name("lexicon.tsv"), encoding="utf-8") as handle:
        rows = [(r["category"], r["en"], r["zh"]) for r in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return rows + [("-", en, zh) for en, zh in _table(_REPLIES.strip())]


def _amount(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.4:
        return str(rng.randrange(1, 300))
    if roll < 0.6:
        return str(rng.choice([10, 20, 50, 100, 200, 500, 1000, 2000, 5000]))
    return f"{rng.randrange(1, 900)}.{rng.randrange(0, 100):02d}"


def sentences(rng: random.Random, per_template: int = 150) -> list[tuple[str, str]]:
    """Distinct (English, Chinese) request sentences."""
    rows = [r for r in pairs() if r[0] != "-"]
    fill = dict(_FIXED)
    for slot, cats in _FROM_LEXICON.items():
        fill[slot] = [(en, zh) for cat, en, zh in rows if cats is None or cat in cats]
    out = {}
    for line in _TEMPLATES.strip().splitlines():
        en_side, zh_side = line.split("\t")
        for _ in range(per_template):
            en_slots, zh_slots = {"amount": (amount := _amount(rng))}, {"amount": amount}
            for slot, table in fill.items():
                for name, (en, zh) in zip((slot, slot + "2"), rng.sample(table, 2)):
                    en_slots[name], zh_slots[name] = en, zh
            out[en_side.format(**en_slots)] = zh_side.format(**zh_slots)
    return list(out.items())
