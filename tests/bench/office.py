"""An invented knowledge base as large as wanted: things × what is done with them × what is asked, said in many ways.

Nothing of it is anybody's. A fixed seed gives the same base and the same questions each time.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.faq.entry import Basis, Entry

SEED = 20_261_123
VARIANTS = 10  # of an entry, its question included
SHORTEST, LONGEST = 8, 25  # signs of a variant: what people type
SHORTEST_TO_DAMAGE = 6  # signs; of a shorter question a slip leaves nothing to find

FIELDS = (
    "食品", "药品", "烟草", "酒类", "危险品", "农药", "兽药", "种子", "化肥", "燃气", "供热", "排水", "噪声", "广告牌",
    "户外招牌", "夜市摊位", "停车场", "出租车", "网约车", "校车", "货运", "渡口", "公墓", "养老院", "托育园", "培训班",
    "健身房", "游泳馆", "电影院", "网吧", "旅馆", "民宿", "理发店", "洗衣店", "加油站", "充电桩", "电梯", "锅炉",
    "塔吊", "脚手架", "古树", "湿地", "林地", "草场", "鱼塘", "水井", "沙场", "矿山", "温室", "冷库",
)  # fmt: skip
PAPERS = (
    "许可证", "备案表", "登记证", "年检单", "合格证", "通行证", "资格证", "检测报告", "验收意见", "占用许可",
    "补贴申请", "保险单", "租赁合同", "安全承诺书", "用工名册", "收费公示", "卫生评级", "消防意见", "环评批复",
    "技术档案",
)  # fmt: skip
ACTS = (
    ("申领", "办下来", "新办"), ("变更", "改内容", "更改"), ("延期", "到期续办", "续期"),
    ("补发", "丢了补办", "遗失重办"), ("注销", "不要了取消", "撤掉"), ("转让", "过给别人", "转给他人"),
    ("查询", "查一下", "看进度"), ("纠错", "写错了改正", "更正"),
)  # fmt: skip
# What is asked about it: ten ways and more each. _ stands for what it is about.
ASPECTS: dict[str, tuple[str, ...]] = {
    "材料": (
        "_需要什么材料", "_要带哪些东西", "办_准备什么资料", "_的材料清单", "_交哪些文件", "_都要提供什么", "想_该带啥",
        "_材料有哪些要求", "_要不要复印件", "去_资料怎么备", "_申请材料是什么", "_要交几份材料", "_手续文件要哪些",
    ),
    "地点": (
        "_在哪里办", "_去哪个窗口", "_到什么地方办", "办_的地址在哪", "_找哪个大厅", "_在几楼办理", "_要跑哪个部门",
        "_属于哪个科室管", "想_往哪去", "_就近能办吗", "_办理地点是哪", "哪里可以_", "_应该去哪",
    ),
    "时限": (
        "_要多久", "_几天能办好", "_多长时间出结果", "_几个工作日", "办_要等几天", "_什么时候能拿到", "_办理时限",
        "_能不能当天办完", "_最快多少天", "_周期有多长", "_审批时间多长", "_得等到啥时候", "_承诺几天办结",
    ),
    "费用": (
        "_要多少钱", "_收费吗", "办_要交费不", "_费用标准", "_免费办吗", "_收多少手续费", "_怎么缴费", "_有没有工本费",
        "_花钱吗", "_价格是多少", "_得出多少费用", "_交钱吗", "_能减免费用吗",
    ),
    "条件": (
        "_有什么条件", "谁可以_", "_需要满足什么", "什么情况能_", "_的资格要求", "_有哪些限制", "我这样能_吗",
        "_要求是什么", "_哪些人能办", "不符合规定能_吗", "_准入条件", "_需要具备啥", "_门槛高不高",
    ),
    "网办": (
        "_可以网上办吗", "_手机上怎么办", "_在线申请入口", "不去现场能_吗", "_网上流程", "_用什么网站", "_电子版有效吗",
        "_系统怎么登录", "网上怎样_", "_能全程网办吗", "_线上提交步骤", "_小程序能办不", "_有没有网办通道",
    ),
    "代办": (
        "_能找人代办吗", "_委托书怎么写", "别人能替我_吗", "_本人必须到场吗", "_代办要什么证件", "家属可以代为_吗",
        "_委托他人行不行", "_不是本人能办吗", "_中介能代理吗", "_授权别人去办", "_同事帮忙办可以吗", "_代理人要带啥",
        "_由单位代办行吗",
    ),
    "后果": (
        "不_会怎么样", "没_要罚款吗", "_逾期怎么处理", "忘了_怎么办", "_晚了有影响吗", "不按时_会处罚吗",
        "_超期还能补吗", "拖着不_有啥后果", "_没办算违法吗", "_过期了要紧吗", "一直没_会被查吗", "_不办罚多少",
        "漏了_如何补救",
    ),
}  # fmt: skip
OPENINGS = ("", "", "", "请问", "我想问", "麻烦问下", "咨询一下", "你好，")
ZIPF_EXPONENT = 1.0  # of searches of the public; the first question of 10,000 is then every tenth message
PLACED = 0.3  # share of the questions that name a place, which nothing in the base hangs on
PLACES = ("街道上", "开发区", "镇里", "社区", "县城", "高新区", "村里", "老城区")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a citizen would put it, and the id of the entry that is right for it."""

    question: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class _Matter:
    """Something done with a paper; ``kept_back`` are the phrasings that no variant uses: the citizens say those."""

    entry_id: str
    names: tuple[str, ...]
    phrasings: tuple[str, ...]
    kept_back: tuple[str, ...]


def invented_entries(count: int) -> list[Entry]:
    """``count`` published, national entries of ``VARIANTS`` variants each; no two variants of the base are equal."""
    taken: set[str] = set()
    return [_entry(matter, taken) for matter in _matters(count)]


def questions_about(count: int, *, seed: int = SEED) -> Iterator[Asked]:
    """Endless and each once: an entry of ``count``, every other time in words it does not have, mostly with a slip."""
    lot = random.Random(seed)
    matters = list(_matters(count))
    seen = {variant for entry in invented_entries(count) for variant in entry.variants}
    while True:
        matter = lot.choice(matters)
        phrasings = matter.kept_back if lot.random() < 0.5 else matter.phrasings
        asked = _slip(_said(matter, phrasings, lot), lot)
        if asked not in seen:
            seen.add(asked)
            yield Asked(asked, matter.entry_id)


def zipf(questions: Sequence[str], *, seed: int = SEED) -> Iterator[str]:
    """Endless. Few are asked often, many seldom: the n-th most wanted with a weight of 1/n; who they are is by lot."""
    lot = random.Random(seed)
    ranked = lot.sample(questions, len(questions))
    weights = list(itertools.accumulate(1 / rank**ZIPF_EXPONENT for rank in range(1, len(ranked) + 1)))
    while True:
        yield lot.choices(ranked, cum_weights=weights)[0]


def _matters(count: int) -> Iterator[_Matter]:
    """What is asked about a thing comes in sequence, so that a small base has look-alikes as a large one has."""
    subjects = [(field, paper, acts) for field in FIELDS for paper in PAPERS for acts in ACTS]
    lot = random.Random(SEED)
    lot.shuffle(subjects)
    places = ((subject, aspect) for subject in subjects for aspect in ASPECTS)
    for number, ((field, paper, acts), aspect) in zip(range(count), places, strict=False):
        names = tuple(f"{act}{field}{paper}" if len(act) == 2 else f"{field}{paper}{act}" for act in acts)
        ways = list(ASPECTS[aspect])
        lot.shuffle(ways)
        yield _Matter(f"bench-{number:06d}", names, tuple(ways[3:]), tuple(ways[:3]))


def _entry(matter: _Matter, taken: set[str]) -> Entry:
    lot = random.Random(f"{SEED}:{matter.entry_id}")
    question = matter.phrasings[0].replace("_", matter.names[0])
    variants: list[str] = [question]
    while len(variants) < VARIANTS:
        said = _said(matter, matter.phrasings, lot)
        if said not in taken and said not in variants:
            variants.append(said)
    taken.update(variants)
    return Entry(
        id=matter.entry_id,
        question=question,
        paraphrases=tuple(variants[1:]),
        answer=_answer(matter, lot),
        category=matter.names[0][:2],
        basis=(Basis("示例管理办法", f"第{lot.randint(2, 60)}条"),),
        verified=True,
        article_confirmed=True,
    )


def _said(matter: _Matter, phrasings: Sequence[str], lot: random.Random) -> str:
    """One way of asking, of a length that people type."""
    while True:
        place = lot.choice(PLACES) if lot.random() < PLACED else ""
        said = lot.choice(OPENINGS) + place + lot.choice(phrasings).replace("_", lot.choice(matter.names))
        if SHORTEST <= len(said) <= LONGEST:
            return said


def _answer(matter: _Matter, lot: random.Random) -> str:
    days, floor, phone = lot.randint(1, 30), lot.randint(1, 5), f"0000-{lot.randint(1_000_000, 9_999_999)}"
    return (
        f"{matter.names[0]}由示例大厅{floor}楼的综合窗口受理。请带上申请表、身份证件和原件，现场核对后当场收件；"
        f"材料齐全的，{days}个工作日内办结，结果可以邮寄，也可以到窗口领取。办理不收费。\n"
        f"也可以先在示例网上填好申请，再按预约的时间到窗口。有不清楚的地方，请在工作时间打电话{phone}。"
    )


def _slip(asked: str, lot: random.Random) -> str:
    """One sign left out or typed twice in two of three questions."""
    if len(asked) < SHORTEST_TO_DAMAGE or lot.random() < 1 / 3:
        return asked
    at = lot.randrange(len(asked))
    return asked[:at] + asked[at + 1 :] if lot.random() < 0.5 else asked[:at] + asked[at] + asked[at:]
