# What Assent says in English. One short sentence per reason code, in a user's words; `.short` is for glasses, watches and cars.
# No limit tells how much of it is left: an agent could find the rest by asking.

price_raised = The price went up from { $before } to { $after }
    .short = price raised
id_reused = The agent used this request's number before for something else
    .short = repeated request
forgotten = You had this request erased
    .short = erased before
agent_suspended = You suspended this agent
    .short = agent suspended
agent_revoked = You no longer allow this agent to pay
    .short = agent revoked
payee_forbidden = You do not allow payments to this payee
    .short = payee not allowed
category_forbidden = You do not allow payments for { $category }
    .short = kind not allowed
too_many_questions = This agent asks too much; its questions are no longer passed on
    .short = asks too much
token_wrong = This reply does not belong to the question that is open
    .short = wrong question
word_missing = The word that was asked for was not heard
    .short = word not heard
heard_itself = That may have been the device's own voice
    .short = own voice
reply_not_enough = This payment needs a stronger confirmation
    .short = needs more
not_while_moving = This payment waits until you are parked
    .short = when parked
too_many_failures = Too many replies failed, so it is not paid
    .short = too many failures
replies_locked = Too many replies failed in a row; unlock them with your biometric
    .short = replies locked
reply_too_fast = Faster than anybody reads; please look again
    .short = look again
offer_expired = The offer has ended
    .short = offer ended
intent_stale = The agent asked for this long ago
    .short = old request
clock_unsure = The time of this request does not fit the device's clock
    .short = time unsure
agent_unknown = You have not registered this agent
    .short = unknown agent
not_covered = Nothing you allow covers this
    .short = not covered
over_payment_limit = More than you allow for one payment
    .short = over your limit
over_day_limit = More than you allow in a day
    .short = over day limit
over_week_limit = More than you allow in a week
    .short = over week limit
over_month_limit = More than you allow in a month
    .short = over month limit
over_total_limit = More than you allow in total
    .short = over total limit
over_total_count = More payments than you allow in total
    .short = too many payments
over_day_count = More payments than you allow in a day
    .short = too many today
over_week_count = More payments than you allow in a week
    .short = too many this week
over_month_count = More payments than you allow in a month
    .short = too many this month
beyond_card = The agent's card does not cover this
    .short = beyond its card
payee_new = A shop you have not paid before
    .short = new to you
look_alike = Looks like { $known }, but is another account
    .short = look-alike account
same_name_other_account = A name you know, but another account
    .short = other account
name_changed = A shop you know, under another name
    .short = another name
barely_known = { $count ->
        [0] You have hardly paid here
        [one] You have paid here only once
       *[other] You have paid here only { $times } times
    }
    .short = barely known
looks_forbidden = Looks like { $category }, which you do not allow
    .short = looks not allowed
currency_new = You usually pay here in { $currency }
    .short = other currency
amount_unusual = { $size ->
        [vast] Far more than your usual here
        [more] More than your usual here
       *[times] { $times } times your usual here
    }
    .short = { $size ->
        [vast] far above usual
        [more] above your usual
       *[times] { $times }× your usual
    }
too_soon = Sooner than ever after your last payment here
    .short = sooner than ever
category_new = A kind of shop you have not paid before
    .short = new kind of shop
hour_unusual = An hour at which you do not usually pay
    .short = unusual hour
place_unusual = Far from where you usually pay
    .short = unusual place
agent_new_here = This agent has not paid here before
    .short = agent new here
amount_not_as_said = The amount is not what you said
    .short = not as you said
payee_not_as_said = The payee is not the one you named
    .short = not as you said
item_not_as_said = It is not what you asked for
    .short = not as you said
quantity_not_as_said = It is not as many as you said
    .short = not as you said
date_not_as_said = The date is not the one you said
    .short = not as you said
place_not_as_said = The place is not the one you said
    .short = not as you said
order_not_as_said = Not what you asked for
    .short = not as you said
not_familiar = Not like your usual payments
    .short = unusual for you
model_unavailable = Assent cannot compare this with your habits right now
    .short = not compared
familiar = { $count ->
        [0] Like your usual payments
        [one] You have paid here once
       *[other] You have paid here { $times } times
    }
    .short = familiar
due = { $count ->
        [0] A regular payment that is due
        [one] A daily payment that is due
       *[other] A payment that comes every { $times } days is due
    }
    .short = due
mandate_names = You allowed this yourself
    .short = allowed by you
card_covers = The agent's card covers this
    .short = on its card
as_said = You asked for this
    .short = as you said

# A whisper. $amount is never shortened.
show = { $amount } to { $payee }
show-because = { $amount } to { $payee } · { $reason }
speak-familiar = { $amount } to { $payee }. Pay it?
speak-familiar-because = { $amount } to { $payee }. { $reason }. Pay it?
speak-strange = Please check. { $amount } to { $payee }. Pay it?
speak-strange-because = Please check. { $amount } to { $payee }. { $reason }. Pay it?
speak-parked = { $amount } to { $payee }. This one has to wait until you are parked.
button = Pay { $amount }
payee = “{ $label }”
payee-unnamed = a payee without a name

# Currencies as they are named, and spoken amounts. Currencies without a line go by their code.
name-CNY = yuan (CNY)
name-JPY = yen (JPY)
name-USD = US dollars (USD)
name-EUR = euros (EUR)
name-GBP = pounds (GBP)
name-HKD = Hong Kong dollars (HKD)
name-KWD = Kuwaiti dinars (KWD)
amount = { $number } { $code }
spoken-other = { $number } { $code }
spoken-CNY = { $number } yuan
spoken-JPY = { $number } yen
spoken-USD = { $count ->
        [one] { $number } US dollar
       *[other] { $number } US dollars
    }
spoken-EUR = { $count ->
        [one] { $number } euro
       *[other] { $number } euros
    }
spoken-GBP = { $count ->
        [one] { $number } pound
       *[other] { $number } pounds
    }
spoken-HKD = { $count ->
        [one] { $number } Hong Kong dollar
       *[other] { $number } Hong Kong dollars
    }
spoken-KWD = { $count ->
        [one] { $number } Kuwaiti dinar
       *[other] { $number } Kuwaiti dinars
    }

category-groceries = groceries
category-dining = restaurants
category-fast_food = fast food
category-coffee = coffee
category-bar = bars
category-bakery = bakeries
category-fuel = fuel
category-charging = charging
category-parking = parking
category-tolls = tolls
category-taxi = taxis
category-transit = public transport
category-rail = trains
category-airline = flights
category-lodging = hotels
category-car_rental = car rental
category-vehicle = vehicles
category-travel = travel
category-telecom = phone and internet
category-utilities = utilities
category-rent = rent
category-insurance = insurance
category-banking = bank fees
category-government = government fees
category-health = health care
category-pharmacy = pharmacies
category-education = education
category-childcare = childcare
category-clothing = clothing
category-electronics = electronics
category-home = the home
category-hardware = hardware
category-beauty = beauty
category-sport = sport
category-entertainment = entertainment
category-games = games
category-books = books
category-subscription = subscriptions
category-software = software
category-pets = pets
category-gifts = gifts
category-charity = charity
category-post = post and parcels
category-services = services
category-retail = shops
category-transfer = transfers
category-cash = cash
category-investment = investments
category-gambling = gambling
category-adult = adult content
category-alcohol_tobacco = alcohol and tobacco
category-weapons = weapons
category-crypto = crypto assets
