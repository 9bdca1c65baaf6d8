"""Requests to an assistant in both languages (asked.tsv) and the Chinese requests that measure them (asked_zh.tsv).

The sixteen kinds of request are those of xSID (van der Goot et al. 2021), a public test of Chinese requests; none of its sentences is used. The
templates' sides mean the same; the test sentences were written apart from them.
"""

import csv
import random
from pathlib import Path

from .lexicon import _table

HERE = Path(__file__).parent

_FILL = {
    "playlist": """workout=健身|road trip=自驾游|morning coffee=早晨咖啡|study=学习|sleep=睡眠|party=聚会|my favourites=我的最爱|summer hits=夏日金曲|chill=放松|driving=开车|Sunday=周日""",
    "artist": """Jay Chou=周杰伦|Teresa Teng=邓丽君|Eason Chan=陈奕迅|Faye Wong=王菲|the Beatles=披头士|Michael Jackson=迈克尔杰克逊|Mozart=莫扎特|Lang Lang=郎朗|Andy Lau=刘德华|Beyond=Beyond""",
    "song": """The Moon Represents My Heart=月亮代表我的心|Blue and White Porcelain=青花瓷|Jasmine Flower=茉莉花|Yesterday=昨天|Moonlight Sonata=月光奏鸣曲|Friends=朋友|Let It Go=随它吧|The Brightest Star in the Night Sky=夜空中最亮的星""",
    "genre": "rock=摇滚|jazz=爵士|classical=古典|pop=流行|folk=民谣|country=乡村|electronic=电子|hip hop=嘻哈|blues=蓝调|opera=歌剧|piano=钢琴|dance=舞曲|Chinese pop=华语流行",
    "decade": "eighties=八十年代|nineties=九十年代|seventies=七十年代|sixties=六十年代|year 2010=2010年",
    "service": "Spotify=Spotify|QQ Music=QQ音乐|NetEase Music=网易云音乐|YouTube=YouTube|Apple Music=苹果音乐|iTunes=iTunes|Deezer=Deezer",
    "restaurant": "Quanjude=全聚德|Haidilao=海底捞|Pizza Hut=必胜客|the Sunset Grill=日落烧烤店|Green Garden=绿园餐厅|Din Tai Fung=鼎泰丰|the old brasserie=老啤酒馆|the food court=美食广场",
    "cuisine": "Italian=意大利|Japanese=日本|Sichuan=四川|French=法国|Mexican=墨西哥|Thai=泰国|Indian=印度|Korean=韩国|Cantonese=粤菜|vegetarian=素食|Spanish=西班牙|seafood=海鲜|barbecue=烧烤",
    "dish": "pizza=披萨|sushi=寿司|hot pot=火锅|dumplings=饺子|noodles=面条|steak=牛排|curry=咖喱|Peking duck=北京烤鸭|soup=汤|cheesecake=芝士蛋糕|ribs=排骨|lobster=龙虾",
    "book": """Dream of the Red Chamber=红楼梦|Journey to the West=西游记|Harry Potter=哈利波特|The Little Prince=小王子|War and Peace=战争与和平|this textbook=这本教材|the novel To Live=小说《活着》|Pride and Prejudice=傲慢与偏见|this biography=这本传记""",
    "movie": """The Lion King=狮子王|Titanic=泰坦尼克号|Farewell My Concubine=霸王别姬|The Matrix=黑客帝国|Avatar=阿凡达|Star Wars=星球大战|Friends=老友记|Spirited Away=千与千寻|The Godfather=教父|Journey to the Stars=星际之旅|Minecraft=我的世界|Sunrise=日出""",
    "cinema": "Wanda Cinema=万达影院|Star Theatre=星光影城|the downtown cinema=市中心的电影院|Regal Cinemas=Regal影院|the IMAX theatre=IMAX影院|Cinemark=Cinemark|the nearest cinema=最近的电影院",
    "person": "my wife=我太太|my mother=我妈妈|my brother=我弟弟|Tom=汤姆|my boss=老板|Mary=玛丽|my friends=我的朋友们|my grandmother=奶奶|John=约翰|my son=儿子",
    "city": """Beijing=北京|Shanghai=上海|Guangzhou=广州|Chengdu=成都|New York=纽约|London=伦敦|Paris=巴黎|Tokyo=东京|San Francisco=旧金山|Los Angeles=洛杉矶|Chicago=芝加哥|Seattle=西雅图|Boston=波士顿|Texas=德克萨斯
Florida=佛罗里达|California=加利福尼亚|Sydney=悉尼|Singapore=新加坡|Taipei=台北|Hong Kong=香港|Berlin=柏林|Rome=罗马|Canada=加拿大|Mexico=墨西哥|Hangzhou=杭州|Xi'an=西安""",
    "day": """today=今天|tomorrow=明天|tonight=今晚|this weekend=这个周末|on Monday=周一|on Tuesday=星期二|on Wednesday=周三|on Thursday=星期四|on Friday=周五|on Saturday=星期六|on Sunday=周日|next week=下周|the day after tomorrow=后天|this afternoon=今天下午|tomorrow morning=明天早上|in March=三月|on May 5th=5月5日""",
    "time": "at noon=中午|at seven=七点|at 8 pm=晚上8点|tomorrow evening=明天晚上|in two hours=两小时后|at 6:30=六点半|on Saturday night=周六晚上",
    "clock": "7 am=早上7点|six thirty=六点半|8 pm=晚上8点|five in the morning=凌晨五点|noon=中午十二点|3 pm=下午三点|9:15=9点15分|ten o'clock=十点|midnight=午夜|a quarter to eight=七点四十五|4:30 pm=下午4点半|half past nine=九点半",
    "minutes": "5=5|10=10|ten=十|fifteen=十五|20=20|thirty=三十|2=2|eight=八|45=45",
    "rate": "four=四|five=五|3=3|2=2|zero=零|one=一|6=6|4=4",
    "n": "two=两|4=4|six=六|eight=八|3=3|five=五|ten=十|7=7",
    "task": """call my mother=给妈妈打电话|buy milk=买牛奶|pay the rent=交房租|take my medicine=吃药|pick up the kids=接孩子|go to the dentist=看牙医|water the plants=给植物浇水|take out the rubbish=倒垃圾|pay the credit card bill=还信用卡|renew my passport=换护照
walk the dog=遛狗|send the report=发送报告|buy groceries=买菜|go to the meeting=参加会议|book the flight=订机票|collect the parcel=取快递|do the laundry=洗衣服|feed the cat=喂猫|study for the exam=复习考试|charge the car=给车充电""",
}


def _rows(name: str) -> list[dict]:
    with open(HERE / name, encoding="utf-8") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def sentences(rng: random.Random, per_template: int = 60, names: dict | None = None) -> list[tuple[str, str, str]]:
    """Distinct (kind, English, Chinese) requests. `names` gives slots further values that stand untranslated in both languages."""
    fill = {slot: _table(text) for slot, text in _FILL.items()}
    out = {}
    for row in _rows("asked.tsv"):
        for _ in range(per_template if "{" in row["en"] else 1):
            en, zh = {}, {}
            for slot, table in fill.items():
                first, second = rng.sample(table, 2)
                en[slot], zh[slot] = first
                en[slot + "2"], zh[slot + "2"] = second
                if names and names.get(slot) and rng.random() < 0.4:
                    en[slot] = zh[slot] = rng.choice(names[slot])
            out[row["en"].format(**en)] = (row["intent"], row["zh"].format(**zh))
    return [(intent, en, zh) for en, (intent, zh) in out.items()]


def chinese_test() -> list[tuple[str, str]]:
    """(kind, Chinese request): never used for training."""
    return [(r["intent"], r["zh"]) for r in _rows("asked_zh.tsv")]
