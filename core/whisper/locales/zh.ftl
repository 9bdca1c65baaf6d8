# What Assent says in Chinese (simplified). The messages are those of en.ftl.

price_raised = 价格从 { $before } 涨到了 { $after }
    .short = 涨价了
id_reused = 这个请求编号之前已用于别的付款
    .short = 重复请求
forgotten = 您已删除过这个请求
    .short = 已删除
agent_suspended = 您已暂停这个助手
    .short = 助手已暂停
agent_revoked = 您已不再允许这个助手付款
    .short = 助手已撤销
payee_forbidden = 您不允许向这个收款方付款
    .short = 禁止的收款方
category_forbidden = 您不允许这类付款：{ $category }
    .short = 禁止的类别
too_many_questions = 这个助手问得太多，不再转达它的请求
    .short = 请求过多
token_wrong = 这个回复不属于当前的询问
    .short = 询问不符
word_missing = 没有听到要求说的词
    .short = 没听到词
heard_itself = 听到的可能是设备自己的声音
    .short = 设备的声音
reply_not_enough = 这笔付款需要更强的确认
    .short = 需更强确认
not_while_moving = 这笔付款要等停车后再确认
    .short = 停车后再说
too_many_failures = 回复失败次数过多，不予付款
    .short = 失败过多
replies_locked = 连续多次回复失败，请用生物识别解锁
    .short = 回复已锁定
reply_too_fast = 回复快得来不及看，请再看一遍
    .short = 请再看
practice = 这只是看您有没有读：请回答不
    .short = 请回答不
offer_expired = 报价已过期
    .short = 报价过期
intent_stale = 助手很久以前提出的请求
    .short = 过时请求
clock_unsure = 请求时间与本机时钟不符
    .short = 时间可疑
agent_unknown = 您没有登记过这个助手
    .short = 未知助手
not_covered = 不在您允许的范围内
    .short = 未获允许
over_payment_limit = 超过您设定的单笔限额
    .short = 超单笔限额
over_day_limit = 超过您设定的每日限额
    .short = 超每日限额
over_week_limit = 超过您设定的每周限额
    .short = 超每周限额
over_month_limit = 超过您设定的每月限额
    .short = 超每月限额
over_total_limit = 超过您设定的总限额
    .short = 超总限额
over_total_count = 超过您设定的总次数
    .short = 超总次数
over_day_count = 超过您设定的每日次数
    .short = 超每日次数
over_week_count = 超过您设定的每周次数
    .short = 超每周次数
over_month_count = 超过您设定的每月次数
    .short = 超每月次数
beyond_card = 超出这个助手的专用卡
    .short = 超出专用卡
payee_new = 您没有付过款的商家
    .short = 新商家
look_alike = 看起来像{ $known }，但是另一个账户
    .short = 名称相似
same_name_other_account = 名称您认识，但是另一个账户
    .short = 账户不同
name_changed = 您认识的商家，但换了名称
    .short = 换了名称
barely_known = { $count ->
        [0] 您几乎没有在这里付过款
       *[other] 您在这里只付过 { $times } 次
    }
    .short = 很少付款
looks_forbidden = 看起来像您不允许的类别：{ $category }
    .short = 疑似禁止类别
currency_new = 您平时在这里用{ $currency }付款
    .short = 币种不同
amount_unusual = { $size ->
        [vast] 远远高于您平时在这里的金额
        [more] 高于您平时在这里的金额
       *[times] 是您平时在这里的 { $times } 倍
    }
    .short = { $size ->
        [vast] 远高于平时
        [more] 高于平时
       *[times] 平时的 { $times } 倍
    }
too_soon = 离上次在这里付款比以往都近
    .short = 间隔太短
category_new = 您没有付过款的商家类型
    .short = 新类型
hour_unusual = 您平时不在这个时间付款
    .short = 时间少见
place_unusual = 离您平时付款的地方很远
    .short = 地点少见
agent_new_here = 这个助手没有在这里付过款
    .short = 助手首次
amount_not_as_said = 金额和您说的不一样
    .short = 与您说的不符
payee_not_as_said = 收款方不是您说的那家
    .short = 与您说的不符
item_not_as_said = 不是您要的东西
    .short = 与您说的不符
quantity_not_as_said = 数量和您说的不一样
    .short = 与您说的不符
date_not_as_said = 日期和您说的不一样
    .short = 与您说的不符
place_not_as_said = 地点和您说的不一样
    .short = 与您说的不符
order_not_as_said = 和您要的不一样
    .short = 与您说的不符
not_familiar = 和您平时的付款不一样
    .short = 与平时不同
model_unavailable = 现在无法与您的习惯比较
    .short = 未作比较
familiar = { $count ->
        [0] 和您平时的付款一样
       *[other] 您在这里付过 { $times } 次
    }
    .short = 熟悉
due = { $count ->
        [0] 定期付款，现在到期
        [1] 每天的付款，现在到期
       *[other] 每 { $times } 天一次的付款，现在到期
    }
    .short = 到期
mandate_names = 您自己允许过
    .short = 您已允许
card_covers = 由这个助手的专用卡支付
    .short = 专用卡支付
as_said = 是您要的
    .short = 如您所说

show = { $amount } 付给{ $payee }
show-because = { $amount } 付给{ $payee } · { $reason }
title-familiar = 照常付款
title-strange = 与平时不同的付款
title-alarming = 请核对这笔付款
speak-familiar = 付给{ $payee }，{ $amount }。{ $ask }
speak-familiar-because = 付给{ $payee }，{ $amount }。{ $reason }。{ $ask }
speak-strange = 请留意。付给{ $payee }，{ $amount }。{ $ask }
speak-strange-because = 请留意。付给{ $payee }，{ $amount }。{ $reason }。{ $ask }
speak-alarming = 请当心。付给{ $payee }，{ $amount }。{ $ask }
speak-alarming-because = 请当心。付给{ $payee }，{ $amount }。{ $reason }。{ $ask }
ask = 请您决定。
ask-parked = 这一笔要等停车后再决定。
ask-stronger = 这一笔要在手机上决定。
ask-later = 这一笔先放着，等您有空。
challenge = 请您决定。若答应，请再说“{ $word }”两个字。
challenge-words = 蓝色 兰色 蓝瑟, 老虎 老胡 老户, 窗户 窗护 床户, 高山 高三 高杉, 大象 大像 大项, 月亮 月量 越亮, 飞机 飞鸡 菲机, 雪花 雪华 学华, 竹子 珠子 主子, 铅笔 签笔 前笔, 沙漠 沙末 砂漠, 海豚 海囤 还豚
button = 付 { $amount }
refuse = 不付
details = 查看
payee-claimed = 「{ $label }」（未核实）
    .short = 「{ $label }」？
payee-unspoken = 一个未核实的收款方
because = { $reason }
answer-how-much = { $amount }。
answer-who = 付给{ $payee }。
answer-who-unverified = 是您没有记录的收款方，名称在屏幕上，未经核实。
answer-why = { $reason }。
answer-why-nothing = 不在您允许的范围内，所以问您。
answer-other = 付给{ $payee }，{ $amount }。
payee = 「{ $label }」
payee-unnamed = 未具名的收款方

amount = { $number } { $unit }
amount-spoken = { $unit }{ $number }
amount-spoken-other = { $number }{ $unit }
amount-clearer = { $unit }，{ $number }
currency = { $unit }
unit-CNY = 元

category-groceries = 食品杂货
category-dining = 餐饮
category-fast_food = 快餐
category-coffee = 咖啡
category-bar = 酒吧
category-bakery = 面包甜点
category-fuel = 加油
category-charging = 充电
category-parking = 停车
category-tolls = 过路费
category-taxi = 打车
category-transit = 公共交通
category-rail = 火车
category-airline = 机票
category-lodging = 酒店
category-car_rental = 租车
category-vehicle = 车辆
category-travel = 旅行
category-telecom = 通信
category-utilities = 水电煤
category-rent = 房租
category-insurance = 保险
category-banking = 银行费用
category-government = 政府收费
category-health = 医疗
category-pharmacy = 药店
category-education = 教育
category-childcare = 托育
category-clothing = 服饰
category-electronics = 电子产品
category-home = 家居
category-hardware = 五金建材
category-beauty = 美容美发
category-sport = 运动
category-entertainment = 娱乐
category-games = 游戏
category-books = 图书
category-subscription = 订阅
category-software = 软件
category-pets = 宠物
category-gifts = 礼品
category-charity = 公益
category-post = 快递邮政
category-services = 生活服务
category-retail = 零售
category-transfer = 转账
category-cash = 取现
category-investment = 投资
category-gambling = 博彩
category-adult = 成人内容
category-alcohol_tobacco = 烟酒
category-weapons = 武器
category-crypto = 加密资产
