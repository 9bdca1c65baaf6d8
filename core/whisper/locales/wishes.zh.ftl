# 长期心愿、建议与阅读检查的中文（简体）。条目与 wishes.en.ftl 相同。

wish-breakfast = 早餐
wish-lunch = 午餐
wish-dinner = 晚餐
wish-coffee = 咖啡和茶
wish-groceries = 买菜
wish-ride = 打车
wish-transit = 公共交通
wish-phone = 话费
wish-utilities = 水电燃气
wish-parking = 停车
wish-tolls = 过路费
wish-fuel = 加油
wish-charging = 充电
wish-medicine = 药品
wish-pet-food = 宠物食品
wish-subscription = 订阅
wish-top-up = 充值
wish-payments = 付款
wish-at = { $payees }的{ $what }

wish-once-a-day = 每天一次
wish-times-a-day = 每天 { $count } 次
wish-once-a-week = 每周一次
wish-times-a-week = 每周 { $count } 次
wish-once-a-month = 每月一次
wish-times-a-month = 每月 { $count } 次
wish-on = { $days }，{ $often }
wish-between = { $from } 到 { $until }，{ $often }
wish-monday = 周一
wish-tuesday = 周二
wish-wednesday = 周三
wish-thursday = 周四
wish-friday = 周五
wish-saturday = 周六
wish-sunday = 周日

wish-read-back = { $what }不再询问直接付款，{ $often }：每次最多 { $each }，总共最多 { $total }，到 { $until } 为止。
wish-note-per-day = 每天最多 { $amount }。
wish-note-per-week = 每周最多 { $amount }。
wish-note-per-month = 每月最多 { $amount }。
wish-note-usual = 限额按您平时的金额估计。
wish-note-guess = 您没有说限额，这是估计的。
wish-note-new-shops = 没有付过款的商家仍会询问。
wish-note-condition = Assent 看不到余额：由助手留意 { $amount }，限额仍然有效。
wish-ask = 允许吗？
wish-suggest = 您在这里已同意 { $times } 次。以后允许{ $payee }每次最多 { $each }、每天一次、总共最多 { $total }，到 { $until } 为止吗？

wish-missing-what = 请说明用途，例如早餐或话费，或说出付过款的商家
wish-missing-how-often = 请说明多久一次或什么时候，例如每天早上或低于20时
wish-missing-currency = 请说明币种，例如 30 元
wish-missing-ceiling = 请说明每次最多多少，例如不超过 30 元；没有限额就不提议
wish-missing-one-amount = 有两个金额都可能是单次限额，请只说一个
wish-missing-until = 请说明持续多久，例如两周；没有期限就不提议
wish-missing-permission = 听起来是您不想要的；请用授权来禁止
wish-missing-one-payee = 有几个付过款的商家都叫这个名字；请用授权写明是哪一个

check-note-read = 刚才只是看您有没有读内容。您读了。没有任何付款。
check-note-missed = 刚才只是看您有没有读内容：它请您回答不。没有任何付款。以后会多确认一步。

batch-show = { $count } 笔付款 · 付给{ $payees } · { $amount }
batch-speak = 有 { $count } 个询问在等您。共 { $amount }，付给{ $payees }。都付吗？
batch-button = 付全部 { $count } 笔 · { $amount }
