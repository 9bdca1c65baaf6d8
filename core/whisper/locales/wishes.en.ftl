# Standing wishes, suggestions and the check whether a user reads, in English.

wish-breakfast = breakfast
wish-lunch = lunch
wish-dinner = dinner
wish-coffee = coffee and tea
wish-groceries = groceries
wish-ride = rides
wish-transit = public transport
wish-phone = phone credit
wish-utilities = electricity, water and gas
wish-parking = parking
wish-tolls = tolls
wish-fuel = fuel
wish-charging = charging
wish-medicine = medicine
wish-pet-food = pet food
wish-subscription = subscriptions
wish-top-up = top-ups
wish-payments = payments
wish-at = { $what } at { $payees }

wish-once-a-day = once a day
wish-times-a-day = { $count } times a day
wish-once-a-week = once a week
wish-times-a-week = { $count } times a week
wish-once-a-month = once a month
wish-times-a-month = { $count } times a month
wish-on = { $often } on { $days }
wish-between = { $often } between { $from } and { $until }
wish-monday = Mondays
wish-tuesday = Tuesdays
wish-wednesday = Wednesdays
wish-thursday = Thursdays
wish-friday = Fridays
wish-saturday = Saturdays
wish-sunday = Sundays

wish-read-back = Pay for { $what } without asking, { $often }: at most { $each } each time, { $total } in all, until { $until }.
wish-note-per-day = At most { $amount } a day.
wish-note-per-week = At most { $amount } a week.
wish-note-per-month = At most { $amount } a month.
wish-note-usual = The ceiling is from what you usually pay.
wish-note-guess = You named no ceiling; this one is a guess.
wish-note-new-shops = Shops that you have not paid before are still asked about.
wish-note-condition = Assent cannot see the balance: the agent watches for { $amount }, and the ceilings hold it.
wish-ask = Allow this?
wish-suggest = You have said yes here { $times } times. Allow { $payee } up to { $each } each time, once a day, { $total } in all, until { $until }?

wish-missing-what = say what it is for, such as breakfast or phone credit, or name a shop that you have paid before
wish-missing-how-often = say how often or when, such as every morning or when under 20
wish-missing-currency = say the currency, such as 30 yuan
wish-missing-ceiling = say the most for one payment, such as up to 30 yuan; nothing is proposed without a ceiling
wish-missing-one-amount = two amounts could be the ceiling of one payment; say one
wish-missing-until = say for how long, such as for two weeks; nothing is proposed without an end
wish-missing-permission = this sounds like something that you do not want; forbid it with a mandate
wish-missing-one-payee = several payees that you have paid have this name; add a mandate with the id of the one you mean

check-note-read = That was only a check whether you read what you are asked. You did. Nothing was to be paid.
check-note-missed = That was only a check whether you read what you are asked: it asked for a no. Nothing is paid. From now on Assent asks for a little more.

batch-show = { $count } payments to { $payees } · { $amount }
batch-speak = { $count } questions waited. Together { $amount }, to { $payees }. Pay all of them?
batch-button = Pay all { $count } · { $amount }
