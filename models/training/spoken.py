"""Numbers and amounts as people say them in English and Chinese, and short orders as a speech recogniser writes them."""

import random
import re

_BEFORE = {
    "en": ["um ", "uh, ", "hey, ", "okay so ", "er ", "hi, ", "so ", "listen, ", "right, ", "well ", "okay, ", "hello, ", "oh and ", "good morning, ", "quick one, "],
    "zh": ["嗯，", "那个，", "呃，", "喂，", "麻烦你", "你好，", "诶，", "那个那个，", "好，", "对了，", "哎，", "嗨，", "快，", "就是，"],
}
_AFTER = {
    "en": [" please", " thanks", " ok?", " if you can", " cheers", " now", " for me", ", you know", ", thank you", " quickly"],
    "zh": ["吧", "，谢谢", "呗", "啊", "哈", "，行吗", "，快点", "，麻烦了", "，好吧", "，辛苦"],
}
_BELOW_TWENTY = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def english(n: int) -> str:
    if n < 20:
        return _BELOW_TWENTY[n]
    if n < 100:
        return _TENS[n // 10] + (f"-{_BELOW_TWENTY[n % 10]}" if n % 10 else "")
    return english(n // 100) + " hundred" + (f" and {english(n % 100)}" if n % 100 else "")


def chinese(n: int) -> str:
    digits = "零一二三四五六七八九"
    if n < 10:
        return digits[n]
    if n < 100:
        return ("" if n < 20 else digits[n // 10]) + "十" + (digits[n % 10] if n % 10 else "")
    rest = n % 100
    return digits[n // 100] + "百" + ("" if not rest else ("零" + digits[rest]) if rest < 10 else (digits[rest // 10] + "十" + (digits[rest % 10] if rest % 10 else "")))


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def spoken(cents: int, currency: str, language: str, bare: bool, rng: random.Random) -> str:
    """An amount as it is said."""
    whole = cents % 100 == 0
    number = str(cents // 100) if whole else money(cents).rstrip("0")
    if language == "zh":
        if currency == "CNY" and not bare:
            if cents % 100 and cents % 10 == 0 and rng.random() < 0.6:
                return f"{chinese(cents // 100) if cents < 100000 and rng.random() < 0.5 else cents // 100}块{cents // 10 % 10 if rng.random() < 0.5 else chinese(cents // 10 % 10)}"
            if whole and cents < 100000 and rng.random() < 0.4:
                number = chinese(cents // 100)
        return number + ("" if bare else {"CNY": rng.choice(["块", "元", "块钱"]), "GBP": "英镑", "USD": "美元", "EUR": "欧元"}[currency])
    if whole and cents < 100000 and rng.random() < 0.3:
        number = english(cents // 100)
    if bare:
        return number
    unit = {"GBP": ("£", " pounds"), "USD": ("$", " dollars"), "EUR": ("€", " euros"), "CNY": ("¥", " yuan")}[currency]
    return unit[0] + number if number[0].isdigit() and rng.random() < 0.5 else number + unit[1]


def dress(words: str, language: str, rng: random.Random) -> str:
    """Spoken words as a recogniser writes them: fillers, a stutter, no capitals, no punctuation."""
    if rng.random() < 0.35:
        words = rng.choice(_BEFORE[language]) + words
    if rng.random() < 0.3:
        words += rng.choice(_AFTER[language])
    if rng.random() < 0.06 and " " in words:
        first = words.split(" ", 1)[0]
        words = f"{first} {words}"
    if rng.random() < 0.5:
        words = words.lower()
    if rng.random() < 0.4:
        words = re.sub(r"[,?!，？]+", "" if language == "zh" and rng.random() < 0.7 else " ", words)
    return re.sub(" +", " ", words).strip()
